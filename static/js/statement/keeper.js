/** What is written, what the coach says to it, and whether it is kept. Nothing typed is ever thrown away here. */

import { ask, Refusal } from "../pages/ask.js";

/**
 * @typedef {{ name: string, text: string }} Part
 * @typedef {{ version: number, parts: Part[], saved_at: string | null }} Draft
 * @typedef {{ start: number, end: number, category: string, severity: number, why: string, suggestion: string }} Hint
 * @typedef {{ hints: Hint[], warmth: Record<string, number>, words: number, read_s: number }} Advice
 */

const REST_MS = 700;
const AGAIN_MS = 4000;

export class Keeper {
  /**
   * @param {Draft} draft
   * @param {string} person
   * @param {() => void} changed
   * @param {typeof ask} asks
   */
  constructor(draft, person, changed, asks = ask) {
    this.person = person;
    this.changed = changed;
    this.asks = asks;
    this.version = draft.version;
    this.saved_at = draft.saved_at;
    this.parts = this.unsent() || draft.parts;
    this.unkept = this.unsent() !== null;
    this.busy = false;
    this.trouble = "";
    /** @type {Draft | null} */
    this.theirs = null;
    /** @type {Map<string, { text: string, advice: Advice }>} */
    this.read = new Map();
    /** @type {Map<string, number>} */
    this.waiting = new Map();
  }

  /** @param {string} name @param {string} text */
  write(name, text) {
    this.parts = this.parts.map((part) => (part.name === name ? { name, text } : part));
    this.unkept = true;
    sessionStorage.setItem(this.place, JSON.stringify(this.parts));
    this.later(`read:${name}`, REST_MS, () => this.readPart(name));
    this.later("save", REST_MS, () => this.save());
    this.changed();
  }

  readAll() {
    for (const { name } of this.parts) this.readPart(name);
    if (this.unkept) this.save();
  }

  /** The advice for a part, as long as it is about what stands there now. @param {Part} part */
  adviceFor({ name, text }) {
    const read = this.read.get(name);
    return read && read.text === text ? read.advice : null;
  }

  /** @param {string} name */
  async readPart(name) {
    const { text } = /** @type {Part} */ (this.parts.find((part) => part.name === name));
    if (!text.trim()) return;
    try {
      const advice = await this.asks(`/api/coach?seat=${this.person}`, { text });
      this.read.set(name, { text, advice });
      this.changed();
    } catch (refusal) {
      // The coach only advises: without it, writing and keeping go on.
      if (refusal instanceof Refusal && refusal.code !== "malformed") {
        this.later(`read:${name}`, (refusal.retryAfter_s || 0) * 1000 || AGAIN_MS, () => this.readPart(name));
      }
    }
  }

  async save() {
    if (this.busy || this.theirs || !this.unkept) return;
    const { parts } = this;
    this.busy = true;
    this.changed();
    try {
      this.kept(await this.asks(`/api/statement?seat=${this.person}`, { parts, based_on: this.version }, "PUT"), parts);
    } catch (refusal) {
      this.notKept(/** @type {Refusal} */ (refusal));
    }
    this.busy = false;
    if (this.unkept && !this.trouble) this.later("save", REST_MS, () => this.save());
    this.changed();
  }

  /** The writer has seen both versions and keeps one. @param {"mine" | "theirs"} choice */
  settle(choice) {
    const theirs = /** @type {Draft} */ (this.theirs);
    this.theirs = null;
    this.version = theirs.version;
    if (choice === "theirs") {
      this.parts = theirs.parts;
      this.kept(theirs, theirs.parts);
      this.readAll();
    } else {
      this.save();
    }
    this.changed();
  }

  /** @private @param {Draft} draft @param {Part[]} parts */
  kept(draft, parts) {
    this.version = draft.version;
    this.saved_at = draft.saved_at;
    this.trouble = "";
    if (this.parts === parts) {
      this.unkept = false;
      sessionStorage.removeItem(this.place);
    }
  }

  /** @private @param {Refusal} refusal */
  notKept(refusal) {
    this.theirs = (refusal.code === "edited_elsewhere" && refusal.body?.theirs) || null;
    this.trouble = this.theirs ? "" : refusal.message;
    const offline = refusal.code === "offline" || refusal.code === "not_saved" || refusal.code === "rate_limited";
    if (offline) this.later("save", AGAIN_MS, () => this.retry());
  }

  /** @private */
  retry() {
    this.trouble = "";
    this.save();
  }

  /** @private @param {string} what @param {number} ms @param {() => void} then */
  later(what, ms, then) {
    clearTimeout(this.waiting.get(what));
    this.waiting.set(what, /** @type {any} */ (setTimeout(then, ms)));
  }

  /** @private */
  get place() {
    return `statement:${this.person}`;
  }

  /** @private @returns {Part[] | null} */
  unsent() {
    const kept = sessionStorage.getItem(this.place);
    return kept ? JSON.parse(kept) : null;
  }
}
