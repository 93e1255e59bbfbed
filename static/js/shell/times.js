/** `<time datetime data-show>` in the reader's own zone and manner; the server's text stands until then. */

const MINUTE_MS = 60_000;
const REFRESH_MS = 15_000;

/** @type {Record<string, (at: Date) => string>} */
const MANNERS = {
  time: (at) => at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" }),
  seconds: (at) => at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  day: (at) => at.toLocaleDateString([], { weekday: "long", month: "long", day: "numeric" }),
  since: (at) => since(Date.now() - at.getTime()),
  until: (at) => until(at.getTime() - Date.now()),
};

/** @param {ParentNode} root */
export function showTimes(root) {
  const times = /** @type {NodeListOf<HTMLTimeElement>} */ (root.querySelectorAll("time[data-show]"));
  for (const time of times) show(time);
  const running = [...times].filter((time) => ["since", "until"].includes(time.dataset.show ?? ""));
  if (running.length) setInterval(() => running.forEach(show), REFRESH_MS);
}

/** @param {string} iso */
export function dayOf(iso) {
  return MANNERS.day(new Date(iso));
}

/** @param {HTMLTimeElement} time */
function show(time) {
  time.textContent = MANNERS[time.dataset.show ?? "time"](new Date(time.dateTime));
}

/** @param {number} left_ms */
function until(left_ms) {
  return left_ms < MINUTE_MS ? "any moment now" : `in ${since(left_ms)}`;
}

/** @param {number} passed_ms */
function since(passed_ms) {
  const minutes = Math.max(0, Math.floor(passed_ms / MINUTE_MS));
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
