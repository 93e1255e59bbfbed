/** Asks for what changed, often while somebody looks and not at all while nobody does; says when there is no answer. */

/** @typedef {{ status: number, fresh: Document | null }} Answer */

const EVERY_MS = 500;
const WHOLE_EVERY = 40; // what only time changes, like a bed that is no longer held, has no entry in the log
const PATIENCE_MS = 8_000;

/**
 * @param {HTMLElement} page
 * @param {string} path
 * @param {string} query
 * @param {(fresh: Document) => void} take
 * @param {() => void} reached
 */
export function news(page, path, query, take, reached) {
  const lost = /** @type {HTMLElement} */ (page.querySelector("[data-lost]"));
  let timer = 0;
  let asking = false;
  let asked = 0;

  async function look() {
    clearTimeout(timer);
    if (asking || document.visibilityState !== "visible") return;
    asking = true;
    const answer = await load(address(page, path, query, asked++ % WHOLE_EVERY === WHOLE_EVERY - 1));
    asking = false;
    if (answer && isRefusal(answer)) return location.reload();
    took(answer);
    timer = setTimeout(look, EVERY_MS);
  }

  /** @param {Answer | undefined} answer */
  function took(answer) {
    const there = answer !== undefined && answer.status < 300;
    lost.hidden = there;
    if (!there) return;
    reached();
    if (answer.fresh) take(answer.fresh);
  }

  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  look();
  return { now: look };
}

/** A seat that moved, or a sign-in that ended: the page itself says so. @param {Answer} answer */
function isRefusal({ status }) {
  return status >= 400 && status < 500;
}

/** @param {HTMLElement} page @param {string} path @param {string} query @param {boolean} whole */
function address(page, path, query, whole) {
  const { version } = /** @type {HTMLElement} */ (page.querySelector("[data-shown]")).dataset;
  if (whole) return path + query;
  return `${path}${query ? `${query}&` : "?"}version=${version}`;
}

/**
 * By XMLHttpRequest, because it hands over a document: under the page's trusted types nothing may be made from text.
 * @param {string} from
 * @returns {Promise<Answer | undefined>} nothing when no answer came
 */
function load(from) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", from);
    request.responseType = "document";
    request.timeout = PATIENCE_MS;
    request.onload = () => resolve({ status: request.status, fresh: request.responseXML });
    request.onerror = () => resolve(undefined);
    request.ontimeout = request.onerror;
    request.send();
  });
}
