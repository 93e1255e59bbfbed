/** Small help on the sign-in form, which works without: show the password, tell of Caps Lock, no second click. */

const form = /** @type {HTMLFormElement} */ (document.getElementById("sign-in"));
const password = /** @type {HTMLInputElement} */ (document.getElementById("password"));
const show = /** @type {HTMLButtonElement} */ (document.getElementById("show-password"));
const capsLock = /** @type {HTMLElement} */ (document.getElementById("caps-lock"));
const error = /** @type {HTMLElement} */ (document.getElementById("sign-in-error"));
const submit = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));

show.hidden = false;
show.addEventListener("click", () => reveal(password.type === "password"));

for (const moment of ["keydown", "keyup"]) {
  password.addEventListener(moment, (event) => {
    if (event instanceof KeyboardEvent) capsLock.hidden = !event.getModifierState("CapsLock");
  });
}

form.addEventListener("submit", (event) => {
  if (submit.getAttribute("aria-busy") === "true") event.preventDefault();
  submit.setAttribute("aria-busy", "true");
  reveal(false); // a browser offers to keep a password only from a field that hides it
});

// Coming back with the Back button brings the page as it was left: ready for another try.
window.addEventListener("pageshow", () => submit.removeAttribute("aria-busy"));

if (!error.hidden) error.focus();

/** @param {boolean} visible */
function reveal(visible) {
  password.type = visible ? "text" : "password";
  show.textContent = visible ? "Hide" : "Show";
  show.setAttribute("aria-pressed", String(visible));
}
