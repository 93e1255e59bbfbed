/** What the join page shows, one function a screen. Nothing clinical: a name, a relation, who invited and when. */

import { circle, el } from "../pages/el.js";
import { dayOf } from "../shell/times.js";

/** @typedef {{ name: string, relation: string, invited_by: string, when: string }} Seat */

export function opening() {
  return welcome("One moment …", "Opening your invitation.");
}

/**
 * @param {Seat} seat
 * @param {{ go: (button: HTMLElement) => void, notMe: () => void }} then
 */
export function seat(seat, then) {
  const go = el("button.button.button--primary.button--block", { type: "button" }, `Continue as ${seat.name}`);
  go.addEventListener("click", () => then.go(go));
  return [
    el("div.door__welcome", {}, circle(), el("p.lead", {}, "You are"), title(seat.name), ...relation(seat)),
    el("dl.card.facts", {}, ...fact("Invited by", seat.invited_by), ...fact("Invited on", dayOf(seat.when))),
    el("p.door__say", {}, "Next comes a waiting room. Nobody sees or hears you before you are let in."),
    actions(
      go,
      el("button.button.button--quiet.button--block", { type: "button", onclick: then.notMe }, "This is not me"),
    ),
  ];
}

/**
 * @param {Seat} seat
 * @param {() => void} back
 */
export function notMe(seat, back) {
  return [
    ...welcome(
      "Then please stop here",
      `This link is for ${seat.name} alone. Nothing has been opened, and you can close this page.`,
    ),
    el(
      "p.door__say",
      {},
      `If you were invited yourself, ask ${seat.invited_by} for your own link. You can also tell them that this one went to the wrong phone.`,
    ),
    actions(
      el("a.button.button--block", { href: "/j" }, "I have a room code"),
      el("button.button.button--quiet.button--block", { type: "button", onclick: back }, `Go back, I am ${seat.name}`),
    ),
  ];
}

/** The page was opened without the part that tells whose seat it is. */
export function noSecret() {
  return [
    ...welcome(
      "Open your link again",
      "This page needs the whole link from your invitation, and its last part is missing.",
    ),
    el(
      "p.door__say",
      {},
      "Go back to the message that you were sent and tap the link there. If you copied it, copy all of it.",
    ),
    actions(el("a.button.button--block", { href: "/j" }, "I have a room code")),
  ];
}

/**
 * @param {import("../pages/ask.js").Refusal} refusal
 * @param {() => void} again
 */
export function refused(refusal, again) {
  const [heading, lead, say] = WORDS[refusal.code] ?? [
    "That did not work",
    refusal.message,
    "Your invitation is still good.",
  ];
  const retry = el("button.button.button--primary.button--block", { type: "button", onclick: again }, "Try again");
  const code = el("a.button.button--block", { href: "/j" }, "I have a room code");
  return [
    ...welcome(heading, lead),
    el("p.door__say", {}, say),
    actions(...(FINAL.has(refusal.code) ? [code] : [retry, code])),
  ];
}

const ASK = "Call or write to the person who invited you and ask for a new link. It takes them a moment.";

/** @type {Record<string, [string, string, string]>} heading, what happened, what to do */
const WORDS = {
  offline: [
    "No connection",
    "Your phone could not reach the meeting.",
    "Check Wi-Fi or mobile data, then try again. Your invitation is still good.",
  ],
  not_found: [
    "We do not know this link",
    "It may have been cut off when it was copied, or replaced by a newer one.",
    ASK,
  ],
  gone: ["This link no longer works", "It was taken back or replaced by a newer one.", ASK],
  moved: ["Your seat is on another phone", "This link was opened somewhere else.", ASK],
  rate_limited: ["Too many tries", "Please wait a minute, then try again.", "Your invitation is still good."],
};

/** Trying again would change nothing. */
const FINAL = new Set(["not_found", "gone", "moved"]);

/**
 * @param {string} heading
 * @param {string} lead
 */
function welcome(heading, lead) {
  return [el("div.door__welcome", {}, circle(), title(heading), el("p.lead", {}, lead))];
}

/** @param {string} text */
function title(text) {
  return el("h1", { tabindex: "-1", dir: "auto" }, text);
}

/** @param {Seat} seat */
function relation(seat) {
  return seat.relation ? [el("p.lead", { dir: "auto" }, seat.relation)] : [];
}

/**
 * @param {string} name
 * @param {string} value
 */
function fact(name, value) {
  return value ? [el("div", {}, el("dt", {}, name), el("dd", { dir: "auto" }, value))] : [];
}

/** @param {...HTMLElement} buttons */
function actions(...buttons) {
  return el("div.reach.reach--stick", {}, ...buttons);
}
