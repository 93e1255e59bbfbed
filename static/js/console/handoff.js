/** From yes to departure (screen 20, short): what has gone out, what came back, whom to call, and the minutes since. */

import { html, nothing } from "lit-html";
import { hourAndMinute, minutesSince } from "../live/clock.js";
import { ALERT, CHECK, CLOCK, icon, NEXT, PHONE } from "../live/icons.js";
import { OUTCOMES } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */
/** @typedef {import("../live/types").Step} Step */

/** @type {Record<Step["state"], [string, string]>} */
const STATES = {
  waiting: [CLOCK, "waiting"],
  sent: [NEXT, "sent"],
  delivered: [CHECK, "delivered"],
  failed: [ALERT, "failed: call now"],
};

const CONSENT = {
  waiting: "Sign the consent",
  signed: "Consent signed",
  revoked: "Consent taken back",
};

/** @param {RoomView} view @param {Ui} ui */
export function handoff(view, ui) {
  const { outcome, referral } = view;
  if (!outcome) return nothing;
  if (outcome.kind !== "accepts") {
    return html`<section class="handoff handoff--quiet" aria-label="Outcome">
      <strong>${OUTCOMES[outcome.kind]}</strong> <time>${hourAndMinute(outcome.at)}</time>
    </section>`;
  }
  return html`<section class="handoff" aria-label="Hand-off">
    <p class="handoff__yes"><strong>Yes</strong> at ${hourAndMinute(outcome.at)} <span class="handoff__minutes">${minutesSince(outcome.at, ui.now)} min ago</span></p>
    ${referral ? steps(referral, view.room.id) : html`<p>No referral is prepared. Call the facility now.</p>`}
  </section>`;
}

/** @param {import("../live/types").Referral} referral @param {string} room */
function steps(referral, room) {
  return html`
    <ol class="handoff__steps">${referral.steps.map(step)}</ol>
    <div class="handoff__calls">
      ${call(referral.primary, "First choice")} ${call(referral.fallback, "Second choice")}
      <a class="button button--small" href="/handoff/${referral.id}">Hand-off board</a>
      <a class="button button--small" href="/consent/${referral.id}?room=${room}">${CONSENT[referral.consent || "waiting"]}</a>
    </div>
    ${referral.gaps?.length ? html`<ul class="gates">${referral.gaps.map((gap) => html`<li>${gap}</li>`)}</ul>` : nothing}`;
}

/** @param {Step} one */
function step({ label, state, at }) {
  const [picture, words] = STATES[state];
  return html`<li class="handoff__step handoff__step--${state}">
    ${icon(picture)}<span>${label}<small>${words}${at ? ` ${hourAndMinute(at)}` : ""}</small></span>
  </li>`;
}

/** @param {import("../live/types").Contact | undefined} contact @param {string} rank */
function call(contact, rank) {
  if (!contact?.phone) return nothing;
  return html`<a class="button button--small" href="tel:${contact.phone}" title="${rank}: ${contact.phone}">${icon(PHONE)}<span>${contact.name}</span></a>`;
}
