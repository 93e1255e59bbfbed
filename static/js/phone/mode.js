/** Which one of its faces a phone shows: exactly one at a time, decided from the view alone. */

/** @typedef {import("../live/types").View} View */
/** @typedef {"waiting" | "pause" | "turn" | "next" | "listen" | "over"} Mode */

const STOPPED = new Set(["paused", "on_break", "suspended"]);

/** @param {View} view @returns {Mode} */
export function phoneMode(view) {
  const { me, room, floor } = view;
  if (!me.admitted || !room || room.state === "waiting") return "waiting";
  if (room.state === "ended") return "over";
  if (STOPPED.has(room.state)) return "pause";
  if (floor && floor.holder === me.person) return "turn";
  return (view.queue || [])[0] === me.person ? "next" : "listen";
}
