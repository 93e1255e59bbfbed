/** Line icons on a 24 by 24 grid, drawn for this product; always beside a word, so hidden from screen readers. */

import { html } from "lit-html";

export const ALERT = "M12 4 2.8 19.5h18.4zM12 10v4.2M12 17v.1";
export const HAND =
  "M7.5 12V6.2a1.5 1.5 0 0 1 3 0V11M10.5 10.5V4.7a1.5 1.5 0 0 1 3 0v6M13.5 11V6a1.5 1.5 0 0 1 3 0v8.5a6 6 0 0 1-6 6c-2.5 0-3.7-1.2-4.8-3.2L3.6 14a1.4 1.4 0 0 1 2.3-1.6l1.6 1.8";
export const PAUSE = "M9 6v12M15 6v12";
export const PLAY = "M8 5.5v13l10.5-6.5z";
export const EAR = "M7 10a5 5 0 0 1 10 0c0 3.5-3.5 4-3.5 7.5a2.7 2.7 0 0 1-5 1.3M10 10.5a2 2 0 1 1 3.3 1.5";
export const SHIELD = "M12 3.5l7.5 2.7v5.6c0 4.3-3 7.3-7.5 9-4.5-1.7-7.5-4.7-7.5-9V6.2z";
export const HELP =
  "M12 12.8c0-2 2.7-2.2 2.7-4.3a2.7 2.7 0 0 0-5.4 0M12 16.7v.1M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z";
export const CHECK = "M5 12.5l4.5 4.5L19 7.5";
export const CROSS = "M6 6l12 12M18 6 6 18";
export const UP = "M12 19V5M6 11l6-6 6 6";
export const DOWN = "M12 5v14M6 13l6 6 6-6";
export const NEXT = "M5 12h13M12 6l6 6-6 6";
export const GRIP = "M9 6v.1M15 6v.1M9 12v.1M15 12v.1M9 18v.1M15 18v.1";
export const PHONE =
  "M6.5 3.5h3l1.5 4.5-2 1.5a12 12 0 0 0 5.5 5.5l1.5-2 4.5 1.5v3a2 2 0 0 1-2.2 2A17 17 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2z";
export const CLOCK = "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2";
export const PERSON = "M12 4.3a3.7 3.7 0 1 0 0 7.4 3.7 3.7 0 0 0 0-7.4M4.8 20a7.3 7.3 0 0 1 14.4 0";
export const NOTE = "M5 4.5h14v11l-4.5 4.5H5zM14.5 20v-4.5H19M8.5 9h7M8.5 12.5h4";
export const FLAG = "M6 21V4M6 4.5h11.5l-2.5 4 2.5 4H6";
export const BREATH = "M3.5 9.5c3-3.5 5.5 3.5 8.5 0s5.5 3.5 8.5 0M3.5 15c3-3.5 5.5 3.5 8.5 0s5.5 3.5 8.5 0";
export const SLOW = "M12 20.5a8.5 8.5 0 1 1 8.5-8.5M12 12l-4-2.5M17 16v5M20.5 16v5";
export const DOOR = "M13.5 4.5h-8v15h8M10.5 12h10M17 8.5l3.5 3.5-3.5 3.5";
export const HEART = "M12 19.5S4 15 4 9.3A4.2 4.2 0 0 1 12 7.5a4.2 4.2 0 0 1 8 1.8C20 15 12 19.5 12 19.5z";
export const TALK = "M4 5.5h16v11h-8.5L7 20.5v-4H4z";

/** @param {string} path one of the constants above */
export function icon(path) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`;
}
