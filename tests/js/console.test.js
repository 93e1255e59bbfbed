import assert from "node:assert/strict";
import { test } from "node:test";
import { consoleScreen } from "../../static/js/console/layout.js";
import { outcomeArrived, outcomeDialog } from "../../static/js/console/outcome.js";
import { moved } from "../../static/js/console/queue.js";
import { markup, press, words } from "./drawn.js";
import { aTurn, at, aUi, aView } from "./makers.js";

const FLAG = {
  id: "f1",
  segment: "s1",
  speaker: "ruth",
  category: "label",
  categories: ["label"],
  severity: 3,
  span: { start: 8, end: 14 },
  text: "You are hollow.",
  why: "A label leaves no way out.",
  redirect: "Ruth, what did you see?",
  suggestion: "I saw you alone.",
  verdict: null,
  raised_at: at(-5),
};
const ACCEPTED = { id: "o1", kind: "accepts", at: at(-240), by: "dana", amended: [] };
const REFERRAL = {
  id: "r",
  state: "sent",
  armed: true,
  gaps: [],
  steps: [{ name: "facility", label: "Harbor House", state: "delivered", at: at(-239) }],
  primary: { name: "Harbor House", phone: "+1 555 0100" },
  fallback: { name: "Meadow House", phone: "+1 555 0101" },
};

const aConsole = (sections) => aView("dana", { flags: [], signals: [], referral: REFERRAL, plan: null, ...sections });

test("a flag shows the words with the span marked, why, what to say and a rewrite", () => {
  const drawn = consoleScreen(aConsole({ flags: [FLAG] }), aUi());
  assert.match(markup(drawn), /You are <mark>hollow<\/mark>\./);
  assert.match(words(drawn), /label, strong.*A label leaves no way out.*Ruth, what did you see\?.*I saw you alone/s);
});

test("more of the same from the same person within moments is listed in short", () => {
  const flags = [
    { ...FLAG, id: "f1", severity: 2, raised_at: at(-30), why: "First." },
    { ...FLAG, id: "f2", severity: 2, raised_at: at(-20), why: "Second." },
    { ...FLAG, id: "f3", severity: 3, raised_at: at(-15), why: "Worse." },
    { ...FLAG, id: "f4", severity: 2, raised_at: at(-15), speaker: "marcus", why: "Somebody else." },
  ];
  const drawn = consoleScreen(aConsole({ flags }), aUi());
  assert.match(words(drawn), /Somebody else.*Worse.*First/s);
  assert.doesNotMatch(words(drawn), /Second/);
  assert.equal(markup(drawn).match(/<mark>hollow/g).length, 4);
});

test("what opens the conversation is counted by person", () => {
  const drawn = consoleScreen(
    aConsole({ warmth: { ruth: { positive: 1, feelings: 2 } }, tips: { ruth: { label: 2 } } }),
    aUi(),
  );
  assert.match(words(drawn), /Ruth Cole.*1 kind word, 2 own feelings.*later: label 2/s);
  assert.doesNotMatch(words(consoleScreen(aConsole({}), aUi())), /opens the conversation/);
});

test("the newest flag comes first", () => {
  const flags = [FLAG, { ...FLAG, id: "f2", why: "The newer one." }];
  assert.match(words(consoleScreen(aConsole({ flags }), aUi())), /The newer one.*A label leaves/s);
});

test("a flag is confirmed, dismissed, or answered by a cue to the speaker alone", () => {
  const ui = aUi();
  for (const button of ["Confirm", "Dismiss", "Cue: say “I feel”"]) {
    press(consoleScreen(aConsole({ flags: [FLAG] }), ui), button);
  }
  assert.deepEqual(
    ui.asked.map(({ name, args }) => [name, args.verdict || args.person]),
    [
      ["judge_flag", "confirmed"],
      ["judge_flag", "dismissed"],
      ["cue", "ruth"],
    ],
  );
});

test("next gives the floor to whoever is first, done ends only the turn that is seen", () => {
  const ui = aUi();
  press(consoleScreen(aConsole(), ui), "Next: Marcus Hill");
  press(consoleScreen(aConsole(), ui), "Done");
  assert.deepEqual(
    ui.asked.map(({ name, args }) => [name, args.person]),
    [
      ["grant_turn", "marcus"],
      ["end_turn", "ruth"],
    ],
  );
});

test("a person moves in the line and nobody is lost", () => {
  assert.deepEqual(moved(["a", "b", "c", "d"], "a", 2), ["b", "c", "a", "d"]);
  assert.deepEqual(moved(["a", "b", "c", "d"], "d", 0), ["d", "a", "b", "c"]);
  assert.deepEqual(moved(["a", "b"], "b", 1), ["a", "b"]);
});

