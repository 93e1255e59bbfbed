/** What an observer sees (screen 18): where the meeting stands and who speaks; no words, no flags, nothing to press. */

import { startRoom } from "./live/app.js";
import { door } from "./live/door.js";
import { observing } from "./observer/room.js";

/** @typedef {import("./live/types").RoomView} RoomView */

startRoom((view, ui) => (view.me.admitted ? observing(/** @type {RoomView} */ (view), ui) : door(view)));
