/** A private cue: the whole screen for a moment, then a strip that waits to be put away; picture first, then sound, then vibration. */

import { html, nothing } from "lit-html";
import { BREATH, FLAG, icon, NOTE, PERSON, SLOW } from "../live/icons.js";
import { chime, isCovered, vibrate } from "../live/senses.js";

/** @typedef {import("../live/types").View} View */
/** @typedef {import("../live/types").Ui} Ui */

/** @type {Record<import("../live/types").CueKind, { word: string, icon: string }>} */
const CUES = {
  breathe: { word: "Breathe", icon: BREATH },
  slower: { word: "Slower", icon: SLOW },
  use_i: { word: "Say “I feel”", icon: PERSON },
  wrap_up: { word: "Wrap up", icon: FLAG },
  text: { word: "A note for you", icon: NOTE },
};

const WHOLE_SCREEN_MS = 6000;

/** @param {View} _before @param {View} after @param {Ui} ui */
export function cueArrived(_before, after, ui) {
  const { cue } = after;
  if (!cue || (ui.my.cue && ui.my.cue.id === cue.id)) return;
  ui.set({ cue, cue_until: Date.now() + WHOLE_SCREEN_MS });
  setTimeout(() => {
    if (isCovered()) return;
    chime();
    vibrate();
  }, 60);
  ui.act("cue_seen", { cue: cue.id });
}

/** @param {Ui} ui */
export function cueOverlay(ui) {
  const { cue, cue_until = 0 } = ui.my;
  if (!cue || ui.my.cue_away === cue.id) return nothing;
  const kind = /** @type {import("../live/types").CueKind} */ (cue.kind);
  const whole = Date.now() < cue_until;
  const away = () => ui.set({ cue_away: cue.id });
  return html`<button
    class="cue cue--${kind} ${whole ? "cue--whole" : "cue--strip"}"
    @click=${away}
  >
    <span class="cue__icon">${icon(CUES[kind].icon)}</span>
    <strong class="cue__word" role="alert">${kind === "text" ? cue.text : CUES[kind].word}</strong>
    ${kind !== "text" && cue.text ? html`<span class="cue__text">${cue.text}</span>` : nothing}
    <span class="cue__done">${whole ? "Only you see this. Tap to put it away." : "Tap to put away"}</span>
  </button>`;
}
