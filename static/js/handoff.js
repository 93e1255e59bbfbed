/** The hand-off page: live without a reload, and every tap is kept until the server has answered. */

import { news } from "./handoff/news.js";
import { running } from "./handoff/running.js";
import { swapping } from "./handoff/swap.js";
import { taps } from "./handoff/taps.js";
import { ticks } from "./handoff/ticks.js";

const page = /** @type {HTMLElement} */ (document.getElementById("handoff"));
const { referral, query } = /** @type {{ referral: string, query: string }} */ (page.dataset);

const clock = running(page);
const ticked = ticks(page, `take:${referral}`);
const asked = taps(page, referral, query, () => look.now());
const swap = swapping(page, () => {
  clock.drawn();
  ticked();
  asked.drawn();
});
const look = news(page, `/handoff/${referral}/news`, query, swap, () => asked.flush());
