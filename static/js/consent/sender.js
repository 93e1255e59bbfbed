/** Signing and taking back: kept on this device until the server has answered, under one id, so that it counts once. */

import { RetryQueue } from "../live/retry_queue.js";
import { ask, Refusal } from "../pages/ask.js";

/** @typedef {import("../live/types").Answer} Answer */
/** @typedef {import("../live/types").Command} Command */

/** @type {Record<string, string>} */
const METHODS = { sign: "POST", take_back: "DELETE" };

/**
 * @param {string} path
 * @param {string} place where in this tab's store
 * @param {(waiting: boolean) => void} changed
 * @param {(answer: Answer) => void} answered
 */
export function sender(path, place, changed, answered) {
  const queue = new RetryQueue({
    store: sessionStorage,
    place,
    send: (command) => send(path, command),
    changed: () => changed(queue.waiting.length > 0),
    answered: (_, answer) => answered(answer),
  });
  return queue;
}

/** @param {string} path @param {Command} command @returns {Promise<Answer>} */
async function send(path, { id, name, args }) {
  try {
    await ask(path, name === "sign" ? { ...args, id } : {}, METHODS[name]);
    return { ok: true };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const code = ["offline", "unexpected"].includes(refusal.code) ? "unreachable" : refusal.code;
    return { ok: false, error: { code, message: refusal.message } };
  }
}
