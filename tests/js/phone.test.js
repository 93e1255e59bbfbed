import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { waitingRoom } from "../../static/js/live/waiting.js";
import { cueArrived, cueOverlay } from "../../static/js/phone/cue.js";
import { helpButtons } from "../../static/js/phone/help.js";
import { listening, next, over, pausing } from "../../static/js/phone/listen.js";
import { phoneMode } from "../../static/js/phone/mode.js";
import { myTurn } from "../../static/js/phone/turn.js";
import { press, words } from "./drawn.js";
import { aTurn, at, aUi, aView, NOON } from "./makers.js";

Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
globalThis.document = { querySelector: () => null, addEventListener() {} };

beforeEach(() => {
  const kept = new Map();
  globalThis.sessionStorage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => kept.set(name, text),
  };
});

test("a phone has exactly one face at a time", () => {
  const modes = {
    waiting: [{ me: { admitted: false } }, { room: { state: "waiting" } }],
    listen: [{}],
    next: [{ queue: ["ana", "marcus"] }],
    turn: [{ floor: aTurn("ana") }],
    pause: ["paused", "on_break", "suspended"].map((state) => ({ room: { state }, floor: aTurn("ana") })),
    over: [{ room: { state: "ended" } }],
  };
  for (const [mode, views] of Object.entries(modes)) {
    for (const sections of views) assert.equal(phoneMode(aView("ana", sections)), mode);
  }
});

test("somebody who was not let in is told to wait, with the leader's own words if there are any", () => {
  const outside = aView("ana", { me: { admitted: false, standing: "waiting", ready: false } });
  assert.match(words(waitingRoom({ me: outside.me }, aUi())), /Dana Frost will let you in soon/);
  const held = { ...outside.me, held_message: "Five more minutes." };
  assert.match(words(waitingRoom({ me: held }, aUi())), /Five more minutes\. Dana Frost/);
});

test("nobody is ready without the promise", async () => {
  const { me } = aView("ana", { me: { admitted: false, ready: false } });
  const ui = aUi();
  await press(waitingRoom({ me }, ui), "I’m ready");
  assert.deepEqual(ui.asked, []);
  assert.match(words(waitingRoom({ me }, ui)), /Please tick the box/);
});

test("whoever listens sees who speaks and when their own turn comes", () => {
  const shown = words(listening(aView("ana"), aUi()));
  assert.match(shown, /Ruth Cole friend, is speaking/);
  assert.match(shown, /You speak after Marcus/);
});

test("whoever was interrupted hears that their time is kept", () => {
  const view = aView("ana", { floor: aTurn("ruth", { interrupted: aTurn("ana") }) });
  assert.match(words(listening(view, aUi())), /Your time is kept/);
});

test("a hand goes up, and down again", () => {
  const ui = aUi();
  press(listening(aView("ana"), ui), "Raise my hand");
  const raised = aView("ana");
  raised.people.find(({ id }) => id === "ana").hand_since = at(-5);
  press(listening(raised, ui), "Lower my hand");
  assert.deepEqual(
    ui.asked.map(({ name }) => name),
    ["raise_hand", "lower_hand"],
  );
});

test("every face but the last offers a break, a word about sound, safety and help", () => {
  for (const face of [listening, next, pausing]) {
    const shown = words(face(aView("ana"), aUi()));
    for (const need of ["I need a break", "I can’t hear", "I feel unsafe", "Hold for help now"]) {
      assert.ok(shown.includes(need), `${face.name}: ${need}`);
    }
  }
});

test("a signal is sent once, and the button says that it was", () => {
  const ui = aUi();
  press(helpButtons(ui), "I feel unsafe");
  assert.deepEqual(ui.asked[0].args, { kind: "unsafe" });
  assert.match(words(helpButtons(ui)), /Told/);
  assert.doesNotMatch(words(helpButtons({ ...ui, now: NOON + 60_000 })), /Told/);
});

test("a signal that is still on its way does not claim to be told", () => {
  const ui = aUi({ told: { unsafe: NOON } }, { busy: (_name, args) => args.kind === "unsafe" });
  assert.doesNotMatch(words(helpButtons(ui)), /Told/);
});

test("my turn shows my approved words, the time, and a way to end it", () => {
  const statement = {
    parts: [{ name: "love", text: "You taught me to swim." }],
    words: 5,
    read_s: 3,
    hash: "h",
    bottom_line: null,
  };
  const ui = aUi();
  const face = myTurn(aView("ana", { floor: aTurn("ana"), statement }), ui);
  assert.match(words(face), /You taught me to swim/);
  assert.match(words(face), /1:00 of 4:00/);
  press(face, "I’m done");
  assert.equal(ui.asked[0].name, "yield_turn");
});

test("typed words go out as mine, and a draft survives a lost page", () => {
  const view = aView("ana", { floor: aTurn("ana") });
  const ui = aUi({ typing: true, draft: "  I missed you.  ", draft_since: NOON - 4000 });
  press(myTurn(view, ui), "Say this");
  const { segment, ...args } = ui.asked[0].args;
  assert.match(segment, /^[0-9a-f-]{36}$/);
  assert.deepEqual(args, { text: "I missed you.", started_at_ms: NOON - 4000, ended_at_ms: NOON, source: "typed" });
  sessionStorage.setItem("draft:room:ana", "Still here");
  assert.match(words(myTurn(view, aUi())), /Type what you want to say/);
});

test("nothing is said when nothing was typed", () => {
  const ui = aUi({ typing: true, draft: "   " });
  press(myTurn(aView("ana", { floor: aTurn("ana") }), ui), "Say this");
  assert.deepEqual(ui.asked, []);
});

test("a cue fills the screen, is reported as seen once, and goes when it is put away", () => {
  const ui = aUi();
  const view = aView("ana", { cue: { id: "q1", kind: "slower", text: null } });
  cueArrived(view, view, ui);
  cueArrived(view, view, ui);
  assert.deepEqual(
    ui.asked.map(({ name, args }) => [name, args]),
    [["cue_seen", { cue: "q1" }]],
  );
  cueArrived(view, aView("ana", { cue: null }), ui);
  assert.match(words(cueOverlay(ui)), /Slower Only you see this/);
  press(cueOverlay(ui), "Slower");
  assert.doesNotMatch(words(cueOverlay(ui)), /Slower/);
});

test("a cue in own words shows those words", () => {
  const ui = aUi({ cue: { id: "q1", kind: "text", text: "She is listening." }, cue_until: 0 });
  assert.match(words(cueOverlay(ui)), /She is listening/);
});

test("a break counts down to when we go on", () => {
  const view = aView("ana", { room: { state: "on_break", break_until: at(290) } });
  assert.match(words(pausing(view, aUi())), /We go on in 4:50/);
});

test("at the end the family sees that things move, in words", () => {
  const outcome = { id: "o", kind: "accepts", at: at(0), by: "dana", amended: [] };
  const referral = { state: "sent", steps: [{ name: "transport", label: "Driver", state: "sent", at: null }] };
  const shown = words(over(aView("ana", { room: { state: "ended" }, outcome, referral })));
  assert.match(shown, /Accepts help/);
  assert.match(shown, /Driver: told/);
});
