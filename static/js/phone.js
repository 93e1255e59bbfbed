/** A team member's phone (screens 12, 15 and 16). */

import { html } from "lit-html";
import { startRoom } from "./live/app.js";
import { leaveDialog } from "./live/leave.js";
import { waitingRoom } from "./live/waiting.js";
import { cueArrived, cueOverlay } from "./phone/cue.js";
import { listening, next, over, pausing } from "./phone/listen.js";
import { phoneMode } from "./phone/mode.js";
import { placePrompter } from "./phone/prompter.js";
import { myTurn } from "./phone/turn.js";

/** @typedef {import("./live/types").RoomView} RoomView */

const FACES = { waiting: waitingRoom, pause: pausing, turn: myTurn, next, listen: listening, over };

startRoom(
  (view, ui) =>
    html`${FACES[phoneMode(view)](/** @type {RoomView} */ (view), ui)} ${leaveDialog(view, ui)} ${cueOverlay(ui)}`,
  {
    changed: cueArrived,
    drawn: placePrompter,
  },
);
