import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

/** A browser as far as a connection needs one. */
const listeners = new Map();
const listen = (name, work) => listeners.set(name, work);
let online = true;
globalThis.document = { addEventListener: listen, cookie: "theme=dark; csrf=to%20ken", hidden: false };
globalThis.window = { addEventListener: listen };
Object.defineProperty(globalThis, "navigator", {
  value: {
    get onLine() {
      return online;
    },
  },
  configurable: true,
});

const { Connection } = await import("../../static/js/live/connection.js");

const BOOT = { room: "r1", seat: "ana", socket_path: "/w/2/socket.io", csrf_cookie: "csrf" };
const VIEW = { seq: 9, room: "r1", sections: {} };
const COMMAND = { id: "c1", name: "raise_hand", args: {} };

/** The library's socket, played by hand. */
class Socket {
  connected = false;
  active = true;
  handlers = {};
  emitted = [];
  answer = async () => ({ ok: true, seq: 4 });

  on(name, work) {
    this.handlers[name] = work;
  }

  timeout(within_ms) {
    return {
      emitWithAck: (name, command) => {
        this.emitted.push({ name, command, within_ms });
        return this.answer();
      },
    };
  }

  connect() {
    this.connects = (this.connects || 0) + 1;
    return this;
  }

  disconnect() {
    this.connected = false;
    return this;
  }

  comes() {
    this.connected = true;
    this.handlers.connect();
  }

  goes(reason) {
    this.connected = false;
    this.handlers.disconnect(reason);
  }
}

let socket, manager, managed, options, asked, heard, posted, respond;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  online = true;
  socket = new Socket();
  managed = {};
  heard = { views: [], gone: [], ups: 0 };
  posted = [];
  respond = async () => ({ ok: true, json: async () => ({ ok: true, socket_path: BOOT.socket_path, ...VIEW }) });
  globalThis.fetch = (url, init) => {
    posted.push({ url, ...init });
    return respond(url);
  };
});

afterEach(() => mock.timers.reset());

function aConnection() {
  const hears = {
    view: (message, whole) => heard.views.push([message, whole]),
    gone: (code) => heard.gone.push(code),
    up: () => heard.ups++,
  };
  return new Connection(BOOT, hears, (given) => {
    options = given;
    manager = {
      opts: { ...given },
      on: (name, work) => {
        managed = { ...managed, [name]: work };
      },
      socket: (...entered) => {
        asked = entered;
        return socket;
      },
    };
    return manager;
  });
}

test("it enters the room's namespace with the seat, by web socket first and polling else", () => {
  aConnection();
  assert.deepEqual(asked, ["/room", { auth: { room: "r1", seat: "ana" } }]);
  assert.equal(options.path, "/w/2/socket.io");
  assert.deepEqual(options.transports, ["websocket", "polling"]);
  assert.ok(options.reconnectionDelay === 200 && options.reconnectionDelayMax === 1500);
});

test("a command goes by the live line and brings its answer", async () => {
  const connection = aConnection();
  socket.comes();
  assert.deepEqual(await connection.send(COMMAND), { ok: true, seq: 4 });
  assert.deepEqual(socket.emitted, [{ name: "command", command: COMMAND, within_ms: 3000 }]);
  assert.deepEqual(posted, []);
});

test("an unanswered command goes again by HTTP, with the same id, the seat and the token", async () => {
  const connection = aConnection();
  socket.comes();
  socket.answer = () => Promise.reject(new Error("operation has timed out"));
  assert.equal((await connection.send(COMMAND)).seq, 9);
  assert.equal(posted[0].url, "/rooms/r1/commands");
  assert.equal(JSON.parse(posted[0].body).id, "c1");
  assert.equal(posted[0].headers["X-CSRF-Token"], "to ken");
  assert.equal(posted[0].headers["X-Seat"], "ana");
  assert.equal(connection.link(), "weak");
});

