/** Closes an open menu when something in it was pressed, or when somebody pressed elsewhere. */

/** @param {MouseEvent} event */
export function closeMenus({ target }) {
  const pressed = /** @type {Element} */ (target);
  for (const menu of document.querySelectorAll("#screen details.menu[open]")) {
    if (!menu.contains(pressed) || pressed.closest(".button:not(summary)")) menu.removeAttribute("open");
  }
}
