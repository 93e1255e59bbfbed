/** The line of speakers, put in order by dragging or by buttons; the server holds it, this only asks. */

import { html, nothing } from "lit-html";
import { minutesAndSeconds } from "../live/clock.js";
import { DOWN, GRIP, HAND, icon, UP } from "../live/icons.js";
import { send } from "../live/parts.js";
import { nameOf, personOf } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */
/** @typedef {{ id: string, to: number }} Drag */

/** @param {RoomView} view @param {Ui} ui */
export function queuePanel(view, ui) {
  const order = ui.my.drag ? moved(view.queue, ui.my.drag.id, ui.my.drag.to) : view.queue;
  const unheard = view.people.filter(
    (person) => person.role === "team_member" && person.standing === "admitted" && isUnheard(view, person.id),
  );
  return html`<section class="panel" aria-label="Who speaks next">
    <h2 class="panel__title">Next <span class="panel__count">${order.length}</span></h2>
    ${order.length ? html`<ol class="queue">${order.map((id, at) => item(view, ui, order, id, at))}</ol>` : html`<p class="panel__empty">Nobody is waiting to speak.</p>`}
    ${unheard.length ? html`<p class="panel__foot">Not heard yet: ${unheard.map((person) => person.name).join(", ")}</p>` : nothing}
  </section>`;
}

/**
 * The order with one person at another place.
 * @param {string[]} order
 * @param {string} id
 * @param {number} to
 */
export function moved(order, id, to) {
  const others = order.filter((other) => other !== id);
  return [...others.slice(0, to), id, ...others.slice(to)];
}

/** @param {RoomView} view @param {string} id */
function isUnheard(view, id) {
  return !view.totals?.[id] && view.floor.holder !== id;
}

/** @param {RoomView} view @param {Ui} ui @param {string[]} order @param {string} id @param {number} at */
function item(view, ui, order, id, at) {
  const person = personOf(view, id);
  const spoken = view.totals?.[id];
  const dragged = ui.my.drag && ui.my.drag.id === id;
  return html`<li class="queue__item ${dragged ? "queue__item--dragged" : ""}">
    ${view.me.controller ? grip(view, ui, id) : html`<span class="queue__place">${at + 1}</span>`}
    <span class="queue__who">
      ${nameOf(view, id)}
      <small>${person?.hand_since ? html`${icon(HAND)}raised a hand` : spoken ? `spoke ${minutesAndSeconds(spoken)}` : person?.relation}</small>
    </span>
    ${view.me.controller ? acts(view, ui, order, id, at) : nothing}
  </li>`;
}

/** @param {RoomView} view @param {Ui} ui @param {string[]} order @param {string} id @param {number} at */
function acts(view, ui, order, id, at) {
  const name = nameOf(view, id);
  const place = (/** @type {number} */ to, /** @type {string} */ picture, /** @type {string} */ label) => html`<button
   
    class="tool"
    aria-label="${label}: ${name}"
    ?disabled=${to < 0 || to >= order.length}
    @click=${() => ui.act("reorder", { people: moved(order, id, to) }, "reorder")}
  >
    ${icon(picture)}
  </button>`;
  const ask = (/** @type {string} */ command, /** @type {string} */ label) =>
    send(ui, { name: command, args: { person: id }, label });
  return html`${place(at - 1, UP, "Earlier")} ${place(at + 1, DOWN, "Later")}
    <details class="menu">
      <summary class="tool" aria-label="More for ${name}">⋯</summary>
      <div class="menu__sheet menu__list">
        ${ask("grant_turn", "Give the floor now")} ${ask("interpose", "A short word, then back")}
        ${ask("defer", "To the end of the line")} ${ask("skip", "Take out of the line")}
      </div>
    </details>`;
}

/** @param {RoomView} view @param {Ui} ui @param {string} id */
function grip(view, ui, id) {
  // While one is dragged, rows change their people: who it is, the drag knows, and not the row.
  const drop = () => {
    const { drag } = ui.my;
    ui.set({ drag: null });
    if (drag && view.queue.indexOf(drag.id) !== drag.to) {
      ui.act("reorder", { people: moved(view.queue, drag.id, drag.to) }, "reorder");
    }
  };
  const start = (/** @type {PointerEvent} */ event) => {
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    ui.set({ drag: { id, to: view.queue.indexOf(id) } });
  };
  const move = (/** @type {PointerEvent} */ event) => {
    const { drag } = ui.my;
    if (!drag) return;
    const list = /** @type {HTMLElement} */ (event.currentTarget).closest("ol");
    const rows = [...(list ? list.children : [])].map((row) => row.getBoundingClientRect());
    const to = rows.filter((row, at) => at !== drag.to && row.top + row.height / 2 < event.clientY).length;
    if (to !== drag.to) ui.set({ drag: { id: drag.id, to } });
  };
  return html`<span
    class="queue__grip"
    title="Drag to another place"
    @pointerdown=${start}
    @pointermove=${move}
    @pointerup=${drop}
    @pointercancel=${() => ui.set({ drag: null })}
    >${icon(GRIP)}</span
  >`;
}
