/** A new personal link for somebody: to send, to show as a QR code, to print. Or the old one taken away. */
import { ask } from "./ask.js";
import { el } from "./el.js";

/** @typedef {{ id: string, name: string, hasLink: boolean }} Invited */
/** @typedef {{ join_url: string, qr_svg: string }} Link shown this once: the server keeps no copy */

const COPIED_FOR_MS = 4000;

export function wireInvitations() {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("invitation"));
  dialog.addEventListener("close", () => location.reload());
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-invite]"));
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () =>
      open(dialog, {
        id: button.dataset.invite ?? "",
        name: button.dataset.name ?? "",
        hasLink: "hasLink" in button.dataset,
      }),
    );
  }
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {Invited} who
 */
function open(dialog, who) {
  const say = who.hasLink
    ? `A new link replaces the earlier one. Any phone that came in by the earlier link is signed out.`
    : `The link lets ${who.name} in without an account. It is for one person, so please send it to nobody else.`;
  const make = button("Make a new link", "primary", () => attempt(dialog, make, () => renew(dialog, who)));
  const take = button("Take the link away", "quiet", () => attempt(dialog, take, () => revoke(dialog, who)));
  fill(dialog, `A link for ${who.name}`, el("p", {}, say), el("div.reach", {}, make, ...(who.hasLink ? [take] : [])));
  dialog.showModal();
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {Invited} who
 */
async function renew(dialog, who) {
  const link = /** @type {Link} */ (await ask(path(who), {}));
  fill(dialog, `A link for ${who.name}`, sheet(who, link), el("div.reach.no-print", {}, copy(link), print()));
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {Invited} who
 */
async function revoke(dialog, who) {
  await ask(path(who), {}, "DELETE");
  fill(
    dialog,
    "The link is taken away",
    el("p", {}, `${who.name} cannot come in by it any more, and is signed out everywhere.`),
  );
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLElement} pressed
 * @param {() => Promise<void>} then
 */
async function attempt(dialog, pressed, then) {
  if (pressed.getAttribute("aria-busy") === "true") return;
  pressed.setAttribute("aria-busy", "true");
  try {
    await then();
  } catch (refusal) {
    pressed.removeAttribute("aria-busy");
    dialog.querySelector("[role=alert]")?.remove();
    pressed.before(el("p.notice.notice--danger", { role: "alert" }, /** @type {Error} */ (refusal).message));
  }
}

/**
 * The part that prints: one sheet, one person.
 * @param {Invited} who
 * @param {Link} link
 */
function sheet(who, link) {
  return el(
    "div.sheet",
    {},
    el("p.sheet__name", { dir: "auto" }, who.name),
    el("p", {}, "Point the camera of your phone at this square and tap the link that appears. It is yours alone."),
    el("img.sheet__code", { src: picture(link.qr_svg), alt: `QR code of the link for ${who.name}` }),
    el("p.sheet__link", { dir: "ltr" }, link.join_url),
  );
}

// As a picture, so that no markup from elsewhere becomes part of the page.
/** @param {string} svg */
function picture(svg) {
  const whole = svg.includes("xmlns=") ? svg : svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ');
  return `data:image/svg+xml,${encodeURIComponent(whole)}`;
}

/** @param {Link} link */
function copy(link) {
  const made = button("Copy the link", "primary", async () => {
    await navigator.clipboard.writeText(link.join_url);
    made.textContent = "Copied";
    setTimeout(() => {
      made.textContent = "Copy the link";
    }, COPIED_FOR_MS);
  });
  made.hidden = !navigator.clipboard; // without https a browser gives no clipboard; the link can still be selected
  return made;
}

function print() {
  return button("Print the sheet", "plain", () => window.print());
}

/**
 * @param {string} words
 * @param {"primary" | "plain" | "quiet"} kind
 * @param {() => void} then
 */
function button(words, kind, then) {
  return el(`button.button.button--${kind}.button--block`, { type: "button", onclick: then }, words);
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {string} heading
 * @param {...HTMLElement} parts
 */
function fill(dialog, heading, ...parts) {
  const close = el("form.no-print", { method: "dialog" }, el("button.button.button--small", {}, "Close"));
  const title = el("h2", { id: "invitation-title", tabindex: "-1", dir: "auto" }, heading);
  dialog.replaceChildren(el("div.dialog__head", {}, title, close), el("div.stack", {}, ...parts));
  title.focus();
}

/** @param {Invited} who */
function path(who) {
  return `/people/${encodeURIComponent(who.id)}/invitation`;
}
