/** Leaving: confirmed once against a slip of the thumb, and then never held up. */

import { html, nothing } from "lit-html";
import { dialog } from "./parts.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Ui} Ui */

/** It leaves here and now, whatever the network does. @param {View} view @param {Ui} ui @param {string} more */
export function leaveDialog(view, ui, more = "") {
  if (ui.my.dialog !== "leave") return nothing;
  const close = () => ui.set({ dialog: null });
  const leave = () => {
    ui.act("leave");
    ui.set({ dialog: null, left: true });
  };
  return dialog(
    { title: "Leave the meeting?", close },
    html`<div class="stack">
      <p>You can. Nobody will stop you, and ${view.me.facilitator} will tell the others kindly. ${more}</p>
      <button class="button button--block button--primary" @click=${leave}>Leave now</button>
      <button class="button button--block" @click=${close}>Stay</button>
    </div>`,
  );
}
