/** Keyboard shortcuts of the console; never while somebody types, and they can be switched off. */

import { html } from "lit-html";
import { dialog } from "../live/parts.js";
import { isStopped } from "./controls.js";
import { CHIPS, cueByNumber } from "./cues.js";
import { openFlags } from "./flags.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */
/** @typedef {(view: RoomView, ui: Ui) => unknown} Act */

/** @type {[string, string, Act][]} */
const KEYS = [
  ["n", "Next speaker", (view, ui) => view.queue[0] && ui.act("grant_turn", { person: view.queue[0] })],
  ["d", "Done: end this turn", (view, ui) => view.floor.holder && ui.act("end_turn", { person: view.floor.holder })],
  ["e", "30 seconds more", (view, ui) => view.floor.holder && ui.act("extend_turn", { by_s: 30 })],
  ["p", "Pause for all, or go on", (view, ui) => ui.act(isStopped(view) ? "resume" : "pause")],
  ["o", "Outcome", (_view, ui) => ui.set({ dialog: "outcome" })],
  ["c", "Confirm the newest flag", (view, ui) => judge(view, ui, "confirmed")],
  ["x", "Dismiss the newest flag", (view, ui) => judge(view, ui, "dismissed")],
  ["/", "Write down words or a note", () => document.getElementById("words")?.focus()],
  ["?", "These shortcuts", (_view, ui) => ui.set({ dialog: "keys" })],
];

/** @param {RoomView} view @param {Ui} ui @param {string} verdict */
function judge(view, ui, verdict) {
  const newest = openFlags(view).pop();
  if (newest) ui.act("judge_flag", { flag: newest.id, verdict });
}

/** @param {() => RoomView} view @param {Ui} ui */
export function listenToKeys(view, ui) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (isTyping(event) || ui.my.keys_off || ui.gone || !view().me.controller) return;
    if (press(view(), ui, event.key)) event.preventDefault();
  });
}

/** @param {RoomView} view @param {Ui} ui @param {string} key @returns {boolean} whether it meant something */
function press(view, ui, key) {
  const found = KEYS.find(([name]) => name === key.toLowerCase());
  if (found) found[2](view, ui);
  const number = Number(key);
  if (number >= 1 && number <= CHIPS.length) cueByNumber(view, ui, number);
  return Boolean(found);
}

/** @param {KeyboardEvent} event */
function isTyping(event) {
  const at = /** @type {HTMLElement} */ (event.target);
  return document.querySelector("dialog[open]") !== null || at.matches("input, textarea, select");
}

/** @param {RoomView} _view @param {Ui} ui */
export function keysDialog(_view, ui) {
  const close = () => ui.set({ dialog: null });
  return dialog(
    { title: "Keyboard shortcuts", close },
    html`<div class="stack">
      <dl class="keys">
        ${KEYS.map(([key, words]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${words}</dd></div>`)}
        ${CHIPS.map(([, words], at) => html`<div><dt><kbd>${at + 1}</kbd></dt><dd>Cue: ${words}</dd></div>`)}
        <div><dt><kbd>Esc</kbd> ×3</dt><dd>Hide this page</dd></div>
      </dl>
      <label class="tick">
        <input type="checkbox" .checked=${!ui.my.keys_off} @change=${() => ui.set({ keys_off: !ui.my.keys_off })} />
        <span>Shortcuts are on</span>
      </label>
    </div>`,
  );
}
