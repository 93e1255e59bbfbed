/** The line to the server: live by Socket.IO, else by plain HTTP with the same command id. Only this file knows Socket.IO. */

import { Manager } from "socket.io-client";

/** @typedef {import("./types").Boot} Boot */
/** @typedef {import("./types").Command} Command */
/** @typedef {import("./types").Answer} Answer */
/** @typedef {import("./types").ViewMessage} ViewMessage */
/** @typedef {import("./types").Link} Link */

const ANSWER_WITHIN_MS = 3000;
const SLOW_ANSWER_MS = 1500;
const WEAK_FOR_MS = 20_000;
const OFFLINE_AFTER_MS = 10_000;
const LET_TRY_MS = 2000;

/** Where a room moves from one worker to another, its phones come one after the other, and none waits for long. */
const FIRST_REST_MS = 300;
const LONGEST_REST_MS = 2000;
const REST_GROWS_BY = 1.5;
const AFTER_LEASE_MS = 700;
const LONGEST_LEASE_MS = 5000;
const LOOK_AFTER_MS = 1000;
const LOOK_EVERY_MS = 2000;

/** Refusals of a connection that trying again cannot mend. */
const FINAL = new Set(["removed", "revoked", "signed_out", "moved", "ended", "not_signed_in", "not_allowed"]);

export class Connection {
  /**
   * @param {Boot} boot
   * @param {{
   *   view: (message: ViewMessage, whole: boolean) => void,
   *   gone: (code: string) => void,
   *   up: () => void,
   * }} hears
   * @param {(options: Partial<import("socket.io-client").ManagerOptions>) => Manager} reach
   */
  constructor(boot, hears, reach = (options) => new Manager(options)) {
    this.boot = boot;
    this.hears = hears;
    this.closed = false;
    this.down_since = Date.now();
    this.weak_until = 0;
    this.fresh = false;
    this.trying_until = 0;
    this.misses = 0;
    this.look_from = 0;
    this.manager = reach({
      path: boot.socket_path,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      withCredentials: true,
      reconnectionDelay: 200,
      reconnectionDelayMax: 1500,
      randomizationFactor: 0.5,
      timeout: 5000,
    });
    this.socket = this.manager.socket("/room", { auth: { room: boot.room, seat: boot.seat } });
    this.listen();
  }

  /** @param {Command} command @returns {Promise<Answer>} */
  async send(command) {
    if (this.socket.connected) {
      const began = Date.now();
      try {
        const answer = await this.socket.timeout(ANSWER_WITHIN_MS).emitWithAck("command", command);
        this.weak_until = Date.now() - began > SLOW_ANSWER_MS ? Date.now() + WEAK_FOR_MS : 0;
        return answer;
      } catch {
        // Unanswered is not undone: the same id goes again by HTTP, and the server knows whether it was done.
        this.weak_until = Date.now() + WEAK_FOR_MS;
      }
    }
    return this.post(command);
  }

  /** @returns {Link} how the line is at this moment */
  link() {
    if (!navigator.onLine) return "offline";
    if (this.socket.connected) return Date.now() < this.weak_until ? "weak" : "good";
    const down_ms = Date.now() - this.down_since;
    if (down_ms > OFFLINE_AFTER_MS) return "offline";
    return down_ms > 1000 ? "reconnecting" : "good";
  }

  /** A phone that wakes up should not wait for the next try, nor undo a try that has only just begun. */
  hurry() {
    if (this.closed || this.socket.connected || Date.now() < this.trying_until) return;
    this.tries();
    this.socket.disconnect().connect();
  }

