/** Recording the outcome (screen 19), stopping for safety, and amending with a reason: one confirm, kept until the server has it. */

import { html, nothing } from "lit-html";
import { ALERT, CHECK, CLOCK, CROSS, HEART, icon, PHONE, SHIELD } from "../live/icons.js";
import { dialog } from "../live/parts.js";
import { OUTCOMES } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").OutcomeKind} OutcomeKind */
/** @typedef {import("../live/types").Ui} Ui */

/** @type {[OutcomeKind, string, string][]} */
const CHOICES = [
  ["accepts", HEART, "The hand-off starts at once: facility, driver and escort are told."],
  ["needs_time", CLOCK, "The offer stays open. You agree on the next contact."],
  ["reacts_negatively", CROSS, "The family holds its bottom lines. The door stays open."],
  ["stopped_for_safety", SHIELD, "Everyone sees a calm stop. Nothing is decided."],
];

/** One key for every tap on any of the choices: an outcome can never be sent twice. */
const KEY = "outcome";

/** @param {RoomView} view @param {Ui} ui */
export function outcomeDialog(view, ui) {
  const close = () => ui.set({ dialog: null, kind: null, text: "" });
  if (view.me.kind === "rehearsal") return inRehearsal(close);
  const before = view.outcome;
  return dialog(
    { title: before ? "Amend the outcome" : "Outcome", close, look: "dialog--outcome" },
    html`<div class="stack">
      ${before ? html`<p>Recorded: <strong>${OUTCOMES[before.kind]}</strong>. It is never deleted; what you choose now is added.</p>` : nothing}
      <fieldset class="outcomes">
        <legend class="unseen">What happened</legend>
        ${CHOICES.filter(([kind]) => !before || before.reopened || kind !== before.kind).map((choice) => card(ui, choice))}
      </fieldset>
      ${ui.my.kind ? details(view, ui, ui.my.kind) : nothing} ${confirm(view, ui)}
    </div>`,
  );
}

/** @param {() => void} close */
function inRehearsal(close) {
  return dialog(
    { title: "This is a rehearsal", close },
    html`<p>An outcome is recorded in the live meeting only. There, this button shows the four outcomes, what is missing for the hand-off, and one button to confirm.</p>`,
  );
}

/** @param {Ui} ui @param {[OutcomeKind, string, string]} choice */
function card(ui, [kind, picture, words]) {
  return html`<label class="outcome outcome--${kind}">
    <input type="radio" name="outcome" value=${kind} .checked=${ui.my.kind === kind} @change=${() => ui.set({ kind })} />
    ${icon(picture)}
    <span><b>${OUTCOMES[kind]}</b><small>${words}</small></span>
  </label>`;
}

/** @param {RoomView} view @param {Ui} ui @param {OutcomeKind} kind */
function details(view, ui, kind) {
  const label = view.outcome
    ? "Why is it changed?"
    : needsReason(view, kind)
      ? "The plan was not presented. Why record this now?"
      : "A note for the record (optional)";
  return html`${kind === "accepts" ? goNoGo(view) : nothing}
    <label class="field">
      <span class="field__label">${label}</span>
      <textarea class="input" rows="2" maxlength="500" .value=${ui.my.text || ""} @input=${(/** @type {any} */ event) => ui.set({ text: event.target.value })}></textarea>
    </label>`;
}

/** A yes is never refused for a missing paper: what lacks is named, and the way on is a call. @param {RoomView} view */
function goNoGo({ referral }) {
  const gaps = referral ? referral.gaps || [] : ["No referral is prepared. Call the facility yourself."];
  if (referral?.armed && !gaps.length) {
    return html`<div class="notice notice--good">${icon(CHECK)}<p class="notice__title">Go: everything for the hand-off is ready</p></div>`;
  }
  return html`<div class="notice notice--warn">
    ${icon(ALERT)}
    <p class="notice__title">Missing for the hand-off. The yes counts all the same.</p>
    <ul class="points">${gaps.map((gap) => html`<li>${gap}</li>`)}</ul>
  </div>`;
}

/** @param {RoomView} view @param {Ui} ui */
function confirm(view, ui) {
  const { kind } = ui.my;
  const text = (ui.my.text || "").trim();
  const missing = !kind || (!text && wantsReason(view, kind));
  const busy = ui.busy(KEY, {}, KEY);
  const record = () => {
    if (missing) return;
    if (view.outcome) ui.act("amend_outcome", { kind, reason: text }, KEY);
    else ui.act("record_outcome", { kind, ...worded(view, kind, text) }, KEY);
  };
  return html`
    ${ui.refusal ? html`<p class="notice notice--danger" role="alert">${ui.refusal}</p>` : nothing}
    ${busy && ui.late ? html`<p class="notice notice--warn" role="status">Not sent yet. It is kept here and tried again.</p>` : nothing}
    <button
     
      class="button button--block ${kind === "stopped_for_safety" ? "button--danger" : "button--primary"}"
      aria-busy=${busy}
      aria-disabled=${missing}
      @click=${record}
    >
      ${busy ? "Recording" : confirmWords(kind, missing)}
    </button>`;
}

/** @param {OutcomeKind | null | undefined} kind @param {boolean} missing */
function confirmWords(kind, missing) {
  if (!kind) return "Choose what happened";
  return missing ? "First say why" : `Record: ${OUTCOMES[kind]}`;
}

/** @param {RoomView} view @param {OutcomeKind} kind @param {string} text */
function worded(view, kind, text) {
  if (!text) return {};
  return needsReason(view, kind) ? { override: text } : { note: text };
}

/** @param {RoomView} view @param {OutcomeKind} kind */
function wantsReason(view, kind) {
  return Boolean(view.outcome) || needsReason(view, kind);
}

/** @param {RoomView} view @param {OutcomeKind} kind */
function needsReason(view, kind) {
  return kind === "accepts" && !view.plan?.presented_at;
}

/** @param {RoomView} view @param {Ui} ui */
export function safetyDialog(view, ui) {
  const close = () => ui.set({ dialog: null });
  const stop = () => {
    if (view.room.state === "live") ui.act("pause");
    ui.set({ dialog: "outcome", kind: "stopped_for_safety" });
  };
  return dialog(
    { title: "Is someone in danger?", close },
    html`<div class="stack">
      <a class="call call--first" href="tel:911">${icon(PHONE)}<span class="call__who">Danger, weapon, overdose</span><span class="call__number">Call 911</span></a>
      <button class="button button--block button--danger" @click=${stop}>${icon(SHIELD)}<span>Pause all and stop for safety</span></button>
      <p>Every phone shows a calm pause. Then you confirm that the meeting stopped for safety.</p>
    </div>`,
  );
}

/** The dialog goes when the record is there, not when it was asked for. @param {import("../live/types").View} before @param {import("../live/types").View} after @param {Ui} ui */
export function outcomeArrived(before, after, ui) {
  const [was, is] = [before, after].map((view) => view.outcome?.id);
  if (is && is !== was && ui.my.dialog === "outcome") ui.set({ dialog: null, kind: null, text: "" });
}
