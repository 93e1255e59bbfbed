/** The console's head: where the meeting stands, how it goes on, and the ways to stop it. */

import { html, nothing } from "lit-html";
import { minutesSince } from "../live/clock.js";
import { icon, NEXT, PAUSE, PLAY, SHIELD } from "../live/icons.js";
import { send } from "../live/parts.js";
import { ORDER, phaseBar } from "../live/phases.js";
import { nameOf, PHASES, STATES } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Phase} Phase */
/** @typedef {import("../live/types").Ui} Ui */

/** Where the meeting may go back to, because people are not a script. @type {Partial<Record<Phase, Phase[]>>} */
const BACK = {
  offer: ["statements"],
  response: ["statements", "offer"],
  decision: ["offer", "response"],
  close: ["decision"],
};

const BREAKS_MIN = [5, 10, 15];

/** @param {RoomView} view */
export function isStopped(view) {
  return ["paused", "on_break", "suspended"].includes(view.room.state);
}

/** @param {RoomView} view @param {Ui} ui */
export function course(view, ui) {
  const { room, me } = view;
  const back = (me.controller && BACK[room.phase]) || [];
  const step = (/** @type {Phase} */ phase) =>
    back.includes(phase)
      ? send(ui, {
          name: "advance",
          args: { to: phase },
          label: PHASES[phase].name,
          look: "phases__back",
          title: "Go back to this phase",
        })
      : html`<span>${PHASES[phase].name}</span>`;
  return phaseBar(view, step, me.controller ? onward(view, ui, ORDER[ORDER.indexOf(room.phase) + 1]) : nothing);
}

/** @param {RoomView} view @param {Ui} ui @param {Phase | undefined} to */
function onward({ room }, ui, to) {
  if (room.state === "waiting") return send(ui, { name: "open_room", label: "Open the room", look: "button--primary" });
  if (room.state === "ended" || !to) return nothing;
  return send(ui, { name: "advance", args: { to }, label: `Go to: ${PHASES[to].name}`, picture: NEXT });
}

/** @param {RoomView} view @param {Ui} ui */
export function controls(view, ui) {
  if (!view.me.controller) return watching(view, ui);
  const ended = view.room.state === "ended";
  return html`<div class="controls">
    ${ended || view.room.state === "waiting" ? nothing : pauses(view, ui)}
    <span class="controls__state ${view.room.state === "live" ? "controls__state--quiet" : ""}" role="status">${stateWords(view, ui)}</span>
    <button class="button button--safety" @click=${() => ui.set({ dialog: "safety" })}>
      ${icon(SHIELD)}<span>Safety</span>
    </button>
    <button class="button button--primary" @click=${() => ui.set({ dialog: "outcome" })}>
      <span>${view.outcome ? "Amend outcome" : "Outcome"}</span>
    </button>
    ${more(view, ui)}
  </div>`;
}

/** @param {RoomView} view @param {Ui} ui */
function pauses(view, ui) {
  if (isStopped(view)) return send(ui, { name: "resume", label: "Go on", look: "button--go", picture: PLAY });
  return send(ui, { name: "pause", label: "Pause for all", look: "button--pause", picture: PAUSE });
}

/** @param {RoomView} view @param {Ui} ui */
function stateWords(view, ui) {
  const { room } = view;
  if (room.state === "live") return room.opened_at ? `${minutesSince(room.opened_at, ui.now)} min` : "";
  const by = room.state === "paused" && room.paused_by ? ` By ${nameOf(view, room.paused_by)}.` : "";
  return STATES[room.state] + by;
}

/** @param {RoomView} view @param {Ui} ui */
function more(view, ui) {
  const open = !["ended", "waiting"].includes(view.room.state);
  return html`<details class="menu controls__more">
    <summary class="button">More</summary>
    <div class="menu__sheet menu__list">
      ${open ? BREAKS_MIN.map((minutes) => send(ui, { name: "take_break", args: { minutes }, label: `Break of ${minutes} minutes` })) : nothing}
      ${open ? send(ui, { name: "suspend", label: "Stop: technical trouble" }) : nothing}
      <button class="button" @click=${() => ui.set({ dialog: "keys" })}>Keyboard shortcuts</button>
      ${
        view.room.state === "ended"
          ? nothing
          : html`<button class="button button--risky" @click=${() => ui.set({ ask: endsRoom })}>End the meeting</button>`
      }
    </div>
  </details>`;
}

const endsRoom = {
  title: "End the meeting?",
  text: "Every phone will say that the meeting has ended. It cannot be opened again.",
  verb: "End the meeting",
  name: "end_room",
  args: {},
};

/** @param {RoomView} view @param {Ui} ui */
function watching(view, ui) {
  const offered = view.room.offered_to === view.me.person;
  return html`<div class="controls controls--watching">
    <span class="controls__state" role="status">
      ${offered ? "You can take over the meeting now." : `${nameOf(view, view.room.controller)} leads. You are watching.`}
      ${view.room.state === "live" ? nothing : STATES[view.room.state]}
    </span>
    ${offered ? send(ui, { name: "take_control", label: "Take over", look: "button--primary" }) : nothing}
  </div>`;
}
