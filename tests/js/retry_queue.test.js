import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { isKept, isOvertaken, RetryQueue } from "../../static/js/live/retry_queue.js";
import { aTurn, aView } from "./makers.js";

const YES = { ok: true, seq: 7 };
const NO = { ok: false, error: { code: "not_allowed", message: "No." } };
const UNREACHABLE = { ok: false, error: { code: "unreachable", message: "" } };

let kept, sent, answers, later, heard;

beforeEach(() => {
  kept = new Map();
  sent = [];
  answers = [];
  later = [];
  heard = [];
});

function aQueue() {
  return new RetryQueue({
    store: { getItem: (place) => kept.get(place) ?? null, setItem: (place, text) => kept.set(place, text) },
    place: "unsent:room:ana",
    send: async (command) => {
      sent.push(command);
      return answers.shift() ?? YES;
    },
    changed: () => {},
    answered: (command, answer) => heard.push([command.id, answer.ok]),
    later: (work, after_ms) => later.push({ work, after_ms }),
  });
}

const settled = () => new Promise((done) => setImmediate(done));
const aCommand = (id, name = "raise_hand") => ({ id, name, args: {}, key: `${name}:${id}`, at: 0 });

test("what was acknowledged leaves the queue", async () => {
  const queue = aQueue();
  queue.add(aCommand("1"));
  await settled();
  assert.deepEqual(sent, [{ id: "1", name: "raise_hand", args: {} }]);
  assert.deepEqual(queue.waiting, []);
  assert.deepEqual(heard, [["1", true]]);
});

test("what could not be sent stays, with the same id, until it is", async () => {
  answers = [UNREACHABLE, UNREACHABLE];
  const queue = aQueue();
  queue.add(aCommand("1"));
  await settled();
  assert.equal(queue.waiting.length, 1);
  later.shift().work();
  await settled();
  assert.equal(queue.waiting.length, 1);
  later.shift().work();
  await settled();
  assert.deepEqual(
    sent.map(({ id }) => id),
    ["1", "1", "1"],
  );
  assert.deepEqual(queue.waiting, []);
});

test("what was refused leaves the queue, and is told", async () => {
  answers = [NO];
  const queue = aQueue();
  queue.add(aCommand("1"));
  await settled();
  assert.deepEqual(queue.waiting, []);
  assert.deepEqual(heard, [["1", false]]);
  assert.deepEqual(later, []);
});

test("a server that is too busy, cannot save or was overtaken is tried again", async () => {
  for (const code of ["not_saved", "rate_limited", "conflict"]) {
    answers = [{ ok: false, error: { code, message: "" } }];
    const queue = aQueue();
    queue.add(aCommand(code));
    await settled();
    assert.equal(queue.waiting.length, 1, code);
    queue.drop(() => true);
  }
});

test("words arrive before what was tapped after them", async () => {
  answers = [UNREACHABLE];
  const queue = aQueue();
  queue.add(aCommand("words", "hear_segment"));
  queue.add(aCommand("done", "yield_turn"));
  await settled();
  assert.deepEqual(
    sent.map(({ id }) => id),
    ["words"],
  );
  queue.flush();
  await settled();
  assert.deepEqual(
    sent.map(({ id }) => id),
    ["words", "words", "done"],
  );
});

test("two calls to send at once send everything once", async () => {
  const queue = aQueue();
  queue.add(aCommand("1"));
  queue.flush();
  queue.flush();
  await settled();
  assert.equal(sent.length, 1);
});

test("a page that is loaded again still has what was not sent", async () => {
  answers = [UNREACHABLE];
  aQueue().add(aCommand("1", "record_outcome"));
  await settled();
  const again = aQueue();
  assert.ok(again.has("record_outcome:1"));
  await again.flush();
  assert.deepEqual(
    sent.map(({ id }) => id),
    ["1", "1"],
  );
  assert.equal(kept.get("unsent:room:ana"), "[]");
});

test("it waits longer after each failure, up to eight seconds", async () => {
  answers = Array(7).fill(UNREACHABLE);
  const queue = aQueue();
  queue.add(aCommand("1"));
  await settled();
  const waits = [];
  while (later.length) {
    const { work, after_ms } = later.shift();
    waits.push(after_ms);
    work();
    await settled();
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
});

test("what events have overtaken is forgotten", async () => {
  answers = [UNREACHABLE];
  const queue = aQueue();
  queue.add(aCommand("1", "yield_turn"));
  await settled();
  queue.drop(({ name }) => name === "yield_turn");
  assert.deepEqual(queue.waiting, []);
  await queue.flush();
  assert.equal(sent.length, 1);
});

test("outcome, words, cues seen, hands, turns and signals are kept; what only makes sense now is not", () => {
  for (const name of [
    "record_outcome",
    "amend_outcome",
    "hear_segment",
    "cue_seen",
    "raise_hand",
    "yield_turn",
    "signal",
  ]) {
    assert.ok(isKept(name), name);
  }
  for (const name of ["grant_turn", "end_turn", "extend_turn", "advance"]) assert.ok(!isKept(name), name);
});

test("an end of turn is overtaken once the turn is over, a pause once the meeting does not run", () => {
  const mine = aView("ruth");
  assert.ok(!isOvertaken({ name: "yield_turn" }, mine));
  assert.ok(isOvertaken({ name: "yield_turn" }, { ...mine, floor: aTurn("ana") }));
  assert.ok(!isOvertaken({ name: "pause" }, mine));
  assert.ok(isOvertaken({ name: "pause" }, aView("ruth", { room: { state: "paused" } })));
  assert.ok(!isOvertaken({ name: "record_outcome" }, aView("dana", { room: { state: "ended" } })));
});
