/** Keeps the latest view: whole sections replace whole sections, and what is older than what we have is left out. */

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").ViewMessage} ViewMessage */

export class ViewStore {
  /** @param {ViewMessage} first */
  constructor(first) {
    this.seq = first.seq;
    this.view = /** @type {View} */ (first.sections);
  }

  /**
   * @param {ViewMessage} message
   * @param {boolean} whole the first of a connection: all of the view, whatever was known before
   * @returns {boolean} whether anything was taken
   */
  take(message, whole) {
    if (whole) this.view = /** @type {View} */ (message.sections);
    else if (message.seq < this.seq) return false;
    else this.view = { ...this.view, ...message.sections };
    this.seq = message.seq;
    for (const name of message.dropped || []) delete this.view[/** @type {keyof View} */ (name)];
    return true;
  }
}
