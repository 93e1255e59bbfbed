/** One question to the server, as JSON, answered with a value or refused with a code and a sentence. */

const PATIENCE_MS = 15_000;

export class Refusal extends Error {
  /**
   * @param {string} code stable, for programs; `offline` when no answer came
   * @param {string} message for people
   * @param {number} [retryAfter_s]
   * @param {any} [body] all that came with it
   */
  constructor(code, message, retryAfter_s, body) {
    super(message);
    this.code = code;
    this.retryAfter_s = retryAfter_s;
    this.body = body;
  }
}

/**
 * @param {string} path
 * @param {object} body
 * @param {string} [method]
 * @returns {Promise<any>}
 * @throws {Refusal}
 */
export async function ask(path, body, method = "POST") {
  const answer = await send(path, body, method);
  if (answer.status !== 403 || (await code(answer)) !== "no_csrf") return read(answer);
  await patiently("/api/csrf", {});
  return read(await send(path, body, method));
}

/**
 * @param {string} path
 * @param {object} body
 * @param {string} method
 */
function send(path, body, method) {
  return patiently(path, {
    method,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": cookie("csrf") },
    body: JSON.stringify(body),
  });
}

/**
 * @param {string} path
 * @param {RequestInit} request
 */
async function patiently(path, request) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    return await fetch(path, { ...request, signal: giveUp.signal, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Refusal("offline", "There was no answer. Check the connection, then try again.");
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} answer */
async function read(answer) {
  if (answer.ok) return answer.json();
  const retryAfter_s = Number(answer.headers.get("Retry-After")) || undefined;
  const body = await json(answer);
  if (body?.error) throw new Refusal(body.error.code, body.error.message, retryAfter_s, body);
  throw new Refusal("unexpected", "Something went wrong on our side. Please try again in a minute.", retryAfter_s);
}

/** @param {Response} answer */
async function code(answer) {
  return (await json(answer.clone()))?.error?.code;
}

// A proxy in between answers with a page of its own when the server is away: that is an answer without a code.
/** @param {Response} answer */
async function json(answer) {
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  return isJson ? answer.json() : undefined;
}

/** @param {string} name */
function cookie(name) {
  const pair = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}
