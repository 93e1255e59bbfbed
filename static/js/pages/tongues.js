/** Which language a family and each of its speakers is heard in, and whether verdicts may be used for tuning. */
import { ask } from "./ask.js";

export function wireTongues() {
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-case-settings]"))) {
    const fields = /** @type {NodeListOf<HTMLSelectElement | HTMLInputElement>} */ (
      box.querySelectorAll("select, input")
    );
    for (const field of fields) {
      field.disabled = false;
      field.addEventListener("change", () => keep(box, field));
    }
  }
}

/**
 * @param {HTMLElement} box
 * @param {HTMLSelectElement | HTMLInputElement} field
 */
async function keep(box, field) {
  const said = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  said.textContent = "Saving";
  try {
    await (field.dataset.speaker ? ask(`/people/${field.dataset.speaker}/language`, spoken(field)) : saveCase(box));
    said.textContent = "Saved";
  } catch (refusal) {
    said.textContent = `Not saved. ${/** @type {Error} */ (refusal).message}`;
  }
}

/** @param {HTMLSelectElement | HTMLInputElement} field */
function spoken(field) {
  return { language: field.value || null };
}

/** @param {HTMLElement} box */
function saveCase(box) {
  const language = /** @type {HTMLSelectElement} */ (box.querySelector("[name=language]"));
  const shares = /** @type {HTMLInputElement} */ (box.querySelector("[name=shares_verdicts]"));
  const to = { language: language.value, shares_verdicts: shares.checked };
  return ask(`/cases/${box.dataset.caseSettings}/settings`, to);
}
