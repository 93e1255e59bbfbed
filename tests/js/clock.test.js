import assert from "node:assert/strict";
import { test } from "node:test";
import { limitMs, markCrossed, minutesAndSeconds, pace, RoomClock, spokenMs } from "../../static/js/live/clock.js";
import { aTurn, at, NOON } from "./makers.js";

test("time on the floor runs from the grant", () => {
  assert.equal(spokenMs(aTurn("ana", { granted_at: at(-90) }), NOON), 90_000);
});

test("pauses do not count, neither the past ones nor the one that lasts", () => {
  const turn = aTurn("ana", { granted_at: at(-90), paused_total_ms: 10_000 });
  assert.equal(spokenMs(turn, NOON), 80_000);
  assert.equal(spokenMs({ ...turn, paused_at: at(-30) }, NOON), 50_000);
});

test("a clock that is a little behind never shows a negative time", () => {
  assert.equal(spokenMs(aTurn("ana", { granted_at: at(2) }), NOON), 0);
});

test("the pace turns amber at 80 % of the limit and red at all of it, extensions included", () => {
  const after = (seconds, changes) => pace(aTurn("ana", { granted_at: at(-seconds), limit_s: 100, ...changes }), NOON);
  assert.deepEqual(
    [79, 80, 99, 100].map((seconds) => after(seconds)),
    ["calm", "amber", "amber", "red"],
  );
  assert.equal(after(100, { extended_s: 30 }), "calm");
  assert.equal(limitMs(aTurn("ana", { limit_s: 100, extended_s: 30 })), 130_000);
});

test("the timer speaks at one minute, at 15 seconds and at the end, and at no other time", () => {
  const spoken = [];
  for (let left_ms = 240_000; left_ms > -60_000; left_ms -= 500) {
    const word = markCrossed(left_ms + 500, left_ms);
    if (word) spoken.push([left_ms / 1000, word]);
  }
  assert.deepEqual(
    spoken.map(([left_s]) => left_s),
    [60, 15, 0],
  );
  assert.match(spoken[0][1], /minute/);
});

test("an extension takes the marks back without a word", () => {
  assert.equal(markCrossed(10_000, 40_000), null);
});

test("the room's clock follows the server, whatever the device believes", () => {
  let ticks_ms = 5_000;
  const clock = new RoomClock(() => ticks_ms);
  clock.sync(at(0), true);
  ticks_ms += 1_500;
  assert.equal(clock.now(), NOON + 1_500);
});

test("a sample that travelled longer does not set the clock back, and a new connection starts anew", () => {
  const clock = new RoomClock(() => 0);
  clock.sync(at(0), true);
  clock.sync(at(-3), false);
  assert.equal(clock.now(), NOON);
  clock.sync(at(2), false);
  assert.equal(clock.now(), NOON + 2_000);
  clock.sync(at(-3600), true);
  assert.equal(clock.now(), NOON - 3_600_000);
});

test("times read as minutes and seconds", () => {
  assert.deepEqual([0, 999, 61_000, 600_000, -5].map(minutesAndSeconds), ["0:00", "0:00", "1:01", "10:00", "0:00"]);
});
