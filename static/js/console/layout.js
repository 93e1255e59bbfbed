/** Where the console's panels stand: three columns on a laptop, two on a tablet, one at a time on a phone. */

import { html, nothing } from "lit-html";
import { dialog, send } from "../live/parts.js";
import { controls, course } from "./controls.js";
import { cuesPanel } from "./cues.js";
import { flagsPanel, openFlags } from "./flags.js";
import { floorPanel } from "./floor.js";
import { handoff } from "./handoff.js";
import { keysDialog } from "./keys.js";
import { outcomeDialog, safetyDialog } from "./outcome.js";
import { planPanel } from "./plan.js";
import { queuePanel } from "./queue.js";
import { holdDialog, seatsPanel } from "./seats.js";
import { signalStrip } from "./signals.js";
import { warmPanel } from "./warm.js";
import { wordsPanel } from "./words_box.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */

/** @type {Record<string, (view: RoomView, ui: Ui) => unknown>} */
const DIALOGS = { outcome: outcomeDialog, safety: safetyDialog, keys: keysDialog, hold: holdDialog };

/** @param {RoomView} view @param {Ui} ui */
export function consoleScreen(view, ui) {
  const tab = ui.my.tab || "turns";
  return html`
    <h1 class="unseen">Console</h1>
    <div class="console console--${tab}">
      <div class="console__head">
        ${course(view, ui)} ${signalStrip(view, ui)} ${handoff(view, ui)}
      </div>
      ${controls(view, ui)}
      ${tabs(view, ui, tab)}
      <div class="console__main">
        <div class="console__column console__column--turns">${floorPanel(view, ui)} ${queuePanel(view, ui)}</div>
        <div class="console__column console__column--words">${flagsPanel(view, ui)} ${wordsPanel(view, ui)} ${warmPanel(view)}</div>
        <div class="console__column console__column--people">${people(view, ui)}</div>
      </div>
    </div>
    ${openDialog(view, ui)}`;
}

/** Before the meeting, who knocks comes first; in it, the speaker does. @param {RoomView} view @param {Ui} ui */
function people(view, ui) {
  const panels = [seatsPanel(view, ui), planPanel(view, ui)];
  return view.room.state === "waiting" ? panels : [cuesPanel(view, ui), ...panels];
}

/** @param {RoomView} view @param {Ui} ui @param {string} tab */
function tabs(view, ui, tab) {
  const flags = openFlags(view).length;
  const knocking = view.people.filter((person) => person.standing === "waiting" && person.connected).length;
  const one = (/** @type {string} */ name, /** @type {string} */ label, count = 0) => html`<button
   
    class="tabs__one"
    aria-pressed=${tab === name}
    @click=${() => ui.set({ tab: name })}
  >
    ${label}${count ? html` <span class="panel__count panel__count--hot">${count}</span>` : nothing}
  </button>`;
  return html`<div class="tabs">${one("turns", "Turns")} ${one("words", "Words", flags)} ${one("people", "People", knocking)}</div>`;
}

/** @param {RoomView} view @param {Ui} ui */
function openDialog(view, ui) {
  if (ui.my.ask) return question(ui, ui.my.ask);
  const drawn = ui.my.dialog && DIALOGS[ui.my.dialog];
  return drawn ? drawn(view, ui) : nothing;
}

/** @param {Ui} ui @param {NonNullable<import("../live/types").Local["ask"]>} ask */
function question(ui, ask) {
  const close = () => ui.set({ ask: null });
  return dialog(
    { title: ask.title, close },
    html`<div class="stack">
      <p>${ask.text}</p>
      ${send(ui, { name: ask.name, args: ask.args, label: ask.verb, look: "button--block button--danger", after: close })}
      <button class="button button--block" @click=${close}>Keep as it is</button>
    </div>`,
  );
}
