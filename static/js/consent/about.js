/** What a treatment center will ask: saved apart from the signature, and only what was filled in. */

import { ask, Refusal } from "../pages/ask.js";

/**
 * @param {HTMLFormElement} form
 * @param {string} path
 */
export function savingAbout(form, path) {
  const tell = (/** @type {string} */ text) => {
    /** @type {HTMLElement} */ (form.querySelector("[data-saved]")).textContent = text;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    /** @type {Record<string, FormDataEntryValue>} */
    const said = {};
    for (const [key, value] of new FormData(form)) if (value) said[key] = value;
    try {
      await ask(path, said, "PUT");
      tell("Saved.");
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      tell(refusal.message);
    }
  });
}
