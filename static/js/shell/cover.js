/**
 * A plain clock over the whole page, at once: for the moment when someone looks over a shoulder.
 * The page stays open below it, so a live room goes on. Three taps or Esc three times, here and back.
 */
const WITHIN_MS = 1500;
const TIMES = 3;

export function wireCover() {
  const cover = makeCover();
  const onEscape = inARow(() => toggle(cover));
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      const wasOpen = cover.open;
      onEscape();
      // By itself one Esc closes a dialog, and the clock must neither go so easily nor take a dialog below with it.
      if (wasOpen || cover.open) event.preventDefault();
    },
    true,
  );
  cover.addEventListener(
    "click",
    inARow(() => toggle(cover)),
  );
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-hide]"));
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => toggle(cover));
  }
}

/** @param {HTMLDialogElement} cover */
function toggle(cover) {
  if (cover.open) {
    cover.close();
    return;
  }
  showTime(cover);
  cover.showModal();
}

function makeCover() {
  const cover = document.createElement("dialog");
  cover.className = "cover";
  for (const name of ["time", "day"]) {
    const line = document.createElement("div");
    line.className = `cover__${name}`;
    cover.append(line);
  }
  document.body.append(cover);
  setInterval(() => cover.open && showTime(cover), 1000);
  return cover;
}

/** @param {HTMLElement} cover */
function showTime(cover) {
  const now = new Date();
  const [time, day] = cover.children;
  time.textContent = now.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  day.textContent = now.toLocaleDateString([], { weekday: "long", month: "long", day: "numeric" });
}

/**
 * Calls `then` on the third call within a short while.
 * @param {() => void} then
 */
function inARow(then) {
  /** @type {number[]} */
  let recent = [];
  return () => {
    const now = performance.now();
    recent = [...recent.filter((at) => now - at < WITHIN_MS), now];
    if (recent.length < TIMES) return;
    recent = [];
    then();
  };
}
