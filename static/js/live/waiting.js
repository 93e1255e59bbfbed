/** The waiting room (screen 12): who leads, whether this phone is fit for the hour, and what we promise each other. */

import { html, nothing } from "lit-html";
import { status } from "./door.js";
import { CHECK, icon } from "./icons.js";
import { dialog, send } from "./parts.js";
import { canVibrate, chime, stayAwake, unlockSound, vibrate } from "./senses.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Ui} Ui */
/** @typedef {import("./types").Me} Me */

const TEAM_PROMISES = [
  "One person speaks at a time. I listen to the end.",
  "I speak from love, about what I saw and felt. No names, no threats.",
  "I can pause at any time, and so can everyone else.",
  "What is said here stays here. Nobody records.",
];

const GUEST_PROMISES = [
  "You can take a break or leave whenever you want. Nobody will stop you.",
  "One person speaks at a time. You can answer when you are ready.",
  "What is said here stays here. Nobody records.",
];

/** @param {View} view @param {Ui} ui */
export function waitingRoom(view, ui) {
  const { me } = view;
  if (me.standing === "declined" || me.standing === "left") return outside(me);
  const guest = isGuest(me);
  return html`
    <section class="wait stack">
      <h1>Hello, ${me.name.split(" ")[0]}</h1>
      ${status(me)} ${me.ready ? readyCard(ui) : preparation(me, ui, guest ? GUEST_PROMISES : TEAM_PROMISES)}
      <details class="wait__more">
        <summary>What to expect</summary>
        ${guest ? guestExpects(me) : teamExpects(me)}
      </details>
      ${me.role === "team_member" ? html`<a class="button button--quiet" href="/statement?seat=${me.person}">Look at my statement</a>` : nothing}
      <button class="button button--quiet" @click=${() => ui.set({ dialog: "late" })}>
        I can’t make it
      </button>
      ${ui.my.dialog === "late" ? lateDialog(me, ui) : nothing}
    </section>`;
}

/** @param {Me} me */
export function isGuest(me) {
  return me.role === "loved_one" || me.role === "stand_in";
}

/** @param {Me} me @param {Ui} ui @param {string[]} promises */
function preparation(me, ui, promises) {
  return html`
    <div class="card stack">
      <h2>Is this phone ready?</h2>
      <ul class="checks">
        ${soundCheck(ui)} ${vibrationCheck(ui)} ${screenCheck(ui)}
      </ul>
    </div>
    <div class="card stack">
      <h2>${isGuest(me) ? "Good to know" : "What we promise each other"}</h2>
      <ul class="points">${promises.map((promise) => html`<li>${promise}</li>`)}</ul>
      <label class="tick">
        <input type="checkbox" .checked=${Boolean(ui.my.agreed)} @change=${agree(ui)} />
        <span>${isGuest(me) ? "I have read this" : "I promise this too"}</span>
      </label>
    </div>
    <div class="reach reach--stick">
      ${ui.my.asked && !ui.my.agreed ? html`<p class="wait__hint" role="alert">Please tick the box above first.</p>` : nothing}
      <button
        class="button button--primary button--block"
        aria-disabled=${!ui.my.agreed}
        aria-busy=${ui.busy("get_ready", {}, "get_ready")}
        @click=${() => ready(ui)}
      >
        I’m ready
      </button>
    </div>`;
}

/** @param {Ui} ui */
function agree(ui) {
  return (/** @type {Event} */ event) => ui.set({ agreed: /** @type {HTMLInputElement} */ (event.target).checked });
}

/** @param {Ui} ui */
async function ready(ui) {
  if (!ui.my.agreed) return ui.set({ asked: true });
  unlockSound();
  const screen = await stayAwake();
  ui.set({ screen });
  ui.act(
    "get_ready",
    { agreed: true, sound: ui.my.sound === "heard", vibration: ui.my.vibration === "felt", screen },
    "get_ready",
  );
}

/** @param {Ui} ui */
function soundCheck(ui) {
  const play = () => {
    unlockSound();
    setTimeout(chime, 50); // a sound just unlocked needs a moment to run
    ui.set({ sound: "played" });
  };
  return check(
    ui,
    "sound",
    "Sound",
    "Turn it up a little. If you hear nothing, look at the silent switch.",
    play,
    "Play",
    "heard",
  );
}

