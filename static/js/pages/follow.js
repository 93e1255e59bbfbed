/**
 * Pages that must not grow old while somebody looks at them: the dashboard, a facility's page, what was received.
 * The page carries its version; when the server's differs, it is loaded again, and otherwise left alone, focus and all.
 */
const EVERY_MS = 4_000;
const PATIENCE_MS = 10_000;

const page = /** @type {HTMLElement} */ (document.querySelector("[data-version]"));
const lost = document.querySelector("[data-lost]");
const version = `data-version="${page.dataset.version}"`;

/** @param {() => void} loadAgain a page that was posted to comes again by its address, or the browser would ask */
export function follow(loadAgain = () => location.reload()) {
  const once = () => look(loadAgain);
  setInterval(once, EVERY_MS);
  document.addEventListener("visibilitychange", once);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

/** @param {() => void} loadAgain */
async function look(loadAgain) {
  if (document.visibilityState !== "visible") return;
  const current = await load();
  lost?.toggleAttribute("hidden", current !== undefined);
  if (current === undefined || current.includes(version) || document.querySelector("dialog[open]")) return;
  loadAgain();
}

/** @returns {Promise<string | undefined>} nothing when the server cannot be reached, which the page then says */
async function load() {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(location.href, { signal: giveUp.signal, cache: "no-store" });
    return answer.status < 500 ? await answer.text() : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
