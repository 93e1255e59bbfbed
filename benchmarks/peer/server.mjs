// The peer: Node and socket.io as one would write it, with the documented settings for speed.
//   node server.mjs DATABASE PORT NORMAL|FULL

import { createServer } from "node:http";
import { Server } from "socket.io";
import { Refused, Room } from "./room.mjs";
import { Store } from "./store.mjs";

const [path, port, synchronous] = process.argv.slice(2);
const store = new Store(path, synchronous);
const rooms = new Map();

const http = createServer((_, response) => response.end("ready"));
const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  pingInterval: 5000,
  pingTimeout: 4000,
  maxHttpBufferSize: 64 * 1024,
});
io.engine.on("connection", (raw) => {
  raw.request = null; // as the manual says: it need not stay in memory
});
const meeting = io.of("/room");

meeting.use((socket, next) => {
  const { token, room } = socket.handshake.auth;
  const seat = typeof token === "string" && typeof room === "string" && store.seat(token, room);
  if (!seat) return next(Object.assign(new Error("Open your join link again."), { data: { code: "not_signed_in" } }));
  socket.data = { room: opened(room), person: seat.person };
  return next();
});

meeting.on("connection", (socket) => {
  const { room, person } = socket.data;
  socket.join([room.id, room.isDesk(person) ? desk(room) : own(room, person)]);
  room.present.set(person, (room.present.get(person) ?? 0) + 1);
  socket.emit("view", view(room, room.whole(person)));
  if (room.present.get(person) === 1) socket.to(room.id).emit("view", view(room, room.sections(["people"])));
  socket.on("command", (body, ack) => ack(answer(room, person, body)));
  socket.on("disconnect", () => left(room, person));
});

function answer(room, person, body) {
  try {
    return { ok: true, seq: handle(room, person, body) };
  } catch (failure) {
    if (!(failure instanceof Refused)) throw failure;
    return { ok: false, error: { code: failure.code, message: failure.message } };
  }
}

function handle(room, person, body) {
  if (typeof body?.id !== "string" || typeof body.args !== "object") throw new Refused("malformed", "Say what to do.");
  const { id, name, args } = body;
  const earlier = room.answered.get(id);
  if (earlier !== undefined) return earlier;
  const event = room.decide(name, args, person, id);
  if (event === null) return room.seq;
  store.append(room.id, room.seq + 1, id, person, event, args.text);
  show(room, room.apply(id, event, args.text));
  return room.seq;
}

function show(room, { shared, desk: forDesk, person }) {
  if (shared) meeting.to(room.id).emit("view", view(room, room.sections(shared)));
  if (forDesk) meeting.to(desk(room)).emit("view", view(room, room.sections(forDesk)));
  if (person) meeting.to(own(room, person)).emit("view", view(room, { cue: room.cue(person) }));
}

function left(room, person) {
  const others = room.present.get(person) - 1;
  if (others) {
    room.present.set(person, others);
    return;
  }
  room.present.delete(person);
  meeting.to(room.id).emit("view", view(room, room.sections(["people"])));
}

function opened(id) {
  if (!rooms.has(id)) rooms.set(id, new Room(id, store));
  return rooms.get(id);
}

function view(room, sections) {
  return { room: room.id, seq: room.seq, sections };
}

function desk(room) {
  return `${room.id}:desk`;
}

function own(room, person) {
  return `${room.id}:${person}`;
}

http.listen({ port: Number(port), host: "127.0.0.1", backlog: 1024 });
process.on("SIGTERM", () => process.exit(0));