/** @param {Ui} ui */
function vibrationCheck(ui) {
  if (!canVibrate()) {
    return html`<li class="check"><span class="check__name">Vibration</span>
      <span class="check__help">This phone cannot vibrate for us. You will see and hear your cues.</span></li>`;
  }
  const shake = () => {
    vibrate();
    ui.set({ vibration: "played" });
  };
  return check(
    ui,
    "vibration",
    "Vibration",
    "Some phones keep still in battery saver. That is fine too.",
    shake,
    "Try",
    "felt",
  );
}

/**
 * @param {Ui} ui
 * @param {"sound" | "vibration"} what
 * @param {string} name
 * @param {string} help
 * @param {() => void} run
 * @param {string} verb
 * @param {string} good
 */
function check(ui, what, name, help, run, verb, good) {
  const state = ui.my[what];
  const done = state === good;
  return html`<li class="check ${done ? "check--good" : ""}">
    <span class="check__name">${done ? icon(CHECK) : nothing}${name}</span>
    <span class="check__acts">
      ${
        state === "played"
          ? html`<button class="button button--small" @click=${() => ui.set({ [what]: good })}>It works</button>`
          : nothing
      }
      <button class="button button--small" @click=${run}>${state ? "Again" : verb}</button>
    </span>
    ${state === "played" ? html`<span class="check__help">${help}</span>` : nothing}
  </li>`;
}

/** @param {Ui} ui */
function screenCheck(ui) {
  const keep = async () => ui.set({ screen: await stayAwake() });
  const { screen } = ui.my;
  return html`<li class="check ${screen ? "check--good" : ""}">
    <span class="check__name">${screen ? icon(CHECK) : nothing}Screen stays on</span>
    <span class="check__acts">
      ${screen ? nothing : html`<button class="button button--small" @click=${keep}>Keep on</button>`}
    </span>
    ${
      screen === false
        ? html`<span class="check__help">This phone decides by itself. In its settings, make the time until the screen locks longer.</span>`
        : nothing
    }
  </li>`;
}

/** @param {Ui} ui */
function readyCard(ui) {
  return html`<div class="notice notice--good">
    ${icon(CHECK)}
    <p class="notice__title">You are ready</p>
    <p>${
      ui.my.screen === false
        ? "Touch the screen now and then, so that it does not lock."
        : "Leave this page open. It changes by itself."
    }</p>
  </div>`;
}

/** @param {Me} me */
function teamExpects(me) {
  return html`<ul class="points">
    <li>${me.facilitator} leads the meeting and says who speaks.</li>
    <li>This phone shows one thing at a time: listen, you are next, your turn, or pause.</li>
    <li>When it is your turn, you see your statement in large letters. The clock only informs. Nobody cuts you off.</li>
    <li>If you need a break or feel unsafe, one tap tells ${me.facilitator}. Nobody else sees it.</li>
  </ul>`;
}

/** @param {Me} me */
function guestExpects(me) {
  return html`<ul class="points">
    <li>${me.facilitator} leads the meeting. People who care about you speak one after another.</li>
    <li>This phone shows who is here, who speaks and what comes next.</li>
    <li>You can ask for a break, say something, or leave. One tap is enough.</li>
  </ul>`;
}

/** @param {Me} me */
function outside(me) {
  return html`<section class="wait stack">
    <h1>${me.standing === "left" ? "You have left the meeting" : `${me.facilitator} can’t let you in now`}</h1>
    <p>To come in again, call ${me.facilitator}. This page opens by itself when you are let in.</p>
  </section>`;
}

/** @param {Me} me @param {Ui} ui */
function lateDialog(me, ui) {
  const close = () => ui.set({ dialog: null });
  const tell = (/** @type {string} */ reason, /** @type {string} */ label) =>
    send(ui, { name: "run_late", args: { reason }, label, look: "button--block", after: close });
  return dialog(
    { title: "What should we know?", close },
    html`<div class="stack">
      <p>${me.facilitator} sees this at once.</p>
      ${tell("running_late", "I’m running late")} ${tell("cannot_come", "I can’t come today")}
    </div>`,
  );
}
