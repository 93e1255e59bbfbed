/** Who is here, who knocks, and what the person who leads can do about it. */

import { html, nothing } from "lit-html";
import { HAND, icon } from "../live/icons.js";
import { dialog, send } from "../live/parts.js";
import { nameOf } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Person} Person */
/** @typedef {import("../live/types").Ui} Ui */

const MOMENT = "Please wait a moment. I will let you in soon.";

/** @param {RoomView} view @param {Ui} ui */
export function seatsPanel(view, ui) {
  const waiting = view.people.filter((person) => person.standing === "waiting");
  const inside = view.people.filter((person) => person.standing === "admitted");
  const outside = view.people.filter((person) => !["waiting", "admitted"].includes(person.standing));
  return html`<section class="panel" aria-label="Seats">
    <h2 class="panel__title">In the room <span class="panel__count">${inside.length}</span></h2>
    ${waiting.length ? knocking(view, ui, waiting) : nothing}
    <ul class="seats">
      ${inside.map((person) => seat(view, ui, person))} ${outside.map((person) => seat(view, ui, person))}
    </ul>
  </section>`;
}

/** @param {RoomView} view @param {Ui} ui @param {Person[]} waiting */
function knocking(view, ui, waiting) {
  const here = waiting.filter((person) => person.connected);
  const all = () => {
    for (const person of here) ui.act("admit", { person: person.id });
  };
  return html`<div class="knock">
    <div class="knock__head">
      <h3>Waiting room</h3>
      ${
        view.me.controller && here.length > 1
          ? html`<button class="button button--small" @click=${all}>Let ${here.length} in</button>`
          : nothing
      }
    </div>
    <ul class="seats">
      ${waiting.map(
        (person) => html`<li class="seat">
          ${who(person, waitingWords(person))}
          ${
            view.me.controller
              ? html`<span class="seat__acts">
                  ${send(ui, { name: "admit", args: { person: person.id }, label: "Let in", look: "button--small button--primary" })}
                  <details class="menu">
                    <summary class="tool" aria-label="More for ${person.name}">⋯</summary>
                    <div class="menu__sheet menu__list">
                      ${send(ui, { name: "hold", args: { person: person.id, message: MOMENT }, label: "Ask to wait a moment" })}
                      <button class="button" @click=${() => ui.set({ dialog: "hold", about: person.id, text: "" })}>
                        Write a message
                      </button>
                      ${send(ui, { name: "decline", args: { person: person.id }, label: "Decline", look: "button--risky" })}
                    </div>
                  </details>
                </span>`
              : nothing
          }
        </li>`,
      )}
    </ul>
  </div>`;
}

/** @param {Person} person */
function waitingWords(person) {
  if (person.late) return person.late === "cannot_come" ? "cannot come" : "is running late";
  if (!person.connected) return "not here yet";
  return person.ready ? "here, ready" : "here, getting ready";
}

/** @param {RoomView} view @param {Ui} ui @param {Person} person */
function seat(view, ui, person) {
  return html`<li class="seat ${person.standing === "admitted" ? "" : "seat--out"}">
    ${who(person, seatWords(view, person))} ${view.me.controller && person.id !== view.me.person ? menu(view, ui, person) : nothing}
  </li>`;
}

/** @param {Person} person @param {unknown} words */
function who(person, words) {
  return html`<span class="dot ${person.connected ? "dot--on" : ""}" role="img" aria-label=${person.connected ? "connected" : "not connected"}></span>
    <span class="seat__who">${person.name}<small>${words}</small></span>`;
}

/** @type {Record<string, string>} */
const GONE = { declined: "declined", removed: "removed", left: "left" };

/** @param {RoomView} view @param {Person} person */
function seatWords(view, person) {
  if (person.standing !== "admitted") return GONE[person.standing];
  const parts = [
    person.id === view.room.controller ? "leads" : person.relation,
    person.connected ? "" : "no connection",
    person.role === "team_member" && person.ready === false ? "not ready" : "",
  ].filter(Boolean);
  return html`${person.hand_since ? html`<span class="seat__hand">${icon(HAND)}hand up</span> ` : nothing}${parts.join(", ")}`;
}

/** @param {RoomView} view @param {Ui} ui @param {Person} person */
function menu(view, ui, person) {
  const ask = (/** @type {string} */ name, /** @type {string} */ label, look = "") =>
    send(ui, { name, args: { person: person.id }, label, look });
  const professional = ["interventionist", "co_facilitator"].includes(person.role);
  return html`<details class="menu">
    <summary class="tool" aria-label="More for ${person.name}">⋯</summary>
    <div class="menu__sheet menu__list">
      ${person.standing === "admitted" ? inRoom(view, ask, person, professional) : ask("admit", "Let in again")}
      ${
        person.standing === "admitted" && !professional
          ? html`<button class="button button--risky" @click=${() => ui.set({ ask: removal(person) })}>Remove</button>`
          : nothing
      }
    </div>
  </details>`;
}

/**
 * @param {RoomView} view
 * @param {(name: string, label: string) => unknown} ask
 * @param {Person} person
 * @param {boolean} professional
 */
function inRoom(view, ask, person, professional) {
  if (person.role === "observer") return nothing;
  return html`${ask("grant_turn", "Give the floor now")} ${ask("interpose", "A short word, then back")}
  ${professional && person.id !== view.room.offered_to ? ask("hand_over", "Hand over the meeting") : nothing}`;
}

/** @param {Person} person */
function removal(person) {
  return {
    title: `Remove ${person.name}?`,
    text: "Their phone closes the meeting at once. You can let them in again later.",
    verb: "Remove",
    name: "remove",
    args: { person: person.id },
  };
}

/** @param {RoomView} view @param {Ui} ui */
export function holdDialog(view, ui) {
  const close = () => ui.set({ dialog: null });
  const about = ui.my.about || "";
  const tell = () => {
    if (!ui.my.text) return;
    ui.act("hold", { person: about, message: ui.my.text });
    close();
  };
  return dialog(
    { title: `Message to ${nameOf(view, about)}`, close },
    html`<div class="stack">
      <label class="field">
        <span class="field__label">They read it in the waiting room</span>
        <textarea class="input" rows="3" maxlength="500" @input=${(/** @type {any} */ event) => ui.set({ text: event.target.value.trim() })}></textarea>
      </label>
      <button class="button button--primary button--block" aria-disabled=${!ui.my.text} @click=${tell}>Send</button>
    </div>`,
  );
}
