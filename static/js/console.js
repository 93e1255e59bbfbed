/** The console of the person who leads, in rehearsal and live (screens 13, 14, 19 and 20 short); read-only for a co-facilitator (18). */

import { listenToKeys } from "./console/keys.js";
import { consoleScreen } from "./console/layout.js";
import { outcomeArrived } from "./console/outcome.js";
import { signalArrived } from "./console/signals.js";
import { startRoom } from "./live/app.js";
import { door } from "./live/door.js";
import { closeMenus } from "./live/menus.js";
import { unlockSound } from "./live/senses.js";

/** @typedef {import("./live/types").RoomView} RoomView */

/** @type {RoomView} */
let latest;

startRoom((view, ui) => (view.me.admitted ? consoleScreen(/** @type {RoomView} */ (view), ui) : door(view)), {
  started: (_view, ui) => {
    document.addEventListener("pointerdown", unlockSound, { once: true });
    document.addEventListener("click", closeMenus);
    listenToKeys(() => latest, ui);
  },
  changed: (before, after, ui) => {
    latest = /** @type {RoomView} */ (after);
    signalArrived(before, after);
    outcomeArrived(before, after, ui);
  },
});
