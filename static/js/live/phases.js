/** The seven phases as a row of steps, the present one marked. */

import { html, nothing } from "lit-html";
import { PHASES } from "./words.js";

/** @typedef {import("./types").RoomView} RoomView */
/** @typedef {import("./types").Phase} Phase */

export const ORDER = /** @type {Phase[]} */ (Object.keys(PHASES));

/**
 * @param {RoomView} view
 * @param {(phase: Phase, at: number) => unknown} step what stands in a step, its name unless told otherwise
 * @param {unknown} beside
 */
export function phaseBar({ room }, step = (phase) => html`<span>${PHASES[phase].name}</span>`, beside = nothing) {
  const at = ORDER.indexOf(room.phase);
  return html`<nav class="phases" aria-label="Phases">
    <ol class="phases__list">
      ${ORDER.map(
        (phase, index) => html`<li
          class="phases__step ${index < at ? "phases__step--past" : index === at ? "phases__step--now" : ""}"
          aria-current=${index === at ? "step" : nothing}
        >${step(phase, index)}</li>`,
      )}
    </ol>
    ${beside}
  </nav>`;
}
