/** The faces of a team member's phone while someone else speaks, while everything rests, and when it is over. */

import { html, nothing } from "lit-html";
import { hourAndMinute, minutesAndSeconds } from "../live/clock.js";
import { planCard } from "../live/parts.js";
import { nameOf, OUTCOMES, PHASES, personOf, shortNameOf } from "../live/words.js";
import { handButton, helpButtons } from "./help.js";

/** @typedef {import("../live/types").View} View */
/** @typedef {import("../live/types").Ui} Ui */

/** @type {Record<import("../live/types").Step["state"], string>} */
const STEPS = { waiting: "in preparation", sent: "told", delivered: "has the message", failed: "is being called" };

/** @param {View} view @param {Ui} ui */
export function listening(view, ui) {
  return html`
    <section class="face face--listen">
      <div class="face__main">
        <h1 class="face__word">Listen</h1>
        ${speaker(view)} ${place(view)}
      </div>
      ${extras(view)}
      <div class="face__acts">${handButton(view, ui)} ${helpButtons(ui)}</div>
    </section>`;
}

/** @param {View} view @param {Ui} ui */
export function next(view, ui) {
  return html`
    <section class="face face--next">
      <div class="face__main">
        <h1 class="face__word">You’re next</h1>
        ${speaker(view)}
        <p class="face__text">Breathe out slowly. Your words will be here when it is your turn.</p>
      </div>
      ${extras(view)}
      <div class="face__acts">${helpButtons(ui)}</div>
    </section>`;
}

/** @param {View} view @param {Ui} ui */
export function pausing(view, ui) {
  return html`
    <section class="face face--pause">
      <div class="face__main">${rest(view, ui)}</div>
      ${extras(view)}
      <div class="face__acts">${helpButtons(ui)}</div>
    </section>`;
}

/** @param {View} view */
export function over(view) {
  return html`
    <section class="face face--pause">
      <div class="face__main">
        <h1 class="face__word">The meeting has ended</h1>
        <p class="face__text">Thank you for speaking and for listening. Be kind to yourself today.</p>
        ${outcome(view)}
      </div>
      ${extras(view)}
    </section>`;
}

/** @param {View} view @param {Ui} ui */
export function rest(view, ui) {
  if (view.outcome?.kind === "stopped_for_safety") {
    return html`<p class="face__word">The meeting stops here</p>
      <p class="face__text">Go where you feel safe. ${view.me.facilitator} tells you what happens next. In danger, call 911.</p>`;
  }
  const { state, break_until } = /** @type {import("../live/types").RoomSection} */ (view.room);
  const mine = view.floor?.holder === view.me.person;
  if (state === "suspended") {
    return html`<h1 class="face__word">One moment</h1>
      <p class="face__text">Something technical went wrong. Please stay where you are. You keep your place.</p>`;
  }
  if (state === "on_break" && break_until) {
    const left = Date.parse(break_until) - ui.now;
    return html`<h1 class="face__word">Break</h1>
      <p class="face__text">
        ${left > 0 ? html`We go on in <strong class="figures">${minutesAndSeconds(left)}</strong>, at ${hourAndMinute(break_until)}.` : "We go on any moment."}
      </p>`;
  }
  return html`<h1 class="face__word">Pause</h1>
    <p class="face__text">Nobody has to speak now. Breathe in for four, and out for six.</p>
    ${mine ? html`<p class="face__text">You go on afterwards, where you stopped. Your time is kept.</p>` : nothing}
    <span class="breath" aria-hidden="true"></span>`;
}

/** @param {View} view */
function speaker(view) {
  const { floor } = view;
  if (!floor?.holder) {
    return html`<p class="face__who">Nobody is speaking yet</p>`;
  }
  const person = personOf(view, floor.holder);
  return html`<p class="face__who">${nameOf(view, floor.holder)}</p>
    <p class="face__text">${person?.relation ? `${person.relation}, ` : ""}${floor.paused_at ? "paused" : "is speaking"}</p>`;
}

/** @param {View} view */
function place(view) {
  const queue = view.queue || [];
  const at = queue.indexOf(view.me.person);
  if (view.floor?.interrupted && view.floor.interrupted.holder === view.me.person) {
    return html`<p class="face__place">You go on right after. Your time is kept.</p>`;
  }
  if (at > 0) {
    const before = queue.slice(Math.max(0, at - 2), at).map((id) => shortNameOf(view, id));
    return html`<p class="face__place">You speak after ${before.join(", then ")}.</p>`;
  }
  return html`<p class="face__place">${queue.length ? `Next is ${nameOf(view, queue[0])}.` : PHASES[phaseOf(view)].next}</p>`;
}

/** What has been shown to everyone so far. @param {View} view */
function extras(view) {
  const { plan, revealed } = view;
  return html`
    ${view.room && view.room.state !== "ended" ? outcome(view) : nothing}
    ${plan?.presented_at ? html`<details class="face__more"><summary>The plan</summary>${planCard(plan)}</details>` : nothing}
    ${
      revealed?.length
        ? html`<details class="face__more"><summary>What people will do from now on</summary>
            ${revealed.map(({ person, text }) => html`<blockquote class="line-held"><p>${text}</p><footer>${nameOf(view, person)}</footer></blockquote>`)}
          </details>`
        : nothing
    }`;
}

/** What everyone can hold on to when help was not accepted today. @type {Partial<Record<import("../live/types").OutcomeKind, string>>} */
const AFTER = {
  needs_time: "The offer stays open.",
  reacts_negatively: "A no today is not the last word. The door stays open.",
};

// After days without opioids the body bears much less than before, which is when people die of an overdose:
// SAMHSA, Overdose Prevention and Response Toolkit (PEP23-03-00-001), on tolerance after a break.
const TOLERANCE =
  "After days without opioids the body bears much less than before. Keep naloxone near, and nobody should use alone.";

/** How far the journey is, once it is more than messages. @type {Record<string, string>} */
const JOURNEY = {
  accepted: "The treatment center said yes.",
  en_route: "On the way.",
  arrived: "Arrived.",
  admitted: "Arrived and admitted.",
  refused_on_the_way: "The journey stopped for now. The offer stays open.",
  no_show: "The journey stopped for now. The offer stays open.",
};

/** @param {View} view */
export function outcome({ outcome: recorded, referral }) {
  if (!recorded) return nothing;
  return html`<div class="face__outcome">
    <p><strong>${OUTCOMES[recorded.kind]}</strong> <span class="figures">${hourAndMinute(recorded.at)}</span></p>
    ${recorded.kind === "accepts" ? nothing : html`<p>${AFTER[recorded.kind]} ${TOLERANCE}</p>`}
    ${referral && JOURNEY[referral.state] ? html`<p>${JOURNEY[referral.state]}</p>` : nothing}
    ${referral?.steps ? html`<ul class="points">${referral.steps.map((step) => html`<li>${step.label}: ${STEPS[step.state]}</li>`)}</ul>` : nothing}
  </div>`;
}

/** @param {View} view */
function phaseOf(view) {
  return /** @type {import("../live/types").RoomSection} */ (view.room).phase;
}
