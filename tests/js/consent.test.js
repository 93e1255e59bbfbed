import assert from "node:assert/strict";
import { test } from "node:test";
import { readAloud } from "../../static/js/consent/aloud.js";
import { sender } from "../../static/js/consent/sender.js";

/** A browser's voice that speaks a line when it is told that it has. */
class Voice {
  constructor(voices) {
    this.voices = voices;
    this.lines = [];
    this.speaking = false;
  }
  getVoices() {
    return this.voices;
  }
  addEventListener(_, told) {
    this.told = told;
  }
  speak(line) {
    this.speaking = true;
    this.lines.push(line);
  }
  cancel() {
    this.speaking = false;
  }
}

class Line extends EventTarget {
  constructor(text) {
    super();
    this.text = text;
  }
}

function aButton() {
  const button = new EventTarget();
  return Object.assign(button, { hidden: true, textContent: "Read it to me" });
}

function withVoice(voices) {
  const voice = new Voice(voices);
  Object.assign(globalThis, {
    window: { speechSynthesis: voice },
    SpeechSynthesisUtterance: Line,
    document: { documentElement: { lang: "en" }, cookie: "" },
    addEventListener: () => {},
  });
  const [button, without] = [aButton(), { hidden: false }];
  readAloud(button, without, () => "First.\nSecond.");
  return { voice, button, without };
}

test("it is read line by line, and a second tap stops it", () => {
  const { voice, button, without } = withVoice(["Anna"]);
  assert.equal(button.hidden, false);
  assert.equal(without.hidden, true);
  button.dispatchEvent(new Event("click"));
  assert.deepEqual(
    voice.lines.map((line) => line.text),
    ["First.", "Second."],
  );
  assert.equal(button.textContent, "Stop reading");
  button.dispatchEvent(new Event("click"));
  assert.equal(voice.speaking, false);
});

test("after the last line the button offers it anew", () => {
  const { voice, button } = withVoice(["Anna"]);
  button.dispatchEvent(new Event("click"));
  voice.lines[1].dispatchEvent(new Event("end"));
  assert.equal(button.textContent, "Read it to me");
});

test("without a voice nothing is promised; one that comes later is offered", () => {
  const { voice, button, without } = withVoice([]);
  assert.equal(button.hidden, true);
  assert.equal(without.hidden, false);
  voice.voices = ["Anna"];
  voice.told();
  assert.equal(button.hidden, false);
});

/** A server that answers with the next of `answers`; undefined means that the network is gone. */
function withServer(...answers) {
  const asked = [];
  globalThis.document = { cookie: "csrf=token" };
  globalThis.fetch = async (path, { method, body }) => {
    asked.push({ path, method, body: JSON.parse(body) });
    const answer = answers.shift();
    if (!answer) throw new TypeError("no network");
    return Response.json(answer.body, { status: answer.status });
  };
  const kept = new Map();
  globalThis.sessionStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
  };
  return { asked, kept };
}

function aSender() {
  const told = { waiting: [], answers: [] };
  const queue = sender(
    "/api/referrals/r/consent",
    "place",
    (still) => told.waiting.push(still),
    (answer) => told.answers.push(answer),
  );
  queue.later = (work) => {
    told.again = work;
  };
  return { queue, told };
}

const SIGN = { id: "one", name: "sign", args: { witness: "Ben" }, key: "sign", at: 0 };
const settled = () => new Promise((done) => setTimeout(done, 10));

test("a signature that no answer came to is kept and sent again under the same id", async () => {
  const { asked, kept } = withServer(undefined, { status: 200, body: { consent: "c" } });
  const { queue, told } = aSender();
  queue.add(SIGN);
  await settled();
  assert.match(kept.get("place"), /"one"/);
  assert.deepEqual(told.answers, []);
  told.again();
  await settled();
  assert.deepEqual(
    asked.map(({ method, body }) => [method, body.id, body.witness]),
    [
      ["POST", "one", "Ben"],
      ["POST", "one", "Ben"],
    ],
  );
  assert.deepEqual(told.answers, [{ ok: true }]);
  assert.equal(kept.get("place"), "[]");
  assert.equal(told.waiting.at(-1), false);
});

test("a refusal is told and not tried again", async () => {
  const { asked } = withServer({
    status: 422,
    body: { error: { code: "malformed", message: "Sign with your name." } },
  });
  const { queue, told } = aSender();
  queue.add(SIGN);
  await settled();
  assert.equal(asked.length, 1);
  assert.deepEqual(told.answers, [{ ok: false, error: { code: "malformed", message: "Sign with your name." } }]);
});

test("taking it back asks for that and nothing else", async () => {
  const { asked } = withServer({ status: 200, body: { consent: "c", revoked: true } });
  const { queue } = aSender();
  queue.add({ ...SIGN, name: "take_back", args: {} });
  await settled();
  assert.deepEqual(asked, [{ path: "/api/referrals/r/consent", method: "DELETE", body: {} }]);
});
