/** Who speaks, for how long, and who comes next. */

import { html, nothing } from "lit-html";
import { minutesAndSeconds, spokenMs } from "../live/clock.js";
import { CHECK, NEXT } from "../live/icons.js";
import { send, timer } from "../live/parts.js";
import { nameOf, personOf } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */

const MORE_S = 30;

/** @param {RoomView} view @param {Ui} ui */
export function floorPanel(view, ui) {
  const { floor } = view;
  return html`<section class="panel floor" aria-label="Who speaks">
    ${floor.holder ? speaking(view, ui) : free(view)}
    ${
      floor.interrupted
        ? html`<p class="floor__under">${nameOf(view, floor.interrupted.holder)} goes on after, at
            ${minutesAndSeconds(spokenMs(floor.interrupted, ui.now))}.</p>`
        : nothing
    }
    ${view.me.controller && view.room.state === "live" ? acts(view, ui) : nothing}
  </section>`;
}

/** @param {RoomView} view @param {Ui} ui */
function speaking(view, ui) {
  const person = personOf(view, view.floor.holder);
  return html`
    <div class="floor__who">
      <h2>${nameOf(view, view.floor.holder)}</h2>
      <p>${person ? person.relation : ""}${view.floor.paused_at ? html` <span class="tag tag--warn">paused</span>` : nothing}</p>
    </div>
    ${timer(view.floor, ui.now)}`;
}

/** @param {RoomView} view */
function free(view) {
  return html`<div class="floor__who">
    <h2>${view.room.state === "waiting" ? "The room is not open yet" : "Nobody has the floor"}</h2>
    <p>${view.queue.length ? `First in line: ${nameOf(view, view.queue[0])}` : "The line is empty."}</p>
  </div>`;
}

/** @param {RoomView} view @param {Ui} ui */
function acts(view, ui) {
  const { holder } = view.floor;
  const [following] = view.queue;
  return html`<div class="floor__acts">
    ${
      holder
        ? html`${send(ui, { name: "extend_turn", args: { by_s: MORE_S }, label: `+${MORE_S} s` })}
            ${send(ui, { name: "end_turn", args: { person: holder }, label: "Done", picture: CHECK })}`
        : nothing
    }
    ${
      following
        ? send(ui, {
            name: "grant_turn",
            args: { person: following },
            label: `Next: ${nameOf(view, following)}`,
            look: "button--primary floor__next",
            picture: NEXT,
          })
        : nothing
    }
  </div>`;
}
