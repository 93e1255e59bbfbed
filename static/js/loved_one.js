/** The phone of the person the meeting is for, or of whoever stands in for them in a rehearsal (screen 17). */

import { startRoom } from "./live/app.js";
import { waitingRoom } from "./live/waiting.js";
import { guestRoom } from "./loved_one/room.js";
import { phoneMode } from "./phone/mode.js";

/** @typedef {import("./live/types").RoomView} RoomView */

startRoom((view, ui) => {
  const waits = phoneMode(view) === "waiting" && !ui.my.left;
  return waits ? waitingRoom(view, ui) : guestRoom(/** @type {RoomView} */ (view), ui);
});
