/** Puts in what changed, part by part, so that what somebody has open, ticked or half typed stays as it is. */

import { showTimes } from "../shell/times.js";

/** Tokens and ids are new with every answer and say nothing. */
const FRESH_EACH_TIME = /(<input type="hidden" name="\w+") value="[^"]*"/g;

/** @param {HTMLElement} page @param {() => void} drawn */
export function swapping(page, drawn) {
  /** @type {Map<string, string>} */
  const before = new Map();
  const said = /** @type {HTMLElement} */ (page.querySelector("[data-said]"));

  return (/** @type {Document} */ news) => {
    const shown = /** @type {HTMLElement} */ (page.querySelector("[data-shown]"));
    const fresh = /** @type {HTMLElement | null} */ (news.querySelector("[data-shown]"));
    if (!fresh) return;
    Object.assign(shown.dataset, fresh.dataset);
    const state = stateOf(shown);
    for (const part of partsOf(fresh)) put(shown, part, before);
    if (stateOf(shown) !== state) said.textContent = stateOf(shown);
    drawn();
  };
}

/** @param {HTMLElement} shown @param {HTMLElement} part @param {Map<string, string>} before */
function put(shown, part, before) {
  const name = part.dataset.part ?? "";
  const text = part.outerHTML.replace(FRESH_EACH_TIME, "$1");
  const old = /** @type {HTMLElement | null} */ (shown.querySelector(`[data-part="${name}"]`));
  if (!old || before.get(name) === text) return;
  before.set(name, text);
  const given = kept(old);
  const made = document.importNode(part, true);
  old.replaceWith(made);
  showTimes(made);
  given(made);
}

/** @param {HTMLElement} old @returns {(made: HTMLElement) => void} gives it back to what took its place */
function kept(old) {
  const open = [...old.querySelectorAll("details[open]")].map(({ id }) => id);
  const fields = /** @type {NodeListOf<HTMLTextAreaElement>} */ (old.querySelectorAll("textarea"));
  const typed = [...fields].map(({ id, value }) => [id, value]);
  const focused = old.contains(document.activeElement) ? document.activeElement?.id : "";
  return (made) => {
    for (const id of open) byId(made, id)?.setAttribute("open", "");
    for (const [id, value] of typed) {
      const field = /** @type {HTMLTextAreaElement | null} */ (byId(made, id));
      if (field) field.value = value;
    }
    if (focused) byId(made, focused)?.focus();
  };
}

/** @param {HTMLElement} root @param {string} id @returns {HTMLElement | null} */
function byId(root, id) {
  return id ? root.querySelector(`[id="${CSS.escape(id)}"]`) : null;
}

/** @param {HTMLElement} root @returns {NodeListOf<HTMLElement>} */
function partsOf(root) {
  return root.querySelectorAll("[data-part]");
}

/** @param {HTMLElement} root */
function stateOf(root) {
  return root.querySelector("[data-state]")?.textContent ?? "";
}
