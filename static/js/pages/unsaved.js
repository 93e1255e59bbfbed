/** Each form saves its own part, so one that was changed says so, and leaving asks before it is lost. */

/** @param {ParentNode} root */
export function minding(root) {
  const forms = /** @type {NodeListOf<HTMLFormElement>} */ (root.querySelectorAll("form[data-form]"));
  /** @type {Set<HTMLFormElement>} */
  const changed = new Set();
  for (const form of forms) {
    form.addEventListener("input", () => {
      changed.add(form);
      form.querySelector("[data-unsaved]")?.removeAttribute("hidden");
    });
    form.addEventListener("submit", () => changed.delete(form));
  }
  window.addEventListener("beforeunload", (event) => {
    if (changed.size) event.preventDefault();
  });
}
