/** The teleprompter (screen 16): the speaker's own statement in large letters, moved by a tap, its place kept. */

import { html, nothing } from "lit-html";

/** @typedef {import("../live/types").View} View */
/** @typedef {import("../live/types").Ui} Ui */
/** @typedef {NonNullable<View["statement"]>} Statement */

/** @type {Record<string, string>} */
const PARTS = {
  love: "Love",
  incident: "What I saw",
  concern: "What worries me",
  hope: "What I hope",
  ask: "What I ask",
};

const SIZES = 5;
const PACES_WPM = [0, 90, 110, 135, 160];
const EDGE = 0.25;

/** @param {Statement} statement @param {Ui} ui */
export function prompter(statement, ui) {
  const size = ui.my.size || 2;
  const place = `place:${statement.hash}`;
  return html`
    <div
      class="prompter prompter--${size}"
      tabindex="0"
      role="region"
      aria-label="My statement"
      data-place=${place}
      @click=${move}
      @scroll=${(/** @type {Event} */ event) => keep(place, /** @type {HTMLElement} */ (event.currentTarget))}
    >
      ${statement.parts.map((part) => html`<h2 class="prompter__part">${PARTS[part.name]}</h2><p>${part.text}</p>`)}
      ${
        statement.bottom_line
          ? html`<h2 class="prompter__part">What I will do from now on</h2><p>${statement.bottom_line}</p>`
          : nothing
      }
      <p class="prompter__end">You have said it all. Thank you.</p>
    </div>
    ${tools(statement, ui, size)}`;
}

/** @param {Statement} statement @param {Ui} ui @param {number} size */
function tools(statement, ui, size) {
  const to = (/** @type {number} */ next) => () => ui.set({ size: Math.min(SIZES, Math.max(1, next)) });
  return html`<div class="prompter__tools">
    <button class="tool" aria-label="A− smaller letters" ?disabled=${size === 1} @click=${to(size - 1)}>A−</button>
    <button class="tool" aria-label="A+ larger letters" ?disabled=${size === SIZES} @click=${to(size + 1)}>A+</button>
    <button class="tool tool--roll" @click=${() => changePace(statement, ui)}>
      ${ui.my.pace ? `${ui.my.pace} words a minute` : "Scroll by itself"}
    </button>
  </div>`;
}

/** Puts the text where it was left, whenever it is drawn anew or the letters change. @param {HTMLElement} root */
export function placePrompter(root) {
  const box = /** @type {HTMLElement | null} */ (root.querySelector(".prompter"));
  if (!box || box.dataset.drawn === box.className) return;
  box.dataset.drawn = box.className;
  const share = Number(sessionStorage.getItem(box.dataset.place || "") || 0);
  box.scrollTop = share * box.scrollHeight;
}

/** @param {string} place @param {HTMLElement} box */
function keep(place, box) {
  if (box.scrollHeight > box.clientHeight) {
    sessionStorage.setItem(place, String(box.scrollTop / box.scrollHeight));
  }
}

/** A tap goes on; a tap at the left or the upper edge goes back. @param {MouseEvent} event */
function move(event) {
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  const { left, top, width, height } = box.getBoundingClientRect();
  const back = event.clientX < left + width * EDGE || event.clientY < top + height * EDGE;
  box.scrollBy({ top: box.clientHeight * (back ? -0.7 : 0.7), behavior: isStill() ? "auto" : "smooth" });
}

function isStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** @param {Statement} statement @param {Ui} ui */
function changePace(statement, ui) {
  const pace = PACES_WPM[(PACES_WPM.indexOf(ui.my.pace || 0) + 1) % PACES_WPM.length];
  const rolling = Boolean(ui.my.pace);
  ui.set({ pace });
  if (pace && !rolling) roll(statement, ui, performance.now(), 0);
}

/** @param {Statement} statement @param {Ui} ui @param {number} before_ms @param {number} owed_px what a whole pixel still lacks */
function roll(statement, ui, before_ms, owed_px) {
  requestAnimationFrame((now_ms) => {
    const box = document.querySelector(".prompter");
    if (!box || !ui.my.pace) return ui.set({ pace: 0 });
    const words = ((now_ms - before_ms) / 60_000) * ui.my.pace;
    const due_px = owed_px + (words / statement.words) * (box.scrollHeight - box.clientHeight);
    box.scrollTop += Math.floor(due_px);
    return roll(statement, ui, now_ms, due_px % 1);
  });
}
