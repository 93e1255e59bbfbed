/** Before somebody who only watches, or a colleague, is let in. */

import { html } from "lit-html";

/** @typedef {import("./types").View} View */

/** @param {View} view */
export function door({ me }) {
  return html`<section class="wait stack">
    <h1>Hello, ${me.name.split(" ")[0]}</h1>
    ${status(me)}
  </section>`;
}

/** What the person who leads lets those who wait know. @param {import("./types").Me} me */
export function status(me) {
  if (me.held_message) {
    return html`<blockquote class="wait__word" role="status">
      <p>${me.held_message}</p>
      <footer>${me.facilitator}</footer>
    </blockquote>`;
  }
  const words = me.admitted
    ? `You are in. ${me.facilitator} will begin when everyone is here.`
    : `${me.facilitator} will let you in soon. Please keep this page open.`;
  return html`<p class="wait__status" role="status"><span class="wait__pulse" aria-hidden="true"></span>${words}</p>`;
}
