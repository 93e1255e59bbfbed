/** Runs a live screen: the view comes in, a template comes out, and what a person taps goes to the server once. */

import { render } from "lit-html";
import { changeSaid, timerSaid } from "./announce.js";
import { RoomClock } from "./clock.js";
import { Connection } from "./connection.js";
import { showDialogs } from "./dialogs.js";
import { frame } from "./frame.js";
import { newId } from "./ids.js";
import { isKept, isOvertaken, mayComeLater, RetryQueue } from "./retry_queue.js";
import { ViewStore } from "./view_store.js";

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").ViewMessage} ViewMessage */
/** @typedef {import("./types").Answer} Answer */
/** @typedef {import("./types").Local} Local */
/** @typedef {import("./types").Ui} Ui */
/** @typedef {(view: View, ui: Ui) => unknown} Screen a pure function: the same view and ui give the same template */
/**
 * @typedef {object} Hooks what a screen does beside drawing
 * @property {(before: View, after: View, ui: Ui) => void} [changed]
 * @property {(root: HTMLElement) => void} [drawn]
 * @property {(view: View, ui: Ui) => void} [started]
 */

const TICK_MS = 500;
const TELL_UNSENT_AFTER_MS = 1500;
const TELL_REFUSAL_FOR_MS = 8000;

/** @param {Screen} screen @param {Hooks} hooks */
export function startRoom(screen, hooks = {}) {
  new LiveRoom(screen, hooks).start();
}

/** @implements {Ui} */
class LiveRoom {
  /** @param {Screen} screen @param {Hooks} hooks */
  constructor(screen, hooks) {
    const boot = JSON.parse(textOf("boot"));
    this.screen = screen;
    this.hooks = hooks;
    this.store = new ViewStore(JSON.parse(textOf("view")));
    this.clock = new RoomClock();
    this.root = /** @type {HTMLElement} */ (document.getElementById("screen"));
    this.said = { assertive: "", polite: "" };
    this.locks = new Set();
    this.drawing = false;
    this.looked_at = 0;
    this.now = 0;
    this.late = false;
    this.link = /** @type {import("./types").Link} */ ("good");
    this.gone = /** @type {string | null} */ (null);
    this.refusal = /** @type {string | null} */ (null);
    this.my = /** @type {Local} */ ({});
    this.connection = new Connection(boot, {
      view: (message, whole) => this.take(message, whole),
      gone: (code) => this.leave(code),
      up: () => this.queue.flush(),
    });
    this.queue = new RetryQueue({
      store: sessionStorage,
      place: `unsent:${boot.room}:${boot.seat}`,
      send: (command) => this.connection.send(command),
      changed: () => this.draw(),
      answered: (_command, answer) => this.tell(answer),
    });
  }

  start() {
    this.take({ room: "", seq: this.store.seq, sections: this.store.view }, true);
    this.hooks.started?.(this.store.view, this);
    setInterval(() => this.tick(), TICK_MS);
    this.queue.flush();
  }

  get view() {
    return this.store.view;
  }

  get unsent() {
    return this.queue.waiting;
  }

  /** @param {Local} patch */
  set(patch) {
    Object.assign(this.my, patch);
    this.draw();
  }

  /** @param {string} name @param {Record<string, unknown>} args */
  busy(name, args = {}, key = keyOf(name, args)) {
    return this.locks.has(key) || this.queue.has(key);
  }

  /** @param {string} name @param {Record<string, unknown>} args @returns {Promise<Answer>} */
  async act(name, args = {}, key = keyOf(name, args)) {
    if (this.busy(name, args, key)) return { ok: false, error: { code: "busy", message: "" } };
    const command = { id: newId(), name, args };
    this.refusal = null;
    if (isKept(name)) {
      this.queue.add({ ...command, key, at: Date.now() });
      return { ok: true };
    }
    this.locks.add(key);
    this.draw();
    const answer = await this.connection.send(command);
    this.locks.delete(key);
    this.tell(answer);
    return answer;
  }

  /** @private @param {ViewMessage} message @param {boolean} whole */
  take(message, whole) {
    const before = this.view;
    if (!this.store.take(message, whole)) return;
    const stamped = message.sections.room || message.sections.me;
    if (stamped) this.clock.sync(stamped.server_now, whole);
    this.queue.drop((command) => isOvertaken(command, this.view));
    const { assertive, polite } = changeSaid(before, this.view);
    this.said = { assertive: assertive || this.said.assertive, polite: polite || this.said.polite };
    this.now = this.clock.now();
    this.hooks.changed?.(before, this.view, this);
    this.draw();
  }

  /** @private @param {Answer} answer */
  tell(answer) {
    if (!answer.ok && answer.error) {
      const message = mayComeLater(answer) ? "That did not get through. Please try again." : answer.error.message;
      this.refusal = message;
      setTimeout(() => {
        if (this.refusal === message) this.refusal = null;
        this.draw();
      }, TELL_REFUSAL_FOR_MS);
    }
    this.draw();
  }

  /** @private @param {string} code */
  leave(code) {
    this.gone = code;
    this.draw();
  }

  /** Draws once for all that changes at the same moment. @private */
  draw() {
    if (this.drawing) return;
    this.drawing = true;
    Promise.resolve().then(() => {
      this.drawing = false;
      this.drawNow();
    });
  }

  /** @private */
  drawNow() {
    this.now = this.clock.now();
    this.link = this.connection.link();
    this.late = this.unsent.some((command) => Date.now() - command.at > TELL_UNSENT_AFTER_MS);
    const content = this.gone ? null : this.screen(this.view, this);
    render(frame(this.view, this, this.said, content), this.root);
    showDialogs(this.root);
    this.hooks.drawn?.(this.root);
  }

  /** @private */
  tick() {
    const now = this.clock.now();
    const word = this.looked_at && timerSaid(this.view, this.looked_at, now);
    if (word) this.said.polite = word;
    this.looked_at = now;
    this.draw();
  }
}

/** @param {string} name @param {Record<string, unknown>} args */
function keyOf(name, args) {
  return name + JSON.stringify(args);
}

/** @param {string} id */
function textOf(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id)).textContent || "";
}
