import assert from "node:assert/strict";
import { test } from "node:test";
import { handoff } from "../../static/js/console/handoff.js";
import { outcomeDialog } from "../../static/js/console/outcome.js";
import { said } from "../../static/js/handoff/running.js";
import { outcome as onThePhone } from "../../static/js/phone/listen.js";
import { markup, press, words } from "./drawn.js";
import { at, aUi, aView, NOON } from "./makers.js";

const HARBOR = { name: "Harbor House", phone: "+1 555 0100" };
const MEADOW = { name: "Meadow House", phone: "+1 555 0101" };
const NOWHERE = { yes: null, accepted: null, left: null, arrived: null, admitted: null };

const yes = (changes = {}) => ({ id: "o1", kind: "accepts", at: at(-3600), by: "dana", amended: [], ...changes });
const referral = (changes = {}) => ({
  id: "r",
  state: "sent",
  armed: true,
  gaps: [],
  steps: [{ name: "facility", label: "Treatment center told", state: "delivered", at: at(-3599) }],
  primary: HARBOR,
  fallback: MEADOW,
  bids: [{ which: "primary", place: HARBOR, stage: "received", at: at(-3599) }],
  moments: { ...NOWHERE, yes: at(-3600) },
  clocks: [],
  fallback_due: false,
  consent: "waiting",
  tasks: [],
  ...changes,
});
const drawn = (changes, ui = aUi(), outcome = yes()) =>
  handoff(aView("dana", { outcome, referral: referral(changes) }), ui);

/** Answers what the page asks the server, and notes it. */
function server(t, ok = true) {
  const asked = [];
  globalThis.document = { cookie: "csrf=token" };
  t.mock.method(globalThis, "fetch", async (path, { body }) => {
    asked.push([path, JSON.parse(body)]);
    const refused = { error: { code: "illegal_move", message: "The first one said yes." } };
    return Response.json(ok ? { ok: true } : refused, { status: ok ? 200 : 409 });
  });
  t.after(() => delete globalThis.document);
  return asked;
}

test("each facility is shown with what it said and what happens by itself next", () => {
  const clocks = [{ which: "primary", clock: "answer", due_at: at(305) }];
  assert.match(words(drawn({ clocks })), /Harbor House has the message plan B due in 5:05/);
});

test("the steps of the journey come with their minutes after the yes", () => {
  const moments = { ...NOWHERE, yes: at(-3600), accepted: at(-3480), left: at(-3000) };
  const text = words(drawn({ moments, state: "en_route" }));
  assert.match(text, /Facility said yes .*, 2 min .*Left .*, 10 min/);
  assert.doesNotMatch(text, /Arrived|Admitted|Treatment center told/);
});

test("after the admission the clock stands still", () => {
  const moments = { ...NOWHERE, yes: at(-3600), accepted: at(-3480), admitted: at(-600) };
  assert.match(words(drawn({ moments })), /admitted after 50 min/);
});

test("the button to the second facility is there when it is due, and says so to the server", async (t) => {
  const asked = server(t);
  assert.doesNotMatch(words(drawn({})), /Go to plan B now/);
  const ui = aUi();
  press(drawn({ fallback_due: true }, ui), "Go to plan B now");
  press(drawn({ fallback_due: true }, ui), "Go to plan B now");
  await new Promise((soon) => setTimeout(soon, 20));
  assert.equal(asked.length, 1, "a second tap before the answer is the same tap");
  assert.equal(asked[0][0], "/api/referrals/r/moves?seat=dana");
  assert.equal(asked[0][1].move, "fallback");
});

test("what the server refuses is said where the button is", async (t) => {
  server(t, false);
  const ui = aUi();
  press(drawn({ fallback_due: true }, ui), "Go to plan B now");
  await new Promise((soon) => setTimeout(soon, 20));
  assert.match(words(drawn({ fallback_due: true }, ui)), /The first one said yes\./);
});

test("a call is shown with its number and words until somebody made it", async (t) => {
  const asked = server(t);
  const task = { key: "k", who: "Harbor House", phone: "+1 555 0100", script: "Please look.", done_at: null };
  const shown = drawn({ tasks: [task] });
  assert.match(words(shown), /Call Harbor House, \+1 555 0100 .*Please look\./);
  assert.match(markup(shown), /tel:\+1 555 0100/);
  press(shown, "Called");
  await new Promise((soon) => setTimeout(soon, 20));
  assert.deepEqual(asked, [["/api/referrals/r/calls/done?seat=dana", { key: "k" }]]);
  assert.doesNotMatch(words(drawn({ tasks: [{ ...task, done_at: at(0) }] })), /Please look/);
});

test("a yes that did not hold opens the outcome again, also for another yes", () => {
  const outcome = yes({ reopened: true });
  assert.match(words(drawn({ state: "refused_on_the_way" }, aUi(), outcome)), /The outcome is open again/);
  const dialog = (each) => words(outcomeDialog(aView("dana", { outcome: each, referral: referral() }), aUi()));
  assert.match(dialog(outcome), /The hand-off starts at once/);
  assert.doesNotMatch(dialog(yes()), /The hand-off starts at once/);
});

test("a family's phone says how far it is, and neither where nor whom to call", () => {
  const told = { state: "en_route", steps: referral().steps };
  const text = words(onThePhone(aView("ana", { outcome: yes(), referral: told })));
  assert.match(text, /On the way\..*Treatment center told: has the message/);
  assert.doesNotMatch(text, /Harbor|555/);
});

test("times run by the clock that they are given", () => {
  assert.equal(said("left", at(65), undefined, NOON), "1:05");
  assert.equal(said("left", at(-1), undefined, NOON), "any moment");
  assert.equal(said("since", at(-30), undefined, NOON), "less than a minute");
  assert.equal(said("since", at(-61), undefined, NOON), "1 minute");
  assert.equal(said("took", at(-7260), at(-60), NOON), "2 h 0 min");
});