test("a cry for help stands above everything else until it is settled", () => {
  const signals = [
    { id: "g1", person: "ana", kind: "break", at: at(-9), settled: false },
    { id: "g2", person: "marcus", kind: "panic", at: at(-3), settled: false },
    { id: "g3", person: "ruth", kind: "unsafe", at: at(-60), settled: true },
  ];
  const shown = words(consoleScreen(aConsole({ signals }), aUi()));
  assert.match(shown, /Marcus Hill asks for help now.*Ana Reyes needs a break.*Pause for all/s);
  assert.doesNotMatch(shown, /feels unsafe/);
});

test("a colleague who does not lead has nothing to press but taking over, when it is offered", () => {
  const view = aConsole({ flags: [FLAG], me: { controller: false, person: "sam", name: "Sam" } });
  const acts = (each) => words(consoleScreen(each, aUi())).match(/Next: |Pause for all|Confirm|Take over|Outcome/g);
  assert.equal(acts(view), null);
  assert.deepEqual(acts({ ...view, room: { ...view.room, offered_to: "sam" } }), ["Take over"]);
});

test("whoever knocks can be let in, all at once too", () => {
  const people = aConsole().people.map((person) => ({
    ...person,
    standing: ["ana", "ruth"].includes(person.id) ? "waiting" : "admitted",
  }));
  const ui = aUi();
  press(consoleScreen(aConsole({ people }), ui), "Let 2 in");
  assert.deepEqual(
    ui.asked.map(({ name, args }) => [name, args.person]),
    [
      ["admit", "ana"],
      ["admit", "ruth"],
    ],
  );
});

test("removing somebody asks first", () => {
  const ui = aUi({ ask: { title: "Remove Ana?", text: "", verb: "Remove", name: "remove", args: { person: "ana" } } });
  const drawn = consoleScreen(aConsole(), ui);
  assert.match(words(drawn), /Remove Ana\?/);
});

test("an acceptance goes out under one key for all taps, so that it can never be two", () => {
  const ui = aUi({ kind: "accepts" });
  const view = aConsole({ plan: { presented_at: at(-60) } });
  press(outcomeDialog(view, ui), "Record: Accepts help");
  ui.my.kind = "needs_time";
  press(outcomeDialog(view, ui), "Record: Needs time");
  assert.deepEqual(
    ui.asked.map(({ name, key }) => [name, key]),
    [
      ["record_outcome", "outcome"],
      ["record_outcome", "outcome"],
    ],
  );
});

test("a yes before the plan was presented wants a reason, and carries it", () => {
  const ui = aUi({ kind: "accepts" });
  const view = aConsole({ plan: { presented_at: null } });
  press(outcomeDialog(view, ui), "First say why");
  assert.deepEqual(ui.asked, []);
  ui.my.text = "She said yes at once.";
  press(outcomeDialog(view, ui), "Record: Accepts help");
  assert.deepEqual(ui.asked[0].args, { kind: "accepts", override: "She said yes at once." });
});

test("missing papers are named and do not stop a yes", () => {
  const referral = { ...REFERRAL, armed: false, gaps: ["The second car is not confirmed."] };
  const shown = words(outcomeDialog(aConsole({ referral }), aUi({ kind: "accepts" })));
  assert.match(shown, /The yes counts all the same.*The second car is not confirmed/s);
});

test("an outcome that is not sent yet says so, and the dialog stays until the record is there", () => {
  const ui = aUi({ dialog: "outcome", kind: "accepts" }, { busy: () => true, late: true });
  assert.match(words(consoleScreen(aConsole(), ui)), /Not sent yet\. It is kept here and tried again/);
  outcomeArrived(aConsole(), aConsole(), ui);
  assert.equal(ui.my.dialog, "outcome");
  outcomeArrived(aConsole(), aConsole({ outcome: ACCEPTED }), ui);
  assert.equal(ui.my.dialog, null);
});

test("a recorded outcome is amended with a reason, never replaced", () => {
  const ui = aUi({ kind: "needs_time" });
  press(outcomeDialog(aConsole({ outcome: ACCEPTED }), ui), "First say why");
  assert.deepEqual(ui.asked, []);
  ui.my.text = "She wants to sleep on it.";
  press(outcomeDialog(aConsole({ outcome: ACCEPTED }), ui), "Record: Needs time");
  assert.deepEqual(ui.asked[0].args, { kind: "needs_time", reason: "She wants to sleep on it." });
  assert.equal(ui.asked[0].name, "amend_outcome");
});

test("a rehearsal records no outcome", () => {
  const view = aConsole({ me: { kind: "rehearsal" } });
  assert.match(words(outcomeDialog(view, aUi({ kind: "accepts" }))), /in the live meeting only/);
});

test("after a yes the hand-off shows its steps, the minutes and whom to call", () => {
  const drawn = consoleScreen(aConsole({ outcome: ACCEPTED, floor: aTurn(null) }), aUi());
  assert.match(words(drawn), /Yes at .* 4 min ago.*Harbor House delivered/s);
  assert.match(markup(drawn), /href="tel:\+1 555 0100"/);
});
