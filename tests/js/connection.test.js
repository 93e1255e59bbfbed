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

let socket, managed, options, asked, heard, posted, respond;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  online = true;
  socket = new Socket();
  managed = {};
  heard = { views: [], gone: [], ups: 0 };
  posted = [];
  respond = async () => ({ ok: true, json: async () => ({ ok: true, seq: 9, room: "r1", sections: {} }) });
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
    return {
      on: (name, work) => {
        managed = { ...managed, [name]: work };
      },
      socket: (...entered) => {
        asked = entered;
        return socket;
      },
    };
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

test("a refusal that trying cannot mend ends it, any other is tried again", () => {
  aConnection();
  const refusal = (code) => Object.assign(new Error("Please sign in."), { data: { code } });
  socket.active = false;
  socket.handlers.connect_error(refusal("not_saved"));
  mock.timers.tick(2_000);
  assert.equal(socket.connects, 1);
  socket.handlers.connect_error(refusal("not_signed_in"));
  assert.deepEqual(heard.gone, ["not_signed_in"]);
});
