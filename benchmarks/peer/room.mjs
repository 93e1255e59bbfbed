// One room in memory: the rules of the turn, what each event changes, and who may see which section.

import { flagsIn } from "./patterns.mjs";

export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const SHARED = ["room", "people", "floor", "queue", "totals"];
const DESK = ["flags", "captions", "signals", "notes", "cues", "plan"];
const CAPTIONS_SHOWN = 30;
const SHOWN = 50;
const FLAGGED_ROLE = "team_member";
const DEFAULT_LIMIT_S = 240;

export class Room {
  constructor(id, store) {
    const { label, plan } = store.planOfRoom.get(id);
    this.id = id;
    this.label = label;
    this.plan = JSON.parse(plan);
    this.seq = 0;
    this.seats = new Map(store.seatsOfRoom.all(id).map((seat) => [seat.person, { ...seat, handSince: null }]));
    this.controller = [...this.seats.values()].find((seat) => seat.role === "interventionist").person;
    this.present = new Map();
    this.texts = new Map(store.textsOfRoom.all(id).map(({ id, body }) => [id, body]));
    this.floor = null;
    this.queue = [];
    this.totals = {};
    this.flags = [];
    this.heard = [];
    this.signals = [];
    this.notes = [];
    this.cues = [];
    this.answered = new Map();
    for (const { command_id, body } of store.eventsOfRoom.all(id)) this.apply(command_id, JSON.parse(body));
  }

  isDesk(person) {
    return person === this.controller;
  }

  /** The event that this command makes, or null where it changes nothing. Throws Refused. */
  decide(name, args, by, id) {
    const rule = RULES[name];
    if (!rule) throw new Refused("malformed", "There is no such command.");
    if (rule.controller && !this.isDesk(by)) throw new Refused("not_allowed", "Only the moderator may do this.");
    if (args.person !== undefined && !this.seats.has(args.person))
      throw new Refused("not_allowed", "Not of this room.");
    const event = rule.decide(this, args, by, id);
    return event && { type: name, at: Date.now(), ...event };
  }

  /** Which sections are new, and for whom: {shared, desk, person}. */
  apply(id, event, text) {
    this.seq += 1;
    this.answered.set(id, this.seq);
    if (text !== undefined) this.texts.set(event.id, text);
    return CHANGES[event.type](this, event);
  }

  section(name) {
    return SECTIONS[name](this);
  }

  sections(names) {
    return Object.fromEntries(names.map((name) => [name, this.section(name)]));
  }

  whole(person) {
    const { statement, role, name } = this.seats.get(person);
    const me = { person, role, name, admitted: true, controller: this.isDesk(person), server_now: now() };
    const own = this.isDesk(person) ? this.sections(DESK) : { statement: JSON.parse(statement), cue: this.cue(person) };
    return { ...this.sections(SHARED), me, ...own };
  }

  cue(person) {
    const cue = this.cues.findLast((each) => each.person === person && !each.seenAt);
    return cue ? { id: cue.id, kind: cue.kind, sent_at: time(cue.at) } : null;
  }
}

const RULES = {
  grant_turn: {
    controller: true,
    decide: (room, { person, limit_s }) =>
      room.floor?.holder === person ? null : { person, limitS: limit_s ?? DEFAULT_LIMIT_S },
  },
  raise_hand: {
    decide: (room, _, by) => (room.seats.get(by).handSince || room.floor?.holder === by ? null : { person: by }),
  },
  lower_hand: { decide: (room, _, by) => (room.seats.get(by).handSince ? { person: by } : null) },
  hear_segment: {
    decide: (room, { segment, text, speaker, source }, by) => {
      const said = room.isDesk(by) ? (speaker ?? room.floor?.holder) : by;
      if (!room.isDesk(by) && room.floor?.holder !== by) throw new Refused("not_your_turn", "It is not your turn.");
      if (room.texts.has(segment)) return null;
      if (typeof text !== "string" || text.length > 2000 || !said) throw new Refused("malformed", "Say who said what.");
      const flags = room.seats.get(said).role === FLAGGED_ROLE ? flagsIn(text) : [];
      return { id: segment, person: said, source, flags };
    },
  },
  cue: { controller: true, decide: (_, { person, kind }, __, id) => ({ id, person, kind }) },
  cue_seen: {
    decide: (room, { cue }, by) => {
      const sent = room.cues.find((each) => each.id === cue && each.person === by);
      if (!sent) throw new Refused("unknown_cue", "That cue was not sent to you.");
      return sent.seenAt ? null : { id: cue, person: by };
    },
  },
  signal: { decide: (_, { kind }, by, id) => ({ id, person: by, kind }) },
  take_note: { decide: (_, __, by, id) => ({ id, person: by }) },
};

