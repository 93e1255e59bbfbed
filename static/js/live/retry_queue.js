/** What must not get lost on a poor network: kept on this device, in order, until the server has answered. */

/** @typedef {import("./types").Command} Command */
/** @typedef {import("./types").Answer} Answer */
/** @typedef {Command & { key: string, at: number }} Waiting `key` names the tap, `at` is when it was made (ms) */

const KEPT = new Set([
  "record_outcome",
  "amend_outcome",
  "hear_segment",
  "cue_seen",
  "raise_hand",
  "lower_hand",
  "yield_turn",
  "signal",
  "pause",
  "get_ready",
  "run_late",
  "leave",
]);

/** Codes that mean "not now" rather than "no". */
const LATER = new Set(["unreachable", "not_saved", "rate_limited", "conflict"]);

const PAUSES_MS = [500, 1000, 2000, 4000, 8000];

/** @param {string} name */
export function isKept(name) {
  return KEPT.has(name);
}

/**
 * "I'm done" must not end a later turn than the one it was meant for, nor a pause stop a meeting that went on.
 * @param {Pick<Command, "name">} command
 * @param {import("./types").View} view
 */
export function isOvertaken({ name }, { floor, me, room }) {
  if (name === "yield_turn") return Boolean(floor && floor.holder !== me.person);
  return name === "pause" && Boolean(room && room.state !== "live");
}

/** @param {Answer} answer */
export function mayComeLater(answer) {
  return !answer.ok && LATER.has(answer.error ? answer.error.code : "");
}

export class RetryQueue {
  /**
   * @param {{
   *   store: Pick<Storage, "getItem" | "setItem">,
   *   place: string,
   *   send: (command: Command) => Promise<Answer>,
   *   changed: () => void,
   *   answered: (command: Waiting, answer: Answer) => void,
   *   later?: (work: () => void, after_ms: number) => unknown,
   * }} parts `place` is where in the store: one for each room and seat
   */
  constructor({ store, place, send, changed, answered, later = (work, after_ms) => setTimeout(work, after_ms) }) {
    this.store = store;
    this.place = place;
    this.send = send;
    this.changed = changed;
    this.answered = answered;
    this.later = later;
    this.failures = 0;
    this.sending = false;
    /** @type {Waiting[]} */
    this.waiting = JSON.parse(store.getItem(place) || "[]");
  }

  /** @param {Waiting} command */
  add(command) {
    this.keep([...this.waiting, command]);
    this.flush();
  }

  /** @param {string} key */
  has(key) {
    return this.waiting.some((command) => command.key === key);
  }

  /** Forgets what events have overtaken. @param {(command: Waiting) => boolean} overtaken */
  drop(overtaken) {
    const left = this.waiting.filter((command) => !overtaken(command));
    if (left.length < this.waiting.length) this.keep(left);
  }

  /** Sends the oldest first and one at a time: words must arrive before the "I'm done" that follows them. */
  async flush() {
    if (this.sending) return;
    this.sending = true;
    while (this.waiting.length && (await this.sendOldest())) this.failures = 0;
    this.sending = false;
  }

  /** @private @returns {Promise<boolean>} whether it is settled, one way or the other */
  async sendOldest() {
    const [oldest] = this.waiting;
    const answer = await this.send({ id: oldest.id, name: oldest.name, args: oldest.args });
    if (mayComeLater(answer)) {
      this.later(() => this.flush(), PAUSES_MS[Math.min(this.failures++, PAUSES_MS.length - 1)]);
      this.changed();
      return false;
    }
    this.keep(this.waiting.filter((command) => command.id !== oldest.id));
    this.answered(oldest, answer);
    return true;
  }

  /** @private @param {Waiting[]} waiting */
  keep(waiting) {
    this.waiting = waiting;
    this.store.setItem(this.place, JSON.stringify(waiting));
    this.changed();
  }
}
