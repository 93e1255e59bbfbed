/** From yes to admission (screen 20, short): how far it is, what each facility says, whom to call, what happens by itself. */

import { html, nothing } from "lit-html";
import { hourAndMinute, minutesAndSeconds, minutesSince } from "../live/clock.js";
import { ALERT, CHECK, CLOCK, icon, NEXT, PHONE } from "../live/icons.js";
import { newId } from "../live/ids.js";
import { OUTCOMES } from "../live/words.js";
import { ask } from "../pages/ask.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */
/** @typedef {import("../live/types").Step} Step */
/** @typedef {import("../live/types").Referral} Referral */
/** @typedef {import("../live/types").Bid} Bid */

/** @type {Record<Step["state"], [string, string]>} */
const STATES = {
  waiting: [CLOCK, "waiting"],
  sent: [NEXT, "sent"],
  delivered: [CHECK, "delivered"],
  failed: [ALERT, "failed: call now"],
};

/** @type {["accepted" | "left" | "arrived" | "admitted", string][]} */
const JOURNEY = [
  ["accepted", "Facility said yes"],
  ["left", "Left"],
  ["arrived", "Arrived"],
  ["admitted", "Admitted"],
];

/** @type {Record<string, string>} */
const STAGES = {
  sent: "asked",
  received: "has the message",
  accepted: "said yes",
  en_route: "expects them",
  arrived: "arrived",
  admitted: "admitted",
  declined: "said no",
  no_show: "nobody arrived",
  refused_on_the_way: "turned back",
  cancel_asked: "is being told no",
  cancelled: "knows it is off",
  undeliverable: "not reached: call",
};

const RANKS = { primary: "First choice", fallback: "Second choice" };

const CLOCKS = {
  receipt: "second way in",
  reminder: "reminder in",
  answer: "plan B due in",
  confirm: "plan B by itself in",
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
    ${yes(outcome, referral, ui)} ${referral ? whole(view, referral, ui) : html`<p>No referral is prepared. Call the facility now.</p>`}
  </section>`;
}

/** @param {import("../live/types").Outcome} outcome @param {Referral | null | undefined} referral @param {Ui} ui */
function yes({ at, reopened }, referral, ui) {
  const admitted = referral?.moments?.admitted;
  const minutes = minutesSince(at, admitted ? Date.parse(admitted) : ui.now);
  return html`<p class="handoff__yes"><strong>Yes</strong> at ${hourAndMinute(at)} <span class="handoff__minutes">${admitted ? `admitted after ${minutes} min` : `${minutes} min ago`}</span></p>
    ${reopened ? html`<strong class="handoff__again">The outcome is open again</strong>` : nothing}`;
}

/** @param {RoomView} view @param {Referral} referral @param {Ui} ui */
function whole(view, referral, ui) {
  const { room, me } = view;
  /** @type {Set<string>} */
  const asked = new Set((referral.bids || []).map((bid) => bid.which));
  const back = `?room=${room.id}&seat=${me.person}`;
  return html`
    ${referral.fallback_due ? planB(view, referral, ui) : nothing}
    <ol class="handoff__steps">${referral.moments?.accepted ? nothing : referral.steps.map(step)} ${JOURNEY.map((each) => moment(each, referral))}</ol>
    ${(referral.bids || []).map((bid) => facility(bid, referral, ui))}
    ${calls(view, referral, ui)}
    <div class="handoff__calls">
      ${Object.entries(RANKS).map(([which, rank]) => (asked.has(which) ? nothing : call(referral[/** @type {Bid["which"]} */ (which)], rank)))}
      <a class="button button--small" href="/handoff/${referral.id}${back}">Hand-off board</a>
      <a class="button button--small" href="/consent/${referral.id}${back}">${CONSENT[referral.consent || "waiting"]}</a>
    </div>
    ${ui.my.not_told ? html`<p class="handoff__open" role="alert">${ui.my.not_told}</p>` : nothing}
    ${referral.gaps?.length ? html`<ul class="gates">${referral.gaps.map((gap) => html`<li>${gap}</li>`)}</ul>` : nothing}`;
}

/** @param {Step} one */
function step({ label, state, at }) {
  const [picture, words] = STATES[state];
  return html`<li class="handoff__step handoff__step--${state}">
    ${icon(picture)}<span>${label}<small>${words}${at ? ` ${hourAndMinute(at)}` : ""}</small></span>
  </li>`;
}

/** @param {typeof JOURNEY[number]} each @param {Referral} referral */
function moment([name, label], { moments }) {
  const at = moments?.[name];
  if (!at) return nothing;
  const after = moments?.yes ? `, ${minutesSince(moments.yes, Date.parse(at))} min` : "";
  return html`<li class="handoff__step handoff__step--delivered">${icon(CHECK)}<span>${label}<small>${hourAndMinute(at)}${after}</small></span></li>`;
}

/** @param {Bid} bid @param {Referral} referral @param {Ui} ui */
function facility({ which, place, stage }, { bids, clocks }, ui) {
  const asked = bids?.length ?? 0;
  const next = clocks?.find((clock) => clock.which === which);
  const words = next?.clock === "answer" && asked > 1 ? "time ends in" : next && CLOCKS[next.clock];
  return html`<div class="handoff__bid">${call(place, RANKS[which])} <strong>${STAGES[stage] || stage}</strong>
    ${next ? html`<span class="figures">${words} ${minutesAndSeconds(Date.parse(next.due_at) - ui.now)}</span>` : nothing}</div>`;
}

/** Who has to be called, with what to say. @param {RoomView} view @param {Referral} referral @param {Ui} ui */
function calls(view, referral, ui) {
  const open = (referral.tasks || []).filter((task) => !task.done_at);
  return open.map(
    ({ key, who, phone, script }) => html`<div class="handoff__task">
      <a class="button button--small button--danger" href="tel:${phone}">${icon(PHONE)}<span>Call ${who}, ${phone}</span></a>
      <q>${script}</q>
      ${button(view, ui, "Called", key, `${referral.id}/calls/done`, { key })}
    </div>`,
  );
}

/** @param {RoomView} view @param {Referral} referral @param {Ui} ui */
function planB(view, referral, ui) {
  const body = { id: newId(), move: "fallback" };
  return button(view, ui, "Go to plan B now", "fallback", `${referral.id}/moves`, body, "button--primary");
}

/** @param {RoomView} view @param {Ui} ui @param {string} label @param {string} key @param {string} path @param {object} body */
function button(view, ui, label, key, path, body, look = "") {
  const busy = ui.my.telling === key;
  const press = () => busy || tell(ui, key, `/api/referrals/${path}?seat=${view.me.person}`, body);
  return html`<button class="button button--small ${look}" aria-busy=${busy} @click=${press}>${label}</button>`;
}

/** @param {Ui} ui @param {string} key @param {string} path @param {object} body */
async function tell(ui, key, path, body) {
  ui.set({ telling: key, not_told: "" });
  try {
    await ask(path, body);
  } catch (refusal) {
    ui.set({ not_told: /** @type {Error} */ (refusal).message });
  }
  ui.set({ telling: "" });
}

/** @param {import("../live/types").Contact | undefined} contact @param {string} rank */
function call(contact, rank) {
  if (!contact?.phone) return nothing;
  return html`<a class="button button--small" href="tel:${contact.phone}" title="${rank}: ${contact.phone}">${icon(PHONE)}<span>${contact.name}</span></a>`;
}
