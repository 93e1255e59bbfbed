/** Listening with the keyboard: what the speaker said, "note that", private notes, and the last words heard. */

import { html, nothing } from "lit-html";
import { hourAndMinute } from "../live/clock.js";
import { newId } from "../live/ids.js";
import { nameOf, shortNameOf } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */

const CAPTIONS_SHOWN = 6;
const NOTES_SHOWN = 8;

/** @param {RoomView} view @param {Ui} ui */
export function wordsPanel(view, ui) {
  return html`<section class="panel heard" aria-label="Words and notes">
    <h2 class="panel__title">Words and notes</h2>
    ${view.me.controller ? box(view, ui) : nothing} ${captions(view)} ${notes(view)}
  </section>`;
}

/** @param {RoomView} view @param {Ui} ui */
function box(view, ui) {
  const speaker = view.floor.holder;
  const text = (ui.my.words || "").trim();
  const hear = (/** @type {"typed" | "note"} */ source) => {
    if (text && speaker) say(ui, { speaker, text, source });
  };
  const note = () => {
    if (!text) return;
    ui.act("take_note", { text });
    ui.set({ words: "" });
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (speaker) hear("typed");
    else note();
  };
  return html`<div class="words">
    <label class="unseen" for="words">What was said, or a note</label>
    <textarea
      class="input"
      id="words"
      rows="2"
      maxlength="2000"
      placeholder=${speaker ? `What ${shortNameOf(view, speaker)} says, or a note` : "A note"}
      .value=${ui.my.words || ""}
      @input=${(/** @type {any} */ event) => ui.set({ words: event.target.value })}
      @keydown=${onKey}
    ></textarea>
    <div class="words__acts">
      ${
        speaker
          ? html`<button class="button button--small" aria-disabled=${!text} @click=${() => hear("typed")}>Said by ${shortNameOf(view, speaker)}</button>
              <button class="button button--small" aria-disabled=${!text} @click=${() => hear("note")}>Note that</button>`
          : nothing
      }
      <button class="button button--small" aria-disabled=${!text} @click=${note}>Private note</button>
    </div>
  </div>`;
}

/** @param {Ui} ui @param {{ speaker: string, text: string, source: "typed" | "note" }} heard */
function say(ui, { speaker, text, source }) {
  const segment = newId();
  const at = Math.round(ui.now);
  ui.act("hear_segment", { segment, speaker, text, source, started_at_ms: at, ended_at_ms: at }, segment);
  ui.set({ words: "" });
}

/** @param {RoomView} view */
function captions(view) {
  const last = (view.captions || []).slice(-CAPTIONS_SHOWN).reverse();
  if (!last.length) return nothing;
  return html`<ol class="captions">
    ${last.map(({ speaker, text }) => html`<li><b>${shortNameOf(view, speaker)}</b> ${text}</li>`)}
  </ol>`;
}

/** @param {RoomView} view */
function notes(view) {
  const last = (view.notes || []).slice(-NOTES_SHOWN).reverse();
  if (!last.length) return nothing;
  return html`<h3 class="panel__sub">Notes</h3>
    <ol class="captions">
      ${last.map(({ text, at, by }) => html`<li><time>${hourAndMinute(at)}</time> ${by === view.me.person ? "" : html`<b>${nameOf(view, by)}</b> `}${text}</li>`)}
    </ol>`;
}