test("without a live line it asks for the view after a command", async () => {
  await aConnection().send(COMMAND);
  assert.deepEqual(
    posted.map(({ url }) => url),
    ["/rooms/r1/commands", "/rooms/r1/view"],
  );
  assert.equal(heard.views.length, 1);
});

test("a server that cannot be reached, or answers with a page, is told as such", async () => {
  const connection = aConnection();
  respond = () => Promise.reject(new TypeError("Failed to fetch"));
  assert.equal((await connection.send(COMMAND)).error.code, "unreachable");
  respond = async () => ({ ok: false, json: () => Promise.reject(new SyntaxError("<html>")) });
  assert.equal((await connection.send(COMMAND)).error.code, "unreachable");
});

test("the first view of each connection is the whole", () => {
  aConnection();
  for (let round = 0; round < 2; round++) {
    socket.comes();
    socket.handlers.view({ seq: 1 });
    socket.handlers.view({ seq: 2 });
  }
  assert.deepEqual(
    heard.views.map(([, whole]) => whole),
    [true, false, true, false],
  );
  assert.equal(heard.ups, 2);
});

test("the bar says nothing, weak, reconnecting, offline", async () => {
  const connection = aConnection();
  socket.comes();
  assert.equal(connection.link(), "good");
  socket.goes("transport close");
  mock.timers.tick(1_100);
  assert.equal(connection.link(), "reconnecting");
  mock.timers.tick(10_000);
  assert.equal(connection.link(), "offline");
  socket.comes();
  assert.equal(connection.link(), "good");
  online = false;
  assert.equal(connection.link(), "offline");
});

test("a phone that wakes up connects at once, unless it is connected already", () => {
  aConnection();
  const wakes = [["visibilitychange"], ["online"], ["pageshow", { persisted: true }]];
  for (const [name, event] of wakes) {
    mock.timers.tick(2_000);
    listeners.get(name)(event);
  }
  assert.equal(socket.connects, 3);
  socket.comes();
  mock.timers.tick(2_000);
  listeners.get("visibilitychange")();
  assert.equal(socket.connects, 3);
});

test("a try that has only just begun is let be, be it the first, the library's or one that a waking phone began", () => {
  aConnection();
  listeners.get("visibilitychange")();
  assert.equal(socket.connects, undefined, "the first");
  mock.timers.tick(2_000);
  managed.reconnect_attempt();
  listeners.get("visibilitychange")();
  assert.equal(socket.connects, undefined, "the library's");
  mock.timers.tick(2_000);
  listeners.get("visibilitychange")();
  listeners.get("online")();
  assert.equal(socket.connects, 1, "the phone's");
});

test("a try that failed stands in nobody's way", () => {
  aConnection();
  socket.handlers.connect_error(new Error("websocket error"));
  listeners.get("visibilitychange")();
  assert.equal(socket.connects, 1);
});

test("a page that is shown for the first time is let connect in peace", () => {
  aConnection();
  listeners.get("pageshow")({ persisted: false });
  assert.equal(socket.connects, undefined);
});

test("a seat that is gone is told, and nobody knocks again", () => {
  const connection = aConnection();
  socket.comes();
  socket.handlers.gone({ code: "moved" });
  socket.goes("io server disconnect");
  mock.timers.tick(5_000);
  listeners.get("online")();
  connection.hurry();
  assert.deepEqual(heard.gone, ["moved"]);
  assert.equal(socket.connects, undefined);
});

test("a server that closed because it starts again is tried soon", () => {
  aConnection();
  socket.comes();
  socket.goes("io server disconnect");
  mock.timers.tick(600);
  assert.equal(socket.connects, 1);
  assert.deepEqual(heard.gone, []);
});