const CHANGES = {
  grant_turn(room, { person, limitS, at }) {
    if (room.floor) {
      const { holder, grantedAt } = room.floor;
      room.totals[holder] = (room.totals[holder] ?? 0) + at - grantedAt;
    }
    const seat = room.seats.get(person);
    const hadHand = seat.handSince !== null;
    seat.handSince = null;
    room.floor = { holder: person, grantedAt: at, limitS };
    room.queue = room.queue.filter((each) => each !== person);
    return { shared: hadHand ? ["floor", "queue", "totals", "people"] : ["floor", "queue", "totals"] };
  },
  raise_hand(room, { person, at }) {
    room.seats.get(person).handSince = at;
    room.queue.push(person);
    return { shared: ["queue", "people"] };
  },
  lower_hand(room, { person }) {
    room.seats.get(person).handSince = null;
    room.queue = room.queue.filter((each) => each !== person);
    return { shared: ["queue", "people"] };
  },
  hear_segment(room, { id, person, source, flags, at }) {
    keep(room.heard, CAPTIONS_SHOWN, { id, speaker: person, source, at });
    for (const flag of flags) room.flags.push({ ...flag, segment: id, speaker: person, verdict: null, at });
    return { desk: flags.length ? ["captions", "flags"] : ["captions"] };
  },
  cue(room, { id, person, kind, at }) {
    keep(room.cues, SHOWN, { id, person, kind, at, seenAt: null });
    return { desk: ["cues"], person };
  },
  cue_seen(room, { id, person, at }) {
    room.cues.find((each) => each.id === id).seenAt = at;
    return { desk: ["cues"], person };
  },
  signal(room, { id, person, kind, at }) {
    keep(room.signals, SHOWN, { id, person, kind, at: time(at) });
    return { desk: ["signals"] };
  },
  take_note(room, { id, person, at }) {
    room.notes.push({ id, by: person, at });
    return { desk: ["notes"] };
  },
};

const SECTIONS = {
  room: (room) => ({
    id: room.id,
    state: "live",
    controller: room.controller,
    label: room.label,
    server_now: now(),
  }),
  people: (room) =>
    [...room.seats.values()].map(({ person, role, name, relation, handSince }) => ({
      id: person,
      name,
      relation,
      role,
      connected: room.present.has(person),
      hand_since: handSince && time(handSince),
    })),
  floor: ({ floor }) => ({
    holder: floor?.holder ?? null,
    granted_at: floor ? time(floor.grantedAt) : null,
    limit_s: floor?.limitS ?? null,
    paused_at: null,
    paused_total_ms: 0,
    extended_s: 0,
    interrupted: null,
  }),
  queue: (room) => room.queue,
  totals: (room) => room.totals,
  flags: (room) => room.flags.map((flag) => ({ ...flag, at: undefined, raised_at: time(flag.at) })),
  captions: (room) => room.heard.map(({ at, ...each }) => ({ ...each, text: room.texts.get(each.id), at: time(at) })),
  signals: (room) => room.signals,
  notes: (room) => room.notes.map(({ id, by, at }) => ({ id, by, at: time(at), text: room.texts.get(id) })),
  cues: (room) =>
    room.cues.map(({ at, seenAt, ...each }) => ({ ...each, sent_at: time(at), seen_at: seenAt && time(seenAt) })),
  plan: (room) => room.plan,
};

function keep(list, most, item) {
  list.push(item);
  if (list.length > most) list.shift();
}

function time(ms) {
  return new Date(ms).toISOString();
}

function now() {
  return time(Date.now());
}
