/** The consent: read it aloud, tick, sign by typing or drawing, take it back. What was tapped is kept until it arrived. */

import { savingAbout } from "./consent/about.js";
import { readAloud } from "./consent/aloud.js";
import { Pad } from "./consent/pad.js";
import { sender } from "./consent/sender.js";
import { newId } from "./live/ids.js";

const WAITS = "Not sent yet. It stays on this device and goes by itself as soon as there is a connection.";

const printing = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-print]"));
if (printing) {
  printing.hidden = false;
  printing.addEventListener("click", () => print());
}

const root = document.getElementById("consent");
if (root) start(root);

/** @param {HTMLElement} page */
function start(page) {
  const data = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("consent-data")).textContent || "");
  const of = `/api/referrals/${data.referral}`;
  const seat = `?seat=${data.seat}`;
  const tell = telling(page);
  const queue = sender(`${of}/consent${seat}`, `consent ${data.referral} ${data.seat}`, waiting, answered);

  signing(page, data, (args) => keep("sign", args));
  takingBack(page, () => keep("take_back", {}));
  const about = /** @type {HTMLFormElement | null} */ (page.querySelector("[data-patient]"));
  if (about) savingAbout(about, `${of}/patient${seat}`);
  waiting(queue.waiting.length > 0);
  queue.flush();
  addEventListener("online", () => queue.flush());

  /** @param {string} name @param {Record<string, unknown>} args */
  function keep(name, args) {
    queue.add({ id: newId(), name, args, key: name, at: Date.now() });
  }

  /** @param {boolean} still */
  function waiting(still) {
    tell("", still ? WAITS : "");
    /** @type {NodeListOf<HTMLButtonElement>} */
    const buttons = page.querySelectorAll("[data-submit], [data-take-back]");
    for (const button of buttons) button.disabled = still;
  }

  /** @param {import("./live/types").Answer} answer */
  function answered(answer) {
    if (answer.ok) location.reload();
    else tell(answer.error?.message ?? "", "");
  }
}

/** @param {HTMLElement} page @returns {(problem: string, state: string) => void} */
function telling(page) {
  const notice = /** @type {HTMLElement} */ (page.querySelector("[data-problem]"));
  const state = /** @type {HTMLElement} */ (page.querySelector("[data-state]"));
  return (problem, done) => {
    notice.hidden = !problem;
    /** @type {HTMLElement} */ (notice.querySelector("p")).textContent = problem;
    state.textContent = done;
  };
}

/** @param {HTMLElement} page @param {{ script: string, on_console: boolean }} data @param {(args: Record<string, unknown>) => void} sign */
function signing(page, data, sign) {
  const form = /** @type {HTMLFormElement | null} */ (page.querySelector("[data-sign]"));
  if (!form) return;
  const canvas = /** @type {HTMLCanvasElement} */ (form.querySelector("[data-pad]"));
  const pad = new Pad(canvas);
  drawing(form, pad);
  readAloud(
    /** @type {HTMLButtonElement} */ (page.querySelector("[data-aloud]")),
    /** @type {HTMLElement} */ (page.querySelector("[data-no-voice]")),
    () => data.script,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sign({ ...agreed(form, pad), on_behalf_of_device: data.on_console });
  });
}

/** @param {HTMLFormElement} form @param {Pad} pad */
function agreed(form, pad) {
  const name = text(form, "signed-name");
  const typed = { kind: "typed", name };
  return {
    signature: pad.strokes.length ? { kind: "drawn", name, strokes: pad.strokes } : typed,
    witness: text(form, "witness"),
    scope: ticked(form, "scope"),
    facilities: ticked(form, "facility"),
  };
}

/** @param {HTMLFormElement} form @param {Pad} pad */
function drawing(form, pad) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("[data-draw]"));
  const place = /** @type {HTMLElement} */ (form.querySelector("#pad"));
  button.addEventListener("click", () => {
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
    button.textContent = place.hidden ? "Draw it too" : "Type it only";
    if (place.hidden) pad.clear();
  });
  /** @type {HTMLElement} */ (form.querySelector("[data-clear]")).addEventListener("click", () => pad.clear());
}

/** @param {HTMLElement} page @param {() => void} takeBack */
function takingBack(page, takeBack) {
  const dialog = /** @type {HTMLDialogElement | null} */ (page.querySelector("#take-back"));
  if (!dialog) return;
  page.querySelector("[data-opens='take-back']")?.addEventListener("click", () => dialog.showModal());
  page.querySelector("[data-take-back]")?.addEventListener("click", () => {
    dialog.close();
    takeBack();
  });
}

/** @param {HTMLFormElement} form @param {string} name */
function text(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value.trim();
}

/** @param {HTMLFormElement} form @param {string} name */
function ticked(form, name) {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`input[name="${name}"]`));
  return [...boxes].filter((box) => box.checked).map((box) => box.value);
}
