/** What is said aloud to someone who does not see the screen: turn changes at once, everything else when there is a gap. */

import { limitMs, markCrossed, spokenMs } from "./clock.js";
import { nameOf, PHASES, STATES } from "./words.js";

/** @typedef {import("./types").View} View */
/** @typedef {{ assertive?: string, polite?: string }} Said */

/**
 * @param {View} before
 * @param {View} after
 * @returns {Said}
 */
export function changeSaid(before, after) {
  if (!before.room || !after.room) return after.room && !before.room ? { polite: "You are in the meeting." } : {};
  return { assertive: turnSaid(before, after), polite: roomSaid(before, after) };
}

/** @param {View} before @param {View} after */
function turnSaid(before, after) {
  const [was, is] = [before, after].map((view) => view.floor?.holder || null);
  const me = after.me.person;
  if (is !== was && is) return is === me ? "It is your turn." : `${nameOf(after, is)} is speaking.`;
  const [wasNext, isNext] = [before, after].map((view) => (view.queue || [])[0] === me);
  if (isNext && !wasNext && is !== me) return "You are next.";
  return undefined;
}

/** @param {View} before @param {View} after */
function roomSaid(before, after) {
  const [was, is] = [before.room, after.room];
  if (!was || !is) return undefined;
  if (is.state !== was.state) return STATES[is.state];
  if (is.phase !== was.phase) return `Now: ${PHASES[is.phase].name}.`;
  return undefined;
}

/**
 * The timer's word between two looks at it; only whoever holds the floor or moderates hears it.
 * @param {View} view
 * @param {number} before_ms
 * @param {number} now_ms
 */
export function timerSaid(view, before_ms, now_ms) {
  const { floor, me } = view;
  if (!floor?.holder || !(floor.holder === me.person || me.controller)) return null;
  const [left, leftNow] = [before_ms, now_ms].map((at) => limitMs(floor) - spokenMs(floor, at));
  return markCrossed(left, leftNow);
}
