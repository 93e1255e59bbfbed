/** Small pieces of templates that several screens use. */

import { html, nothing } from "lit-html";
import { limitMs, minutesAndSeconds, pace, spokenMs } from "./clock.js";
import { icon } from "./icons.js";

/** @typedef {import("./types").Ui} Ui */
/** @typedef {import("./types").Floor} Floor */
/** @typedef {import("./types").Plan} Plan */

/**
 * A button that sends one command.
 * @param {Ui} ui
 * @param {{ name: string, args?: Record<string, unknown>, key?: string, label: unknown, look?: string, picture?: string, after?: () => void, title?: string }} what
 */
export function send(ui, { name, args = {}, key, label, look = "", picture, after, title }) {
  const busy = ui.busy(name, args, key);
  const tap = () => {
    ui.act(name, args, key);
    if (after) after();
  };
  return html`<button class="button ${look}" aria-busy=${busy} title=${title || nothing} @click=${tap}>
    ${picture ? icon(picture) : nothing}<span>${label}</span>
  </button>`;
}

/** Time on the floor and the soft limit. @param {Floor} floor @param {number} now */
export function timer(floor, now) {
  const [spoken, limit] = [spokenMs(floor, now), limitMs(floor)];
  return html`
    <div class="timer timer--${pace(floor, now)}">
      <span class="timer__now">${minutesAndSeconds(spoken)}</span>
      <span class="timer__limit">of ${minutesAndSeconds(limit)}</span>
      <progress class="timer__bar" max=${limit} value=${Math.min(spoken, limit)} aria-hidden="true"></progress>
    </div>`;
}

/** The offer in words for the family. @param {Plan} plan */
export function planCard(plan) {
  const facts = [
    ["Where", `${plan.facility}${plan.level ? `, ${plan.level}` : ""}`],
    ["When", plan.leaves],
    ["How to get there", plan.transport],
    ["Who comes along", plan.escort],
    ["Medication", plan.medication],
  ].filter(([, value]) => value);
  return html`
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${points("What happens", plan.steps)} ${points("What to bring", plan.what_to_bring)}
    ${points("What the family will do", plan.for_family)}`;
}

/** @param {string} title @param {string[]} items */
function points(title, items) {
  if (!items?.length) return nothing;
  return html`<h2 class="points__title">${title}</h2><ul class="points">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

/**
 * A modal dialog; it is open while it is drawn.
 * @param {{ title: string, close: () => void, look?: string }} what
 * @param {unknown} content
 */
export function dialog({ title, close, look = "" }, content) {
  const cancelled = (/** @type {Event} */ event) => {
    event.preventDefault();
    close();
  };
  return html`
    <dialog class="dialog ${look}" aria-labelledby="dialog-title" @cancel=${cancelled}>
      <div class="dialog__head">
        <h2 id="dialog-title">${title}</h2>
        <button class="button button--small" @click=${close}>Close</button>
      </div>
      ${content}
    </dialog>`;
}
