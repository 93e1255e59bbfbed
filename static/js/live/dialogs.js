/** Makes the dialogs that a template holds modal, and gives the focus back when they are gone. */

/** @type {HTMLElement | null} */
let opener = null;

/** @param {HTMLElement} root */
export function showDialogs(root) {
  const dialog = /** @type {HTMLDialogElement | null} */ (root.querySelector("dialog"));
  if (dialog && !dialog.open) {
    opener = opener || /** @type {HTMLElement | null} */ (document.activeElement);
    if (dialog.showModal) dialog.showModal();
    else dialog.setAttribute("open", "");
  } else if (!dialog && opener) {
    if (opener.isConnected) opener.focus();
    opener = null;
  }
}
