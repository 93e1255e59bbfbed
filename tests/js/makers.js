/** A meeting as the server would show it, and what a screen is given beside it. */

export const NOON = Date.parse("2026-05-02T12:00:00.000Z");

/** @param {number} seconds from noon */
export function at(seconds) {
  return new Date(NOON + seconds * 1000).toISOString();
}

const NAMES = { ana: "Ana Reyes", ruth: "Ruth Cole", marcus: "Marcus Hill", elena: "Elena Cole", dana: "Dana Frost" };
const ROLES = { elena: "loved_one", dana: "interventionist" };

export function aPerson(id, changes = {}) {
  return {
    id,
    name: NAMES[id],
    relation: id === "ana" ? "sister" : "friend",
    role: ROLES[id] || "team_member",
    standing: "admitted",
    connected: true,
    hand_since: null,
    ...changes,
  };
}

export function aTurn(holder, changes = {}) {
  const granted_at = holder ? at(-60) : null;
  return { holder, granted_at, limit_s: 240, paused_at: null, paused_total_ms: 0, extended_s: 0, ...changes };
}

/** What `id` sees of an open meeting in which Ruth speaks. */
export function aView(id, { room = {}, me = {}, ...sections } = {}) {
  const who = aPerson(id);
  return {
    room: {
      id: "room",
      kind: "live",
      phase: "statements",
      state: "live",
      controller: "dana",
      offered_to: null,
      break_until: null,
      paused_by: null,
      opened_at: at(-600),
      server_now: at(0),
      phase_since: at(-300),
      label: "loved one",
      ...room,
    },
    me: {
      person: id,
      role: who.role,
      name: who.name,
      admitted: true,
      standing: "admitted",
      held_message: null,
      ready: true,
      controller: id === "dana",
      facilitator: "Dana Frost",
      kind: "live",
      server_now: at(0),
      ...me,
    },
    people: Object.keys(NAMES).map((each) => aPerson(each)),
    floor: aTurn("ruth"),
    queue: ["marcus", "ana"],
    totals: {},
    outcome: null,
    ...sections,
  };
}

/** A screen's surroundings that note what was asked for. */
export function aUi(my = {}, changes = {}) {
  const asked = [];
  return {
    now: NOON,
    link: "good",
    unsent: [],
    late: false,
    gone: null,
    refusal: null,
    my,
    asked,
    set(patch) {
      Object.assign(my, patch);
    },
    act(name, args, key) {
      asked.push({ name, args, key });
      return Promise.resolve({ ok: true });
    },
    busy: () => false,
    ...changes,
  };
}
