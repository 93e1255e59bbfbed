/** What phones signal, above everything else until it is settled. */

import { html, nothing } from "lit-html";
import { hourAndMinute } from "../live/clock.js";
import { ALERT, HAND, icon, TALK } from "../live/icons.js";
import { send } from "../live/parts.js";
import { chime, isCovered } from "../live/senses.js";
import { nameOf } from "../live/words.js";

/** @typedef {import("../live/types").View} View */
/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */
/** @typedef {NonNullable<View["signals"]>[number]} Signal */

/** @type {Record<import("../live/types").SignalKind, string>} */
const SIGNALS = {
  break: "needs a break",
  unsafe: "feels unsafe",
  cannot_hear: "cannot hear",
  panic: "asks for help now",
  ready_to_answer: "wants to say something",
  ready_to_accept: "would like the help",
  needs_time: "needs time to think",
};

/** @type {Record<import("../live/types").SignalKind, "grave" | "glad" | "plain">} */
const WEIGHTS = {
  panic: "grave",
  unsafe: "grave",
  ready_to_answer: "glad",
  ready_to_accept: "glad",
  needs_time: "plain",
  break: "plain",
  cannot_hear: "plain",
};
const ICONS = { grave: ALERT, glad: TALK, plain: HAND };
const ORDER = ["grave", "glad", "plain"];

/** @param {RoomView} view @param {Ui} ui */
export function signalStrip(view, ui) {
  const open = openSignals(view);
  return html`<div class="signals" role="alert" ?hidden=${!open.length}>
    ${open.map((signal) => strip(view, ui, signal))}
  </div>`;
}

/** @param {RoomView} view @param {Ui} ui @param {Signal} signal */
function strip(view, ui, signal) {
  const weight = WEIGHTS[signal.kind];
  return html`<div class="signal signal--${weight}">
    ${icon(ICONS[weight])}
    <span class="signal__words"><strong>${nameOf(view, signal.person)}</strong> ${SIGNALS[signal.kind]} <time>${hourAndMinute(signal.at)}</time>${signal.call ? html`<br />Safety contact: ${signal.call}` : nothing}</span>
    ${view.me.controller ? acts(view, ui, signal) : nothing}
  </div>`;
}

/** @param {RoomView} view @param {Ui} ui @param {Signal} signal */
function acts(view, ui, signal) {
  return html`<span class="signal__acts">
    ${signal.kind === "ready_to_answer" ? send(ui, { name: "grant_turn", args: { person: signal.person }, label: "Give the floor", look: "button--small" }) : nothing}
    ${
      signal.kind === "ready_to_accept"
        ? html`<button class="button button--small" @click=${() => ui.set({ dialog: "outcome", kind: "accepts" })}>Outcome</button>`
        : nothing
    }
    ${
      WEIGHTS[signal.kind] === "glad" || view.room.state !== "live"
        ? nothing
        : send(ui, { name: "pause", label: "Pause for all", look: "button--small" })
    }
    ${send(ui, { name: "settle_signal", args: { signal: signal.id }, label: "Settled", look: "button--small" })}
  </span>`;
}

/** @param {View} view */
function openSignals(view) {
  const open = (view.signals || []).filter((signal) => !signal.settled);
  return [...open].sort((one, other) => rank(one) - rank(other));
}

/** @param {Signal} signal */
function rank(signal) {
  return ORDER.indexOf(WEIGHTS[signal.kind]);
}

/** A new signal is heard as well as seen. @param {View} before @param {View} after */
export function signalArrived(before, after) {
  const known = new Set((before.signals || []).map((signal) => signal.id));
  if (openSignals(after).some((signal) => !known.has(signal.id)) && !isCovered()) chime();
}
