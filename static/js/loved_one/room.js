/** The meeting as the person it is for sees it: who is here, who speaks, what comes next, and ways to stop it. No clock, no judgement. */

import { html, nothing } from "lit-html";
import { CHECK, CLOCK, DOOR, HEART, icon, PAUSE, TALK } from "../live/icons.js";
import { leaveDialog } from "../live/leave.js";
import { planCard, send } from "../live/parts.js";
import { listed, nameOf, PHASES, personOf, stillToSpeak } from "../live/words.js";
import { tell } from "../phone/help.js";
import { outcome, rest } from "../phone/listen.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */

const FIRST = "button--block button--primary";
const STOPPED = ["paused", "on_break", "suspended"];

/** @param {RoomView} view @param {Ui} ui */
export function guestRoom(view, ui) {
  if (ui.my.left || view.me.standing === "left") return left(view);
  if (view.room.state === "ended") return ended(view);
  const stopped = STOPPED.includes(view.room.state);
  return html`
    <section class="face ${stopped ? "face--pause" : "face--guest"}">
      <div class="face__main">${stopped ? rest(view, ui) : now(view)}</div>
      ${stopped ? nothing : around(view)} ${offered(view)}
      <div class="face__acts">${choices(view, ui, stopped)}</div>
      ${leaveDialog(view, ui, "The offer stays.")}
    </section>`;
}

/** @param {RoomView} view */
function now(view) {
  const { holder } = view.floor;
  if (!holder) return html`<h1 class="face__word">${PHASES[view.room.phase].name}</h1>`;
  if (holder === view.me.person) {
    return html`<h1 class="face__word">Your turn to speak</h1><p class="face__text">Take all the time you want.</p>`;
  }
  const person = personOf(view, holder);
  return html`<p class="face__text">Speaking now</p>
    <h1 class="face__word">${nameOf(view, holder)}</h1>
    ${person?.relation ? html`<p class="face__text">Your ${person.relation}</p>` : nothing}`;
}

/** @param {RoomView} view */
function around(view) {
  const left = stillToSpeak(view).length;
  const here = view.people.filter((person) => person.id !== view.me.person && person.role !== "observer");
  const phase = view.room.phase;
  return html`<dl class="around">
    <div><dt>Still to speak</dt><dd>${left === 0 ? "Nobody else" : left === 1 ? "1 person" : `${left} people`}</dd></div>
    <div><dt>What comes next</dt><dd>${phase === "offer" || phase === "response" ? "You can answer. There is no hurry." : PHASES[phase].next}</dd></div>
    <div><dt>Who is here</dt><dd>${listed(here.map((person) => person.name))}</dd></div>
  </dl>`;
}

/** @param {RoomView} view */
function offered(view) {
  const { plan } = view;
  return html`${outcome(view)}
  ${plan?.presented_at ? html`<details class="face__more" open><summary>What is offered to you</summary>${planCard(plan)}</details>` : nothing}
  ${(view.revealed || []).map(({ person, text }) => html`<blockquote class="line-held"><p>${text}</p><footer>${nameOf(view, person)}</footer></blockquote>`)}`;
}

/** Before anything is offered, being heard comes first; after that, the help does. @param {RoomView} view @param {Ui} ui @param {boolean} stopped */
function choices(view, ui, stopped) {
  const helpFirst = Boolean(view.plan?.presented_at);
  const help =
    view.outcome?.kind === "accepts"
      ? nothing
      : tell(ui, "ready_to_accept", "I’d like the help", HEART, helpFirst ? FIRST : "");
  const say = speak(view, ui, helpFirst ? "" : FIRST);
  return html`
    ${consent(view)} ${helpFirst ? help : say}
    <div class="helps">
      ${helpFirst ? say : help}
      ${stopped ? nothing : send(ui, { name: "pause", key: "guest_pause", label: "I need a break", picture: PAUSE })}
      ${tell(ui, "needs_time", "I need time", CLOCK)}
      <button class="button" @click=${() => ui.set({ dialog: "leave" })}>${icon(DOOR)}<span>Stop and leave</span></button>
    </div>`;
}

/** Theirs to sign, once they have said yes. @param {RoomView} view */
function consent({ referral, me, room }) {
  if (!referral?.consent_page) return nothing;
  const signed = referral.consent === "signed";
  const page = `${referral.consent_page}?seat=${me.person}&room=${room.id}`;
  return html`<a class="button ${signed ? "button--block" : FIRST}" href="${page}">${signed ? "What you signed" : "Decide what is shared, and sign"}</a>`;
}

/** @param {RoomView} view @param {Ui} ui @param {string} look */
function speak(view, ui, look) {
  return view.floor.holder === view.me.person
    ? send(ui, { name: "yield_turn", label: "I’ve said it", look, picture: CHECK })
    : tell(ui, "ready_to_answer", "I want to say something", TALK, look);
}

/** @param {RoomView} view */
function left(view) {
  return html`<section class="face face--pause">
    <div class="face__main">
      <h1 class="face__word">You have left the meeting</h1>
      <p class="face__text">That is all right. If you change your mind, ${view.me.facilitator} is glad to hear from you.</p>
    </div>
    ${safety()}
  </section>`;
}

/** @param {RoomView} view */
function ended(view) {
  return html`<section class="face face--pause">
    <div class="face__main">
      <h1 class="face__word">The meeting has ended</h1>
      <p class="face__text">Thank you for being here.</p>
    </div>
    ${offered(view)} ${consent(view)} ${safety()}
  </section>`;
}

/** After a time without opioids the body bears less of them; that is when people die. */
function safety() {
  return html`<div class="face__outcome">
    <p>Please do not be alone if you use. After days without, the body bears much less than before.</p>
    <p><a href="/emergency">What to do in an overdose</a></p>
  </div>`;
}
