/** What is in the car already: ticks for one person, kept in this tab and sent to nobody. */

/** @param {HTMLElement} page @param {string} place @returns {() => void} draws them anew */
export function ticks(page, place) {
  /** @type {Set<string>} */
  const taken = new Set(JSON.parse(sessionStorage.getItem(place) || "[]"));

  page.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.dataset.tick === undefined) return;
    if (target.checked) taken.add(target.dataset.tick);
    else taken.delete(target.dataset.tick);
    sessionStorage.setItem(place, JSON.stringify([...taken]));
  });

  function draw() {
    const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (page.querySelectorAll("input[data-tick]"));
    for (const box of boxes) box.checked = taken.has(box.dataset.tick ?? "");
  }

  draw();
  return draw;
}
