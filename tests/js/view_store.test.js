import assert from "node:assert/strict";
import { test } from "node:test";
import { ViewStore } from "../../static/js/live/view_store.js";

const aMessage = (seq, sections, dropped) => ({ room: "room", seq, sections, dropped });

test("a changed section replaces the whole of what was there", () => {
  const store = new ViewStore(aMessage(3, { queue: ["ana", "ben"], floor: { holder: "ana" } }));
  assert.ok(store.take(aMessage(4, { queue: ["ben"] }), false));
  assert.deepEqual(store.view, { queue: ["ben"], floor: { holder: "ana" } });
});

test("a view that is older than ours is left out, one of the same age is a refresh", () => {
  const store = new ViewStore(aMessage(3, { queue: ["ana"] }));
  assert.equal(store.take(aMessage(2, { queue: [] }), false), false);
  assert.deepEqual(store.view.queue, ["ana"]);
  assert.ok(store.take(aMessage(3, { queue: ["ben"] }), false));
  assert.deepEqual(store.view.queue, ["ben"]);
});

test("sections that we may not see any more are gone", () => {
  const store = new ViewStore(aMessage(3, { flags: [], me: {} }));
  store.take(aMessage(4, {}, ["flags"]), false);
  assert.deepEqual(Object.keys(store.view), ["me"]);
});

test("the first view of a connection replaces everything, even by a lower number", () => {
  const store = new ViewStore(aMessage(9, { queue: ["ana"], flags: [] }));
  assert.ok(store.take(aMessage(4, { queue: [] }), true));
  assert.deepEqual(store.view, { queue: [] });
  assert.equal(store.seq, 4);
});

test("a template that was drawn from a view is not changed under it", () => {
  const store = new ViewStore(aMessage(3, { queue: ["ana"] }));
  const before = store.view;
  store.take(aMessage(4, { queue: [] }), false);
  assert.deepEqual(before.queue, ["ana"]);
});
