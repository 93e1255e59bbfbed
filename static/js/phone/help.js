/** What a phone can tell the person who leads, at any moment and without a word: hand, break, unsafe, cannot hear, help now. */

import { html, nothing } from "lit-html";
import { ALERT, CHECK, EAR, HAND, icon, PAUSE, SHIELD } from "../live/icons.js";
import { dialog, send } from "../live/parts.js";
import { personOf } from "../live/words.js";

/** @typedef {import("../live/types").View} View */
/** @typedef {import("../live/types").Ui} Ui */

const HOLD_MS = 1000;
const TOLD_FOR_MS = 6000;

/** @param {View} view @param {Ui} ui */
export function handButton(view, ui) {
  const me = personOf(view, view.me.person);
  const up = Boolean(me?.hand_since);
  return send(ui, {
    name: up ? "lower_hand" : "raise_hand",
    label: up ? "Lower my hand" : "Raise my hand",
    look: `button--block ${up ? "button--held" : "button--primary"}`,
    picture: HAND,
  });
}

/** @param {Ui} ui */
export function helpButtons(ui) {
  return html`<div class="helps">
    ${tell(ui, "break", "I need a break", PAUSE)} ${tell(ui, "cannot_hear", "I can’t hear", EAR)}
    ${tell(ui, "unsafe", "I feel unsafe", SHIELD)} ${panic(ui)}
  </div>
  <button class="button button--quiet button--small button--leave" @click=${() => ui.set({ dialog: "leave" })}>Leave the meeting</button>`;
}

/** @param {Ui} ui */
export function helpDialog(ui) {
  if (ui.my.dialog !== "help") return nothing;
  return dialog({ title: "What do you need?", close: () => ui.set({ dialog: null }) }, helpButtons(ui));
}

/**
 * @param {Ui} ui
 * @param {import("../live/types").SignalKind} kind
 * @param {string} label
 * @param {string} picture
 */
export function tell(ui, kind, label, picture, look = "") {
  const told = wasTold(ui, kind);
  return html`<button
    class="button ${look} ${told ? "button--told" : ""}"
    aria-busy=${ui.busy("signal", { kind })}
    @click=${() => signal(ui, kind)}
  >
    ${icon(told ? CHECK : picture)}<span>${told ? "Told" : label}</span>
  </button>`;
}

/** @param {Ui} ui @param {string} kind */
function wasTold(ui, kind) {
  const at = ui.my.told?.[kind] || 0;
  return ui.now - at < TOLD_FOR_MS && !ui.busy("signal", { kind });
}

/** @param {Ui} ui @param {string} kind */
function signal(ui, kind) {
  ui.act("signal", { kind });
  ui.set({ told: { ...ui.my.told, [kind]: ui.now } });
}

/** Held for a second, so that a pocket does not call for help; by keyboard or screen reader, pressed twice. @param {Ui} ui */
function panic(ui) {
  const { holding } = ui.my;
  const let_go = () => {
    if (holding) clearTimeout(holding);
    ui.set({ holding: null });
  };
  const hold = () => {
    const timer = setTimeout(() => {
      signal(ui, "panic");
      ui.set({ holding: null });
    }, HOLD_MS);
    ui.set({ holding: timer });
  };
  const press = (/** @type {MouseEvent} */ event) => {
    if (event.detail !== 0) return; // a pointer holds instead
    if (ui.my.pressed) signal(ui, "panic");
    ui.set({ pressed: !ui.my.pressed });
  };
  const words = ui.my.pressed ? "Press again" : holding ? "Keep holding" : "Hold for help now";
  return html`<button
    class="button button--panic ${holding ? "is-held" : ""}"
    aria-busy=${ui.busy("signal", { kind: "panic" })}
    @pointerdown=${hold}
    @pointerup=${let_go}
    @pointerleave=${let_go}
    @pointercancel=${let_go}
    @contextmenu=${(/** @type {Event} */ event) => event.preventDefault()}
    @click=${press}
  >
    ${icon(ALERT)}<span>${wasTold(ui, "panic") ? "Help is asked for" : words}</span>
  </button>`;
}
