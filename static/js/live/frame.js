/** What surrounds every live screen: rehearsal band, line to the server, what was refused, and what is said aloud. */

import { html, nothing } from "lit-html";
import { crisisLines } from "./foot.js";
import { icon, PHONE } from "./icons.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Ui} Ui */

/**
 * @param {View} view
 * @param {Ui} ui
 * @param {{ assertive: string, polite: string }} said
 * @param {unknown} content null when the seat is no longer ours
 */
export function frame(view, ui, said, content) {
  return html`
    ${view.me.kind === "rehearsal" ? band() : nothing}
    ${ui.gone ? farewell(ui.gone) : html`${line(ui)}${content}`}
    ${crisisLines()}
    <div class="unseen" aria-live="assertive">${said.assertive}</div>
    <div class="unseen" aria-live="polite">${said.polite}</div>`;
}

function band() {
  return html`<div class="band"><strong>Rehearsal</strong> <span>Practice only. Nothing here counts.</span></div>`;
}

/** @type {Record<import("./types").Link, string>} */
const LINKS = {
  good: "",
  weak: "The connection is weak.",
  reconnecting: "Reconnecting. You keep your place.",
  offline: "No connection. Your words stay on this phone until they are sent.",
};

/** @param {Ui} ui */
function line(ui) {
  const unsent = ui.late ? waitingWords(ui.unsent.length) : "";
  const words = [LINKS[ui.link], unsent].filter(Boolean).join(" ");
  return html`
    <div role="status" class="line line--${ui.link} ${unsent ? "line--unsent" : ""}" ?hidden=${!words}>${words}</div>
    <div role="alert" class="line line--refused" ?hidden=${!ui.refusal}>${ui.refusal}</div>`;
}

/** @param {number} count */
function waitingWords(count) {
  return count === 1 ? "1 thing is not sent yet. Trying again." : `${count} things are not sent yet. Trying again.`;
}

/** @type {Record<string, { title: string, text: string, back?: string }>} */
const FAREWELLS = {
  moved: {
    title: "This seat is open on another screen",
    text: "Only one screen can use it at a time. Everything you did is kept.",
    back: "Use this one instead",
  },
  ended: { title: "The meeting has ended", text: "Thank you for being there. You can close this page." },
  removed: {
    title: "You are no longer in this meeting",
    text: "The person who leads it has closed your seat. You can call them to ask about it.",
  },
  declined: {
    title: "You can’t come in now",
    text: "If you think this is a mistake, please call the person who leads the meeting.",
  },
  left: { title: "You have left", text: "That is all right. Help is there whenever you want it.", back: "Come back" },
  signed_out: {
    title: "You are signed out here",
    text: "Open your own link again, or ask the person who leads the meeting for a new one.",
    back: "Try again",
  },
};

/** @param {string} code */
function farewell(code) {
  const { title, text, back } = FAREWELLS[code] || FAREWELLS.signed_out;
  return html`
    <section class="farewell">
      <h1>${title}</h1>
      <p>${text}</p>
      ${back ? html`<button class="button button--primary" @click=${reload}>${back}</button>` : nothing}
      <a class="call" href="tel:988">
        ${icon(PHONE)}<span class="call__who">If this is hard right now<small>Call or text, day and night</small></span>
        <span class="call__number">988</span>
      </a>
    </section>`;
}

function reload() {
  location.reload();
}
