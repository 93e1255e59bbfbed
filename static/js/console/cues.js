/** Quick private cues to any one phone, and whether they were seen. */

import { html, nothing } from "lit-html";
import { hourAndMinute } from "../live/clock.js";
import { BREATH, FLAG, icon, PERSON, SLOW } from "../live/icons.js";
import { nameOf, shortNameOf } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").CueKind} CueKind */
/** @typedef {import("../live/types").Ui} Ui */

/** @type {[CueKind, string, string][]} in the order of the keys 1 to 4 */
export const CHIPS = [
  ["breathe", "Breathe", BREATH],
  ["slower", "Slower", SLOW],
  ["use_i", "Say “I”", PERSON],
  ["wrap_up", "Wrap up", FLAG],
];

const SHOWN = 4;

/** @param {RoomView} view @param {Ui} ui */
export function cuesPanel(view, ui) {
  const to = cueTarget(view, ui);
  const targets = view.people.filter((person) => person.standing === "admitted" && person.id !== view.me.person);
  return html`<section class="panel" aria-label="Private cues">
    <h2 class="panel__title">Private cue</h2>
    ${
      view.me.controller && to
        ? html`<label class="cues__to">To
              <select class="input" @change=${(/** @type {any} */ event) => ui.set({ cue_to: event.target.value })}>
                ${targets.map((person) => html`<option value=${person.id} ?selected=${person.id === to}>${person.name}</option>`)}
              </select>
            </label>
            <div class="chips">${CHIPS.map(([kind, label, picture]) => chip(ui, to, kind, label, picture))}</div>
            ${ownWords(ui, to)}`
        : nothing
    }
    ${sent(view)}
  </section>`;
}

/** Whoever was picked, else the speaker, else whoever is next. @param {RoomView} view @param {Ui} ui */
export function cueTarget(view, ui) {
  const here = view.people.filter((person) => person.standing === "admitted" && person.id !== view.me.person);
  const wanted = [ui.my.cue_to, view.floor.holder, view.queue[0], here[0]?.id];
  return wanted.find((id) => here.some((person) => person.id === id));
}

/** @param {Ui} ui @param {string} person @param {CueKind} kind @param {string} label @param {string} picture */
function chip(ui, person, kind, label, picture) {
  return html`<button class="button chip" aria-busy=${ui.busy("cue", { person, kind })} @click=${() => ui.act("cue", { person, kind })}>
    ${icon(picture)}<span>${label}</span>
  </button>`;
}

/** @param {Ui} ui @param {string} person */
function ownWords(ui, person) {
  const text = (ui.my.cue_text || "").trim();
  const tell = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!text) return;
    ui.act("cue", { person, kind: "text", text });
    ui.set({ cue_text: "" });
  };
  return html`<form class="cues__own" @submit=${tell}>
    <input
      class="input"
      maxlength="140"
      aria-label="Own words for this phone"
      placeholder="Own words"
      .value=${ui.my.cue_text || ""}
      @input=${(/** @type {any} */ event) => ui.set({ cue_text: event.target.value })}
    />
    <button class="button" aria-disabled=${!text}>Send</button>
  </form>`;
}

/** @param {RoomView} view */
function sent(view) {
  const last = (view.cues || []).slice(-SHOWN).reverse();
  if (!last.length) return nothing;
  return html`<ul class="cues__sent">
    ${last.map(
      ({ person, kind, text, seen_at }) => html`<li>
        <b>${shortNameOf(view, person)}</b> ${kind === "text" ? text : (CHIPS.find(([name]) => name === kind) || CHIPS[0])[1]}
        <small class=${seen_at ? "is-seen" : ""}>${seen_at ? `seen ${hourAndMinute(seen_at)}` : "not seen yet"}</small>
      </li>`,
    )}
  </ul>`;
}

/** @param {RoomView} view @param {Ui} ui @param {number} number from 1, as on the keys */
export function cueByNumber(view, ui, number) {
  const person = cueTarget(view, ui);
  const found = CHIPS[number - 1];
  if (person && found) ui.act("cue", { person, kind: found[0] });
  return person ? nameOf(view, person) : null;
}
