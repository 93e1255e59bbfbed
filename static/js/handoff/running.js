/** Times that run: minutes since the yes, and what is left until something happens by itself. By the server's clock. */

import { minutesAndSeconds, RoomClock } from "../live/clock.js";

const TICK_MS = 500;

/** @param {HTMLElement} page */
export function running(page) {
  const clock = new RoomClock();

  function draw() {
    const times = /** @type {NodeListOf<HTMLTimeElement>} */ (page.querySelectorAll("time[data-runs]"));
    for (const time of times) {
      const text = said(time.dataset.runs ?? "", time.dateTime, time.dataset.until, clock.now());
      if (time.textContent !== text) time.textContent = text;
    }
  }

  function drawn() {
    const { now } = /** @type {HTMLElement} */ (page.querySelector("[data-shown]")).dataset;
    clock.sync(now ?? "", false);
    draw();
  }

  drawn();
  setInterval(draw, TICK_MS);
  return { drawn };
}

/**
 * @param {string} how
 * @param {string} from
 * @param {string | undefined} until
 * @param {number} now
 */
export function said(how, from, until, now) {
  const at = Date.parse(from);
  if (how === "left") return at > now ? minutesAndSeconds(at - now) : "any moment";
  return inWords((until ? Date.parse(until) : now) - at);
}

/** @param {number} passed_ms */
function inWords(passed_ms) {
  const minutes = Math.max(0, Math.floor(passed_ms / 60_000));
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
