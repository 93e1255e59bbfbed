/** The lines to call, at the same place on every live screen. */

import { html } from "lit-html";

export function crisisLines() {
  return html`<footer class="crisis">
    <a href="tel:911">Danger: <b>911</b></a>
    <a href="tel:988">Crisis: <b>988</b></a>
    <a href="/emergency" target="_blank" rel="noopener">Overdose help</a>
  </footer>`;
}
