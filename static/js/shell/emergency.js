/** The emergency card opens in the page, without leaving it and without a network; where that fails, the link leads to its own page. */

export function wireEmergency() {
  const card = document.getElementById("emergency-card");
  if (!card || !("showModal" in card)) return;
  const dialog = /** @type {HTMLDialogElement} */ (card);
  for (const link of document.querySelectorAll("[data-opens='emergency-card']")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.showModal();
      dialog.scrollTop = 0;
    });
  }
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
