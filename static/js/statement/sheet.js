/** The sheet as a function of what is written: five parts, the coach's hints below each, and where it is kept. */

import { html, nothing } from "lit-html";

/** @typedef {import("./keeper.js").Keeper} Keeper */
/** @typedef {import("./keeper.js").Part} Part */
/** @typedef {import("./keeper.js").Hint} Hint */

/** @type {Record<string, { title: string, help: string }>} */
const PARTS = {
  love: {
    title: "Love, and one real memory",
    help: "Something only the two of you know. Why this person matters to you.",
  },
  incident: { title: "What I saw", help: "One or two moments, with the day or the month: what I saw, and how I felt." },
  concern: { title: "What I am afraid of", help: "Begin with “I”. Your fear is yours, and nobody can argue with it." },
  hope: { title: "What I hope for", help: "A picture of an ordinary good day that you would like to have again." },
  ask: { title: "What I ask", help: "One clear question: will you take the help that is offered today?" },
};

/** @type {Record<string, string>} */
const WARM = {
  brief: "is short enough to be heard",
  positive: "says something good",
  specific: "names a real moment",
  feelings: "owns a feeling with “I”",
  understanding: "shows understanding",
  responsibility: "takes a share of the responsibility",
  help: "offers help",
};

const LONGEST_READING_S = 240;

/** @param {Keeper} keeper @param {string} name */
export function sheet(keeper, name) {
  return html`
    <header class="stack">
      <h1>My statement</h1>
      <p>${name}, these are the words you will read aloud. Write as you speak. Only you and the professional see them.</p>
      <p class="statement__state" role="status">${stateWords(keeper)}</p>
      ${keeper.trouble ? html`<p class="notice notice--warn" role="alert">${keeper.trouble}</p>` : nothing}
    </header>
    ${keeper.theirs ? bothVersions(keeper, keeper.theirs) : nothing}
    ${keeper.parts.map((part) => writing(keeper, part))} ${whole(keeper)}`;
}

/** @param {Keeper} keeper */
function stateWords(keeper) {
  if (keeper.theirs) return "Not saved: choose a version below.";
  if (keeper.busy) return "Saving";
  if (keeper.unkept) return "Not saved yet. Your words stay on this phone until they are.";
  return keeper.saved_at ? `Saved ${clock(keeper.saved_at)}` : "";
}

/** @param {string} at */
function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

/** @param {Keeper} keeper @param {Part} part */
function writing(keeper, part) {
  const { title, help } = PARTS[part.name];
  const id = `part-${part.name}`;
  const hints = keeper.adviceFor(part)?.hints || [];
  return html`<section class="writing stack">
    <label class="field" for=${id}>
      <span class="field__label">${title}</span>
      <span class="field__hint" id="${id}-help">${help}</span>
    </label>
    <textarea
      class="input"
      id=${id}
      aria-describedby="${id}-help"
      maxlength="10000"
      .value=${part.text}
      @input=${(/** @type {any} */ event) => keeper.write(part.name, event.target.value)}
    ></textarea>
    <ul class="hints" aria-live="polite">${hints.map((hint) => advice(part, hint, id))}</ul>
  </section>`;
}

/** @param {Part} part @param {Hint} hint @param {string} id */
function advice(part, hint, id) {
  const show = () => {
    const box = /** @type {HTMLTextAreaElement} */ (document.getElementById(id));
    box.focus();
    box.setSelectionRange(hint.start, hint.end);
  };
  return html`<li class="hint hint--${hint.severity}">
    <button type="button" class="hint__words" @click=${show}>“${part.text.slice(hint.start, hint.end)}”</button>
    <p>${hint.why}</p>
    ${hint.suggestion ? html`<p><strong>You could say:</strong> ${hint.suggestion}</p>` : nothing}
  </li>`;
}

/** @param {Keeper} keeper */
function whole(keeper) {
  /** @type {import("./keeper.js").Advice[]} */
  const advices = [];
  for (const part of keeper.parts) {
    const read = keeper.adviceFor(part);
    if (read) advices.push(read);
  }
  const read_s = advices.reduce((sum, each) => sum + each.read_s, 0);
  const kinds = Object.keys(WARM).filter((kind) => advices.some((each) => each.warmth[kind]));
  if (!advices.length) return nothing;
  return html`<section class="card stack" aria-label="The whole statement">
    <p>Read calmly, it takes about <strong>${Math.max(1, Math.round(read_s / 60))} min</strong>.
      ${read_s > LONGEST_READING_S ? "Two to four minutes are easier to take in. It is up to you." : nothing}</p>
    ${kinds.length ? html`<p class="warm">It ${kinds.map((kind) => WARM[kind]).join(", ")}.</p>` : nothing}
  </section>`;
}

/** @param {Keeper} keeper @param {import("./keeper.js").Draft} theirs */
function bothVersions(keeper, theirs) {
  const one = (
    /** @type {string} */ title,
    /** @type {Part[]} */ parts,
    /** @type {"mine" | "theirs"} */ choice,
  ) => html`<div class="card stack">
    <h2>${title}</h2>
    ${parts.filter(({ text }) => text).map(({ text }) => html`<pre>${text}</pre>`)}
    <button type="button" class="button button--block" @click=${() => keeper.settle(choice)}>Keep this version</button>
  </div>`;
  return html`<section class="versions" role="alert" aria-label="Two versions">
    <p class="notice notice--warn">This was also changed on another screen. Nothing is lost: choose which version to keep.</p>
    ${one("What is on this screen", keeper.parts, "mine")} ${one("What was saved on the other screen", theirs.parts, "theirs")}
  </section>`;
}
