/** The warm side: what opens the conversation, counted by person as it is said; and mild wordings, for the talk afterwards. */

import { html, nothing } from "lit-html";
import { nameOf } from "../live/words.js";
import { categoryOf } from "./flags.js";

/** @typedef {import("../live/types").RoomView} RoomView */

/** @type {Record<string, [string, string]>} one, several */
const WORDS = {
  positive: ["kind word", "kind words"],
  feelings: ["own feeling", "own feelings"],
  specific: ["real memory", "real memories"],
  understanding: ["word of understanding", "words of understanding"],
  responsibility: ["own part named", "own parts named"],
  help: ["offer to help", "offers to help"],
  brief: ["time short and clear", "times short and clear"],
};

/** @param {RoomView} view */
export function warmPanel(view) {
  const { warmth = {}, tips = {} } = view;
  const heard = view.people.filter(({ id }) => warmth[id] || tips[id]);
  if (!heard.length) return nothing;
  return html`<section class="panel warm" aria-label="What opens the conversation">
    <h2 class="panel__title">What opens the conversation</h2>
    <dl class="warm__list">${heard.map(({ id }) => one(nameOf(view, id), warmth[id] || {}, tips[id] || {}))}</dl>
  </section>`;
}

/** @param {string} name @param {Record<string, number>} warm @param {Record<string, number>} tips */
function one(name, warm, tips) {
  const mild = Object.entries(tips).map(([category, count]) => `${categoryOf({ category })} ${count}`);
  return html`<div>
    <dt>${name}</dt>
    <dd>${told(warm)}</dd>
    ${mild.length ? html`<dd>To talk about later: ${mild.join(", ")}</dd>` : nothing}
  </div>`;
}

/** @param {Record<string, number>} counts */
function told(counts) {
  const said = Object.entries(WORDS).filter(([element]) => counts[element]);
  return said
    .map(([element, [once, more]]) => (counts[element] === 1 ? `1 ${once}` : `${counts[element]} ${more}`))
    .join(", ");
}
