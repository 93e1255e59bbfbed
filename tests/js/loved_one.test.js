import assert from "node:assert/strict";
import { test } from "node:test";
import { guestRoom } from "../../static/js/loved_one/room.js";
import { markup, press, words } from "./drawn.js";
import { aTurn, at, aUi, aView } from "./makers.js";

const PLAN = {
  presented_at: at(-10),
  facility: "Harbor House",
  level: "residential",
  steps: ["A medical check"],
  leaves: "Today",
  what_to_bring: [],
  transport: "By car",
  escort: "Tom comes along",
  medication: "",
  for_family: [],
};

test("shows who speaks, how many are left, what comes next and who is here", () => {
  const shown = words(guestRoom(aView("elena"), aUi()));
  assert.match(shown, /Speaking now Ruth Cole/);
  assert.match(shown, /Still to speak 2 people/);
  assert.match(shown, /After the statements comes an offer of help/);
  assert.match(shown, /Ana Reyes, Ruth Cole, Marcus Hill and Dana Frost/);
});

test("shows no clock, also while the loved one speaks", () => {
  for (const holder of ["ruth", "elena"]) {
    const shown = markup(guestRoom(aView("elena", { floor: aTurn(holder) }), aUi()));
    assert.doesNotMatch(shown, /timer|progress|\d:\d\d/);
  }
});

test("each wish is one tap and the right command", () => {
  const ui = aUi();
  for (const wish of ["I want to say something", "I need a break", "I’d like the help", "I need time"]) {
    press(guestRoom(aView("elena"), ui), wish);
  }
  assert.deepEqual(
    ui.asked.map(({ name, args = {} }) => [name, args.kind].filter(Boolean).join(" ")),
    ["signal ready_to_answer", "pause", "signal ready_to_accept", "signal needs_time"],
  );
});

test("leaving is asked about once, and then happens here whatever the network does", () => {
  const ui = aUi();
  press(guestRoom(aView("elena"), ui), "Stop and leave");
  assert.deepEqual(ui.asked, []);
  press(guestRoom(aView("elena"), ui), "Leave now");
  assert.equal(ui.asked[0].name, "leave");
  assert.match(words(guestRoom(aView("elena"), ui)), /You have left the meeting/);
});

test("being heard comes first before the offer, the help after it", () => {
  const first = (view) => markup(guestRoom(view, aUi())).match(/button--primary.*?<span>([^<]*)</s)[1];
  assert.equal(first(aView("elena")), "I want to say something");
  assert.equal(first(aView("elena", { plan: PLAN })), "I’d like the help");
});

test("the offer is shown once it was presented, and not before", () => {
  assert.match(words(guestRoom(aView("elena", { plan: PLAN }), aUi())), /Harbor House/);
  assert.doesNotMatch(
    words(guestRoom(aView("elena", { plan: { ...PLAN, presented_at: null } }), aUi())),
    /Harbor House/,
  );
});

test("whoever leaves or hears the end is warned that the body bears less, and led to the emergency card", () => {
  for (const view of [aView("elena", { me: { standing: "left" } }), aView("elena", { room: { state: "ended" } })]) {
    assert.match(markup(guestRoom(view, aUi())), /bears much less.*\/emergency/s);
  }
});

test("after a yes the consent is the first thing to do, and only a link", () => {
  const referral = { state: "sent", steps: [], consent: "waiting", consent_page: "/consent/r" };
  const shown = (state) =>
    markup(guestRoom(aView("elena", { plan: PLAN, referral: { ...referral, ...state } }), aUi()));
  assert.match(shown({}), /button--primary" href="\/consent\/r\?seat=elena&(amp;)?room=[^"]+">Decide what is shared/);
  assert.match(shown({ consent: "signed" }), />What you signed</);
  assert.doesNotMatch(shown({ consent_page: undefined }), /consent/);
});

test("the consent can also be signed after the meeting has ended", () => {
  const view = aView("elena", {
    referral: { state: "sent", steps: [], consent: "waiting", consent_page: "/consent/r" },
  });
  view.room.state = "ended";
  assert.match(words(guestRoom(view, aUi())), /The meeting has ended.*Decide what is shared, and sign/);
});
