/** A personal link: whose seat it is, and in. The secret leaves the address bar at once; nothing is spent before "Continue". */
import { ask } from "../pages/ask.js";
import * as screens from "./screens.js";

const KEPT = "invitation";

/** @param {HTMLElement} place */
export function joinByLink(place) {
  const token = takeToken();
  if (token) look(place, token);
  else show(place, screens.noSecret());
  // The same tab can be given another link: only the part behind # changes then, and the page does not load again.
  window.addEventListener("hashchange", () => {
    const next = takeToken();
    if (next) look(place, next);
  });
}

/**
 * @param {HTMLElement} place
 * @param {string} token
 */
async function look(place, token) {
  show(place, screens.opening());
  try {
    const seat = await ask("/api/join/look", { token });
    offer(place, token, seat);
  } catch (refusal) {
    refuse(place, refusal, () => look(place, token));
  }
}

/**
 * @param {HTMLElement} place
 * @param {string} token
 * @param {screens.Seat} seat
 */
function offer(place, token, seat) {
  show(
    place,
    screens.seat(seat, {
      go: (button) => takeSeat(place, button, token, seat),
      notMe: () => {
        forget();
        show(
          place,
          screens.notMe(seat, () => offer(place, token, seat)),
        );
      },
    }),
  );
}

/**
 * @param {HTMLElement} place
 * @param {HTMLElement} button
 * @param {string} token
 * @param {screens.Seat} seat
 */
async function takeSeat(place, button, token, seat) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const { page } = await ask("/api/join", { token });
    forget();
    location.assign(page);
  } catch (refusal) {
    refuse(place, refusal, () => offer(place, token, seat));
  }
}

/**
 * @param {HTMLElement} place
 * @param {unknown} refusal
 * @param {() => void} again
 */
function refuse(place, refusal, again) {
  show(place, screens.refused(/** @type {import("../pages/ask.js").Refusal} */ (refusal), again));
}

/**
 * @param {HTMLElement} place
 * @param {Node[]} parts
 */
function show(place, parts) {
  place.replaceChildren(...parts);
  place.querySelector("h1")?.focus();
}

// Kept for this tab only, so that a reload before "Continue" does not lose the way; a phone reloads tabs as it likes.
function takeToken() {
  const token = location.hash.slice(1);
  if (token) {
    history.replaceState(null, "", location.pathname);
    sessionStorage.setItem(KEPT, token);
  }
  return token || sessionStorage.getItem(KEPT);
}

function forget() {
  sessionStorage.removeItem(KEPT);
}
