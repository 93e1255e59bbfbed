import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Refusal } from "../../static/js/pages/ask.js";
import { Keeper } from "../../static/js/statement/keeper.js";

const ADVICE = { hints: [], warmth: {}, words: 1, read_s: 1 };

/** @type {Map<string, string>} */
let kept;

beforeEach(() => {
  kept = new Map();
  globalThis.sessionStorage = /** @type {any} */ ({
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    removeItem: (/** @type {string} */ key) => kept.delete(key),
  });
});

/** @param {(path: string, body: any, method?: string) => any} answers @param {number} [version] */
function aKeeper(answers, version = 0) {
  const parts = [{ name: "love", text: "" }];
  return new Keeper(
    { version, parts, saved_at: null },
    "ruth",
    () => {},
    async (...asked) => answers(...asked),
  );
}

test("what is typed is kept after a rest, on top of the version that was seen", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {any[]} */
  const saved = [];
  const keeper = aKeeper((path, body) => {
    if (path.startsWith("/api/coach")) return ADVICE;
    saved.push(body);
    return { version: body.based_on + 1, parts: body.parts, saved_at: "2026-01-01T10:00:00.000Z" };
  }, 3);
  keeper.write("love", "By");
  keeper.write("love", "By the lake.");
  assert.deepEqual(saved, []);
  mock.timers.tick(1000);
  mock.timers.reset();
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(saved, [{ parts: [{ name: "love", text: "By the lake." }], based_on: 3 }]);
  assert.equal(keeper.version, 4);
  assert.equal(keeper.unkept, false);
  assert.equal(kept.size, 0);
});

test("without a network the words stay on the phone, through a reload too", async () => {
  const offline = () => {
    throw new Refusal("offline", "There was no answer.");
  };
  const keeper = aKeeper(offline);
  keeper.write("love", "By the lake.");
  await keeper.save();
  assert.equal(keeper.trouble, "There was no answer.");
  const reloaded = aKeeper(offline);
  assert.equal(reloaded.parts[0].text, "By the lake.");
  assert.equal(reloaded.unkept, true);
  for (const timer of [...keeper.waiting.values(), ...reloaded.waiting.values()]) clearTimeout(timer);
});

test("a version from another screen replaces nothing until the writer chooses", async () => {
  const theirs = { version: 5, parts: [{ name: "love", text: "By the river." }], saved_at: null };
  /** @type {any[]} */
  const saved = [];
  const keeper = aKeeper((path, body) => {
    if (path.startsWith("/api/coach")) return ADVICE;
    saved.push(body.based_on);
    if (body.based_on !== 5) throw new Refusal("edited_elsewhere", "Changed elsewhere.", undefined, { theirs });
    return { version: 6, parts: body.parts, saved_at: null };
  });
  keeper.write("love", "By the lake.");
  await keeper.save();
  assert.equal(keeper.theirs, theirs);
  await keeper.save();
  assert.deepEqual(saved, [0], "nothing is sent while the choice is open");
  keeper.settle("mine");
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(saved, [0, 5]);
  assert.equal(keeper.version, 6);
  assert.equal(keeper.parts[0].text, "By the lake.");
  for (const timer of keeper.waiting.values()) clearTimeout(timer);
});

test("advice about words that changed since is not shown", async () => {
  const keeper = aKeeper(() => ADVICE);
  keeper.write("love", "By the lake.");
  await keeper.readPart("love");
  assert.equal(keeper.adviceFor(keeper.parts[0]), ADVICE);
  keeper.write("love", "By the lake!");
  assert.equal(keeper.adviceFor(keeper.parts[0]), null);
  for (const timer of keeper.waiting.values()) clearTimeout(timer);
});
