/** The flag feed: what was said, why it may hurt, and what to say instead. The person who leads decides; nobody else sees it. */

import { html, nothing } from "lit-html";
import { hourAndMinute } from "../live/clock.js";
import { send } from "../live/parts.js";
import { nameOf } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Flag} Flag */
/** @typedef {import("../live/types").Ui} Ui */

const COOL_DOWN_MS = 20_000;
const SEVERITIES = ["hint", "light", "clear", "strong"];

/** @type {Record<string, string>} */
const NAMES = { generalize: "always / never", command: "order", dismiss: "brushing aside", doom: "dark forecast" };

/** @param {RoomView} view */
export function openFlags(view) {
  return (view.flags || []).filter((flag) => !flag.verdict);
}

/** @param {RoomView} view @param {Ui} ui */
export function flagsPanel(view, ui) {
  const flags = [...(view.flags || [])].reverse();
  const again = repeats(view.flags || []);
  const open = openFlags(view).length;
  return html`<section class="panel flags" aria-label="Language" tabindex=${view.me.controller ? nothing : 0}>
    <h2 class="panel__title">Language ${open ? html`<span class="panel__count panel__count--hot">${open}</span>` : nothing}</h2>
    ${
      flags.length
        ? html`<ol class="flags__list">${flags.map((flag) => (flag.verdict ? judged(view, ui, flag) : fresh(view, ui, flag, again.has(flag.id))))}</ol>`
        : html`<p class="panel__empty">Nothing to look at. Words that may hurt show here, for your eyes only.</p>`
    }
  </section>`;
}

/**
 * More of the same from the same person within moments is one thing to deal with: it stays listed, in short.
 * @param {Flag[]} flags oldest first
 */
export function repeats(flags) {
  /** @type {Record<string, number>} */
  const last = {};
  const again = new Set();
  for (const flag of flags) {
    const kind = `${flag.speaker} ${flag.category}`;
    const raised = Date.parse(flag.raised_at);
    if (flag.severity < 3 && raised - (last[kind] ?? -Infinity) < COOL_DOWN_MS) again.add(flag.id);
    last[kind] = raised;
  }
  return again;
}

/** @param {RoomView} view @param {Ui} ui @param {Flag} flag @param {boolean} again */
function fresh(view, ui, flag, again) {
  return html`<li class="flag flag--${flag.severity}">
    <div class="flag__head">
      <strong>${nameOf(view, flag.speaker)}</strong>
      <span class="tag ${flag.severity > 2 ? "tag--danger" : "tag--warn"}">${categoryOf(flag)}, ${SEVERITIES[flag.severity]}</span>
      <time>${hourAndMinute(flag.raised_at)}</time>
    </div>
    <blockquote class="flag__words">${marked(flag)}</blockquote>
    ${again ? nothing : help(flag)}
    ${view.me.controller ? acts(view, ui, flag) : nothing}
  </li>`;
}

/** @param {Flag} flag */
function help(flag) {
  return html`<p class="flag__why">${flag.why}</p>
    <p class="flag__say"><span>Say</span> ${flag.redirect}</p>
    ${flag.suggestion ? html`<p class="flag__rewrite"><span>Instead</span> ${flag.suggestion}</p>` : nothing}`;
}

/** @param {RoomView} view @param {Ui} ui @param {Flag} flag */
function acts(view, ui, flag) {
  const judge = (/** @type {string} */ verdict, /** @type {string} */ label) =>
    send(ui, { name: "judge_flag", args: { flag: flag.id, verdict }, label, look: "button--small" });
  const here = view.people.some((person) => person.id === flag.speaker && person.standing === "admitted");
  return html`<div class="flag__acts">
    ${judge("confirmed", "Confirm")} ${judge("dismissed", "Dismiss")}
    ${
      here
        ? send(ui, {
            name: "cue",
            args: { person: flag.speaker, kind: "use_i" },
            key: `cue:${flag.id}`,
            label: "Cue: say “I feel”",
            look: "button--small",
          })
        : nothing
    }
  </div>`;
}

/** @param {RoomView} view @param {Ui} ui @param {Flag} flag */
function judged(view, ui, flag) {
  const other = flag.verdict === "confirmed" ? "dismissed" : "confirmed";
  return html`<li class="flag flag--judged">
    <span class="flag__brief"><b>${nameOf(view, flag.speaker)}</b> ${categoryOf(flag)}, ${flag.verdict}</span>
    ${
      view.me.controller
        ? send(ui, {
            name: "judge_flag",
            args: { flag: flag.id, verdict: other },
            label: other === "confirmed" ? "Confirm after all" : "Dismiss after all",
            look: "button--small button--quiet",
          })
        : nothing
    }
  </li>`;
}

/** @param {{ category: string }} flag */
export function categoryOf({ category }) {
  return NAMES[category] || category;
}

/** @param {Flag} flag */
function marked({ text, span: { start, end } }) {
  return html`${text.slice(0, start)}<mark>${text.slice(start, end)}</mark>${text.slice(end)}`;
}
