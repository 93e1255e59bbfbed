/** The face of a phone whose owner speaks: own words, time, "I'm done" and help; or typing, where a voice fails. */

import { html, nothing } from "lit-html";
import { CHECK, HELP, icon, NEXT, TALK } from "../live/icons.js";
import { newId } from "../live/ids.js";
import { send, timer } from "../live/parts.js";
import { helpDialog } from "./help.js";
import { prompter } from "./prompter.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */

/** @param {RoomView} view @param {Ui} ui */
export function myTurn(view, ui) {
  const typing = ui.my.typing === undefined ? draftOf(view) !== "" : ui.my.typing;
  return html`
    <section class="face face--turn">
      <div class="turnbar"><h1 class="turnbar__word">Your turn</h1>${timer(view.floor, ui.now)}</div>
      ${typing ? typingBox(view, ui) : words(view, ui)}
      <div class="face__acts">
        ${send(ui, { name: "yield_turn", label: "I’m done", look: "button--block button--primary button--done", picture: CHECK })}
        <div class="helps">
          <button class="button" @click=${() => ui.set({ typing: !typing })}>
            ${icon(TALK)}<span>${typing ? "My statement" : "Type instead"}</span>
          </button>
          <button class="button" @click=${() => ui.set({ dialog: "help" })}>${icon(HELP)}<span>Help</span></button>
        </div>
      </div>
      ${helpDialog(ui)}
    </section>`;
}

/** @param {RoomView} view @param {Ui} ui */
function words(view, ui) {
  if (view.statement) return prompter(view.statement, ui);
  return html`<div class="prompter prompter--2 prompter--free">
    <p>Say what you saw and what you felt.</p>
    <p>Begin with “I”.</p>
  </div>`;
}

/** @param {RoomView} view @param {Ui} ui */
function typingBox(view, ui) {
  const draft = ui.my.draft === undefined ? draftOf(view) : ui.my.draft;
  const write = (/** @type {string} */ text) => {
    sessionStorage.setItem(draftPlace(view), text);
    ui.set({ draft: text, draft_since: text ? ui.my.draft_since || Math.round(ui.now) : 0 });
  };
  const say = () => {
    if (!draft.trim()) return;
    const segment = newId();
    const ended_at_ms = Math.round(ui.now);
    ui.act(
      "hear_segment",
      {
        segment,
        text: draft.trim(),
        started_at_ms: ui.my.draft_since || ended_at_ms,
        ended_at_ms,
        source: "typed",
      },
      segment,
    );
    write("");
    ui.set({ said: draft.trim() });
  };
  return html`<div class="typing stack">
    <label class="field">
      <span class="field__label">Type what you want to say. ${view.me.facilitator} will see it.</span>
      <textarea
        class="input"
        rows="5"
        maxlength="2000"
        .value=${draft}
        @input=${(/** @type {Event} */ event) => write(/** @type {HTMLTextAreaElement} */ (event.target).value)}
      ></textarea>
    </label>
    <button class="button" aria-disabled=${!draft.trim()} @click=${say}>${icon(NEXT)}<span>Say this</span></button>
    ${ui.my.said ? html`<p class="typing__said">Last: “${ui.my.said}”</p>` : nothing}
  </div>`;
}

/** @param {RoomView} view */
function draftPlace(view) {
  return `draft:${view.room.id}:${view.me.person}`;
}

/** @param {RoomView} view */
function draftOf(view) {
  return sessionStorage.getItem(draftPlace(view)) || "";
}
