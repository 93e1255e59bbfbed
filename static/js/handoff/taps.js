/** What was tapped: sent once however often it is tapped, kept on this device while there is no network. */

import { newId } from "../live/ids.js";
import { RetryQueue } from "../live/retry_queue.js";
import { ask, Refusal } from "../pages/ask.js";

/** @typedef {import("../live/types").Answer} Answer */
/** @typedef {import("../live/types").Command} Command */

const TELL_AFTER_MS = 1500;
const LONGEST_AGO_S = 24 * 60 * 60;

/**
 * @param {HTMLElement} page
 * @param {string} referral
 * @param {string} query
 * @param {() => void} done
 */
export function taps(page, referral, query, done) {
  const of = `/api/referrals/${referral}`;
  const refused = /** @type {HTMLElement} */ (page.querySelector("[data-refused]"));
  const waits = /** @type {HTMLElement} */ (page.querySelector("[data-waiting]"));
  const queue = new RetryQueue({
    store: sessionStorage,
    place: `handoff ${referral} ${query}`,
    send: (command) => send(of, query, command),
    changed: draw,
    answered,
  });

  page.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const { move, call } = form.dataset;
    if (!move && !call) return;
    event.preventDefault();
    const key = keyOf(form);
    if (queue.has(key)) return;
    tell("");
    queue.add({ id: newId(), name: move ?? "call", args: given(form, call), key, at: Date.now() });
    setTimeout(draw, TELL_AFTER_MS + 100);
  });

  function draw() {
    const late = queue.waiting.some(({ at }) => Date.now() - at > TELL_AFTER_MS);
    waits.hidden = !late;
    for (const form of forms(page)) {
      const waiting = queue.has(keyOf(form));
      const button = form.querySelector("button");
      button?.setAttribute("aria-busy", String(waiting));
      button?.setAttribute("aria-disabled", String(waiting));
    }
  }

  /** @param {string} problem */
  function tell(problem) {
    refused.hidden = !problem;
    /** @type {HTMLElement} */ (refused.querySelector("p")).textContent = problem;
  }

  /** @param {Command} _command @param {Answer} answer */
  function answered(_command, answer) {
    tell(answer.ok ? "" : (answer.error?.message ?? ""));
    done();
  }

  draw();
  queue.flush();
  return { drawn: draw, flush: () => queue.flush() };
}

/** @param {HTMLElement} page @returns {NodeListOf<HTMLFormElement>} */
function forms(page) {
  return page.querySelectorAll("form[data-move], form[data-call]");
}

/** @param {HTMLFormElement} form */
function keyOf({ dataset }) {
  return dataset.move ?? `call ${dataset.call}`;
}

/** @param {HTMLFormElement} form @param {string | undefined} call @returns {Record<string, unknown>} */
function given(form, call) {
  if (call) return { call };
  const reason = String(new FormData(form).get("reason") ?? "").trim();
  return { ...(reason && { reason }), tapped_at: Date.now() };
}

/** @param {string} of @param {string} query @param {Command} command @returns {Promise<Answer>} */
async function send(of, query, { id, name, args }) {
  try {
    if (name === "call") await ask(`${of}/calls/done${query}`, { key: args.call });
    else
      await ask(`${of}/moves${query}`, { id, move: name, reason: args.reason ?? null, ago_s: ago_s(args.tapped_at) });
    return { ok: true };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const code = ["offline", "unexpected"].includes(refusal.code) ? "unreachable" : refusal.code;
    return { ok: false, error: { code, message: refusal.message } };
  }
}

/** How long a tap waited for a network: the minutes count from the tap. @param {unknown} tapped_at */
function ago_s(tapped_at) {
  return Math.min(LONGEST_AGO_S, Math.max(0, (Date.now() - Number(tapped_at)) / 1000));
}