const refusal = (code, more) => Object.assign(new Error("Not here."), { data: { code, ...more } });
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a room that is served elsewhere is followed there, soon but not by all phones at the same moment", () => {
  aConnection();
  socket.active = false;
  const rests_ms = [];
  for (let miss = 0; miss < 9; miss++) {
    socket.handlers.connect_error(refusal("elsewhere", { socket_path: `/w/${miss}/socket.io` }));
    assert.equal(manager.opts.path, `/w/${miss}/socket.io`);
    const tried = socket.connects || 0;
    const from_ms = Date.now();
    while ((socket.connects || 0) === tried) mock.timers.tick(1);
    rests_ms.push(Date.now() - from_ms);
  }
  assert.ok(rests_ms[0] >= 150 && rests_ms[0] <= 301, `${rests_ms}`);
  assert.ok(rests_ms[8] >= 1_000 && rests_ms[8] <= 2_001, `${rests_ms}`);
  assert.ok(new Set(rests_ms).size > 4, `${rests_ms}`);
  assert.deepEqual(heard.gone, []);
});

test("a worker that cannot be reached is left alone until its lease is over, and then not by all at once", () => {
  aConnection();
  socket.active = false;
  const rests_ms = [];
  for (let miss = 0; miss < 8; miss++) {
    socket.handlers.connect_error(refusal("elsewhere", { socket_path: BOOT.socket_path, lease_ms: 2_400 }));
    const tried = socket.connects || 0;
    const from_ms = Date.now();
    while ((socket.connects || 0) === tried) mock.timers.tick(1);
    rests_ms.push(Date.now() - from_ms);
  }
  assert.ok(rests_ms[0] <= 301, "the first may have been an accident");
  assert.ok(
    rests_ms.slice(1).every((rest_ms) => rest_ms >= 2_400 && rest_ms <= 3_101),
    `${rests_ms}`,
  );
  assert.ok(new Set(rests_ms).size > 4, `${rests_ms}`);
});

test("a line that is down for more than a second asks where the room is, shows how it stands, and goes there", async () => {
  aConnection();
  socket.comes();
  socket.goes("transport close");
  socket.handlers.connect_error(new Error("websocket error"));
  assert.deepEqual(posted, [], "not at once");
  mock.timers.tick(1_100);
  respond = async () => ({ ok: true, json: async () => ({ ...VIEW, socket_path: "/w/3/socket.io" }) });
  for (let again = 0; again < 3; again++) socket.handlers.connect_error(new Error("websocket error"));
  await settled();
  assert.deepEqual(
    posted.map(({ url }) => url),
    ["/rooms/r1/view"],
    "once in a while",
  );
  assert.deepEqual(heard.views, [[VIEW, false]]);
  assert.equal(manager.opts.path, "/w/3/socket.io");
  assert.equal(socket.connects, 1);
  mock.timers.tick(3_000);
  socket.handlers.connect_error(new Error("websocket error"));
  await settled();
  assert.equal(posted.length, 2);
});

test("a place that cannot be asked where the room is changes nothing", async () => {
  aConnection();
  mock.timers.tick(1_100);
  respond = () => Promise.reject(new TypeError("Failed to fetch"));
  socket.handlers.connect_error(new Error("websocket error"));
  await settled();
  assert.equal(manager.opts.path, BOOT.socket_path);
  assert.deepEqual(heard.gone, []);
});

test("a worker that hands its room over is left for the next one, without a word to the person", async () => {
  aConnection();
  socket.comes();
  respond = async () => ({ ok: true, json: async () => ({ ...VIEW, socket_path: "/w/1/socket.io" }) });
  socket.handlers.gone({ code: "elsewhere" });
  socket.goes("io server disconnect");
  mock.timers.tick(301);
  await settled();
  assert.equal(manager.opts.path, "/w/1/socket.io");
  assert.equal(socket.connects, 1);
  assert.deepEqual(heard.gone, []);
});

test("a refusal that trying cannot mend ends it, any other is tried again", () => {
  aConnection();
  socket.active = false;
  socket.handlers.connect_error(refusal("not_saved"));
  mock.timers.tick(2_000);
  assert.equal(socket.connects, 1);
  socket.handlers.connect_error(refusal("not_signed_in"));
  assert.deepEqual(heard.gone, ["not_signed_in"]);
});
