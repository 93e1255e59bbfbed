/** Time in the room: the server's clock as this device knows it, and what a turn has used of its limit. */

/** @typedef {import("./types").Floor} Floor */

/** Follows the server's clock with the device's monotonic one, so that a jump of the device's date moves no timer. */
export class RoomClock {
  /** @param {() => number} monotonic milliseconds that never go back */
  constructor(monotonic = () => performance.now()) {
    this.monotonic = monotonic;
    this.offset_ms = 0;
  }

  /**
   * A sample that travelled longer would set the clock back a little, so within one connection only a fresher one counts.
   * @param {string} serverNow
   * @param {boolean} anew whether what was known before no longer counts
   */
  sync(serverNow, anew) {
    const offset_ms = Date.parse(serverNow) - this.monotonic();
    if (anew || offset_ms > this.offset_ms) this.offset_ms = offset_ms;
  }

  /** @returns {number} milliseconds since the epoch */
  now() {
    return this.monotonic() + this.offset_ms;
  }
}

/**
 * Milliseconds on the floor, without the pauses.
 * @param {Floor} floor
 * @param {number} now
 */
export function spokenMs(floor, now) {
  if (!floor.granted_at) return 0;
  const until = floor.paused_at ? Date.parse(floor.paused_at) : now;
  return Math.max(0, until - Date.parse(floor.granted_at) - floor.paused_total_ms);
}

/** @param {Floor} floor */
export function limitMs(floor) {
  return (floor.limit_s + floor.extended_s) * 1000;
}

/**
 * A limit informs: amber from 80 %, red from 100 %, and nothing is ever cut.
 * @param {Floor} floor
 * @param {number} now
 * @returns {"calm" | "amber" | "red"}
 */
export function pace(floor, now) {
  const used = spokenMs(floor, now) / limitMs(floor);
  if (used >= 1) return "red";
  return used >= 0.8 ? "amber" : "calm";
}

const MARKS = [
  { left_ms: 0, text: "The time is up. Finish your thought." },
  { left_ms: 15_000, text: "15 seconds left." },
  { left_ms: 60_000, text: "One minute left." },
];

/**
 * What the timer says aloud when the time left goes from one value to another, null mostly.
 * @param {number} before_ms
 * @param {number} after_ms
 */
export function markCrossed(before_ms, after_ms) {
  const crossed = MARKS.find(({ left_ms }) => before_ms > left_ms && after_ms <= left_ms);
  return crossed ? crossed.text : null;
}

/** @param {number} ms */
export function minutesAndSeconds(ms) {
  const total_s = Math.floor(Math.max(0, ms) / 1000);
  return `${Math.floor(total_s / 60)}:${String(total_s % 60).padStart(2, "0")}`;
}

/**
 * Whole minutes from a moment until now.
 * @param {string} iso
 * @param {number} now
 */
export function minutesSince(iso, now) {
  return Math.max(0, Math.floor((now - Date.parse(iso)) / 60_000));
}

/** The hour and minute as this device writes them. @param {string} iso */
export function hourAndMinute(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}