  /** @private */
  listen() {
    const { socket } = this;
    this.tries();
    this.manager.on("reconnect_attempt", () => this.tries());
    socket.on("connect", () => {
      this.trying_until = 0;
      this.misses = 0;
      this.fresh = true;
      this.hears.up();
    });
    socket.on("view", (message) => {
      this.hears.view(message, this.fresh);
      this.fresh = false;
    });
    socket.on("gone", ({ code }) => {
      if (code !== "elsewhere") this.close(code);
      else setTimeout(() => this.seek(), Math.random() * FIRST_REST_MS);
    });
    socket.on("disconnect", (reason) => {
      this.down_since = Date.now();
      // After a server's own close the library stays away; a restarted server does just that.
      if (reason === "io server disconnect" && !this.closed) setTimeout(() => this.hurry(), 500);
    });
    socket.on("connect_error", (problem) => this.refused(problem));
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    window.addEventListener("online", () => this.hurry());
    window.addEventListener("pageshow", (event) => event.persisted && this.hurry());
  }

  /** @private */
  tries() {
    this.trying_until = Date.now() + LET_TRY_MS;
  }

  /** @private @param {Error & { data?: { code?: string, socket_path?: string, lease_ms?: number } }} problem */
  refused(problem) {
    this.trying_until = 0;
    const code = problem.data?.code || problem.message;
    if (FINAL.has(code)) {
      this.close(code);
      return;
    }
    if (Date.now() - this.down_since > LOOK_AFTER_MS) this.seek();
    if (code === "elsewhere")
      this.follow(problem.data?.socket_path ?? this.boot.socket_path, problem.data?.lease_ms ?? 0);
    else if (!this.socket.active) setTimeout(() => this.hurry(), 1500);
  }

  /**
   * Another worker has the room. Where that one cannot be reached, it may have died: then it has the room until its
   * lease is over, and asking again before that would only keep those busy who live.
   * @private @param {string} path @param {number} lease_ms
   */
  follow(path, lease_ms) {
    const unreachable = path === this.manager.opts.path && this.misses > 0;
    const rest_ms = Math.min(LONGEST_REST_MS, FIRST_REST_MS * REST_GROWS_BY ** this.misses) * (0.5 + Math.random() / 2);
    const lapse_ms = Math.min(LONGEST_LEASE_MS, lease_ms) + Math.random() * AFTER_LEASE_MS;
    this.manager.opts.path = path;
    this.misses += 1;
    setTimeout(() => this.hurry(), unreachable && lease_ms ? lapse_ms : rest_ms);
  }

  /** While the line is down: how the room stands, and where it is served. @private */
  seek() {
    if (Date.now() < this.look_from) return;
    this.look_from = Date.now() + LOOK_EVERY_MS * (0.75 + Math.random() / 2);
    // Whoever does not answer now is asked again at the next try that fails.
    this.look().catch(() => {});
  }

  /** @private @param {string} code */
  close(code) {
    this.closed = true;
    this.socket.disconnect();
    this.hears.gone(code);
  }

  /** @private @param {Command} command @returns {Promise<Answer>} */
  async post(command) {
    try {
      const response = await this.fetch("commands", { method: "POST", body: JSON.stringify(command) });
      const answer = await response.json();
      if (answer.ok && !this.socket.connected) await this.look();
      return answer;
    } catch {
      return unreachable();
    }
  }

  /** Without a live line, what a command changed is seen by asking. @private */
  async look() {
    const response = await this.fetch("view", {});
    if (!response.ok) return;
    const { socket_path, ...view } = await response.json();
    this.hears.view(view, false);
    if (socket_path === this.manager.opts.path || this.closed) return;
    this.manager.opts.path = socket_path;
    this.trying_until = 0; // whatever is being tried leads nowhere
    this.hurry();
  }

  /** @private @param {string} what @param {RequestInit} init */
  async fetch(what, init) {
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(), ANSWER_WITHIN_MS * 2);
    const headers = {
      "Content-Type": "application/json",
      "X-CSRF-Token": cookie(this.boot.csrf_cookie),
      "X-Seat": this.boot.seat,
    };
    try {
      return await fetch(`/rooms/${this.boot.room}/${what}`, { ...init, headers, signal: aborter.signal });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @returns {Answer} */
function unreachable() {
  return { ok: false, error: { code: "unreachable", message: "Not sent yet. Check the connection." } };
}

/** @param {string} name */
function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
