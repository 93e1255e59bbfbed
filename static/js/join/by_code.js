/** The room code and a name: checked here for what is missing, then asked of the server. */
import { ask, Refusal } from "../pages/ask.js";

const DIGITS = 8;

/** @param {HTMLFormElement} form */
export function joinByCode(form) {
  const code = field(form, "code");
  code.addEventListener("input", () => group(code));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form);
  });
}

/** @param {HTMLFormElement} form */
async function submit(form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const wrong = firstMissing(form);
  tell(form, wrong?.say ?? "", wrong?.name);
  if (wrong || button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const { page } = await ask("/api/join", {
      code: digits(field(form, "code").value),
      name: field(form, "name").value.trim(),
    });
    location.assign(page);
  } catch (refusal) {
    button.removeAttribute("aria-busy");
    tell(form, words(/** @type {Refusal} */ (refusal)));
  }
}

/** @param {HTMLFormElement} form */
function firstMissing(form) {
  const given = digits(field(form, "code").value).length;
  if (given !== DIGITS)
    return {
      name: "code",
      say: `A room code has ${DIGITS} digits. ${given ? `You have typed ${given}.` : "Please type it."}`,
    };
  if (!field(form, "name").value.trim())
    return { name: "name", say: "Please type your name, so that the professional knows who is waiting." };
  return undefined;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} say nothing to take the notice away
 * @param {string} [name] the field that it is about
 */
function tell(form, say, name) {
  const notice = /** @type {HTMLElement} */ (form.querySelector("#code-error"));
  notice.hidden = !say;
  /** @type {HTMLElement} */ (notice.querySelector("p")).textContent = say;
  for (const each of ["code", "name"]) field(form, each).toggleAttribute("aria-invalid", false);
  if (!say) return;
  if (name) field(form, name).setAttribute("aria-invalid", "true");
  (name ? field(form, name) : notice).focus();
}

/** @param {Refusal} refusal */
function words(refusal) {
  if (refusal.code !== "rate_limited" || !refusal.retryAfter_s) return refusal.message;
  return `${refusal.message} You can try again in ${refusal.retryAfter_s} seconds.`;
}

/** @param {HTMLInputElement} code two groups of four, as it is read out; the caret stays at the end while typing there */
function group(code) {
  const atEnd = code.selectionStart === code.value.length;
  const bare = digits(code.value).slice(0, DIGITS);
  if (atEnd) code.value = bare.length > 4 ? `${bare.slice(0, 4)} ${bare.slice(4)}` : bare;
}

/** @param {string} text */
function digits(text) {
  return text.replace(/\D/g, "");
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}
