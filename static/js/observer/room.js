/** The room from the outside: phases, the speaker, the line, who is here. */

import { html, nothing } from "lit-html";
import { timer } from "../live/parts.js";
import { phaseBar } from "../live/phases.js";
import { listed, nameOf, OUTCOMES, personOf, STATES } from "../live/words.js";

/** @typedef {import("../live/types").RoomView} RoomView */
/** @typedef {import("../live/types").Ui} Ui */

/** @param {RoomView} view @param {Ui} ui */
export function observing(view, ui) {
  const { room, floor, outcome } = view;
  return html`
    <section class="observer">
      <p class="observer__note">You are observing. Nobody in the room sees this screen.</p>
      ${phaseBar(view)}
      <div class="panel floor">
        <div class="floor__who">
          <h1>${floor.holder ? nameOf(view, floor.holder) : "Nobody has the floor"}</h1>
          <p>${floor.holder ? personOf(view, floor.holder)?.relation : ""} ${room.state === "live" ? "" : STATES[room.state]}</p>
        </div>
        ${floor.holder ? timer(floor, ui.now) : nothing}
      </div>
      <dl class="around">
        <div><dt>Next</dt><dd>${view.queue.length ? listed(view.queue.map((id) => nameOf(view, id))) : "Nobody is waiting to speak"}</dd></div>
        <div><dt>In the room</dt><dd>${listed(view.people.map((person) => person.name))}</dd></div>
        ${outcome ? html`<div><dt>Outcome</dt><dd>${OUTCOMES[outcome.kind]}</dd></div>` : nothing}
      </dl>
    </section>`;
}
