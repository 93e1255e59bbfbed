import assert from "node:assert/strict";
import { test } from "node:test";
import { changeSaid, timerSaid } from "../../static/js/live/announce.js";
import { aTurn, aView, NOON } from "./makers.js";

test("a change of turn is said at once, by name, and to the speaker as theirs", () => {
  const quiet = aView("ana", { floor: aTurn(null) });
  assert.equal(changeSaid(quiet, aView("ana")).assertive, "Ruth Cole is speaking.");
  assert.equal(changeSaid(quiet, aView("ana", { floor: aTurn("ana") })).assertive, "It is your turn.");
});

test("being next is said once", () => {
  const [before, after] = [aView("ana"), aView("ana", { queue: ["ana"] })];
  assert.equal(changeSaid(before, after).assertive, "You are next.");
  assert.equal(changeSaid(after, after).assertive, undefined);
});

test("a pause and a new phase wait for a gap", () => {
  const before = aView("ana");
  assert.deepEqual(changeSaid(before, aView("ana", { room: { state: "paused" } })), {
    assertive: undefined,
    polite: "Paused.",
  });
  assert.equal(changeSaid(before, aView("ana", { room: { phase: "offer" } })).polite, "Now: Offer.");
});

test("what changes nothing for the ear is not said", () => {
  const said = changeSaid(aView("ana"), aView("ana", { totals: { ruth: 1000 } }));
  assert.deepEqual(said, { assertive: undefined, polite: undefined });
});

test("the timer speaks to the speaker and to whoever leads, and never to the loved one", () => {
  const floor = aTurn("ruth", { limit_s: 120 });
  const heard = (id) => timerSaid(aView(id, { floor }), NOON - 500, NOON);
  assert.match(heard("ruth"), /minute/);
  assert.match(heard("dana"), /minute/);
  assert.equal(heard("elena"), null);
  assert.equal(heard("ana"), null);
});
