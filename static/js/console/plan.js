/** The offer and when it was shown, what is not ready yet, and the bottom lines that stay closed until they are revealed. */

import { html, nothing } from "lit-html";
import { hourAndMinute } from "../live/clock.js";
import { planCard, send } from "../live/parts.js";
import { nameOf } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */

/** @param {RoomView} view @param {Ui} ui */
export function planPanel(view, ui) {
  return html`<section class="panel" aria-label="Plan">
    <h2 class="panel__title">Plan</h2>
    ${gates(view)} ${view.plan ? plan(view, ui, view.plan) : html`<p class="panel__empty">No treatment plan is prepared.</p>`} ${bottomLines(view, ui)}
  </section>`;
}

/** @param {RoomView} view */
function gates({ gates: all = [] }) {
  const red = all.filter((gate) => !gate.ok);
  if (!red.length) return nothing;
  return html`<ul class="gates">${red.map((gate) => html`<li>${gate.reason}</li>`)}</ul>`;
}

/** @param {RoomView} view @param {Ui} ui @param {import("../live/types").Plan} plan */
function plan(view, ui, plan) {
  return html`
    <div class="plan__head">
      ${
        plan.presented_at
          ? html`<span class="tag tag--good">Shown to all at ${hourAndMinute(plan.presented_at)}</span>`
          : html`<span class="tag">Not shown yet</span>`
      }
      ${
        view.me.controller && !plan.presented_at
          ? send(ui, { name: "present_plan", label: "Present the plan", look: "button--small" })
          : nothing
      }
    </div>
    <details class="plan__all"><summary>${plan.facility}</summary>${planCard(plan)}</details>`;
}

/** @param {RoomView} view @param {Ui} ui */
function bottomLines(view, ui) {
  const lines = view.bottom_lines || [];
  if (!lines.length) return nothing;
  return html`<details class="plan__all">
    <summary>Bottom lines (${lines.filter((line) => line.revealed_at).length} of ${lines.length} revealed)</summary>
    <ul class="lines">
      ${lines.map(
        ({ person, text, revealed_at }) => html`<li>
          <p><b>${nameOf(view, person)}</b> ${text}</p>
          ${
            revealed_at
              ? html`<span class="tag">Revealed at ${hourAndMinute(revealed_at)}</span>`
              : view.me.controller
                ? html`<button class="button button--small" @click=${() => ui.set({ ask: reveals(view, person, text) })}>Reveal</button>`
                : nothing
          }
        </li>`,
      )}
    </ul>
  </details>`;
}

/** @param {RoomView} view @param {string} person @param {string} text */
function reveals(view, person, text) {
  return {
    title: `Reveal ${nameOf(view, person)}’s bottom line?`,
    text: `Everyone in the room will read it: “${text}”`,
    verb: "Reveal",
    name: "reveal_bottom_line",
    args: { person },
  };
}
