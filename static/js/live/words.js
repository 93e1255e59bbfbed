/** The words that several screens share, and how a person or a state is named. */

/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Person} Person */

/** @type {Record<import("./types").Phase, { name: string, next: string }>} */
export const PHASES = {
  arrive: { name: "Arriving", next: "We begin when everyone is here." },
  open: { name: "Opening", next: "The statements come after the opening." },
  statements: { name: "Statements", next: "After the statements comes an offer of help." },
  offer: { name: "Offer", next: "After the offer there is time to answer." },
  response: { name: "Answer", next: "After the answer we decide together what to do." },
  decision: { name: "Decision", next: "After the decision we close." },
  close: { name: "Closing", next: "The meeting ends soon." },
};

/** @type {Record<import("./types").RoomCondition, string>} */
export const STATES = {
  waiting: "Not begun yet.",
  live: "The meeting goes on.",
  paused: "Paused.",
  on_break: "We are taking a break.",
  suspended: "Stopped for a technical reason. Please stay.",
  ended: "The meeting has ended.",
};

/** @type {Record<import("./types").OutcomeKind, string>} */
export const OUTCOMES = {
  accepts: "Accepts help",
  needs_time: "Needs time",
  reacts_negatively: "Says no for now",
  stopped_for_safety: "Stopped for safety",
};

/**
 * @param {View} view
 * @param {string | null | undefined} id
 * @returns {Person | undefined}
 */
export function personOf(view, id) {
  return (view.people || []).find((person) => person.id === id);
}

/** @param {View} view @param {string | null | undefined} id */
export function nameOf(view, id) {
  const person = personOf(view, id);
  return person ? person.name : "Someone";
}

/** The first name, for small places. @param {View} view @param {string} id */
export function shortNameOf(view, id) {
  return nameOf(view, id).split(" ")[0];
}

/** "Ana, Ben and Cleo". @param {string[]} names */
export function listed(names) {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

/** Who has spoken, who is heard now and who is still to come, among the people who sit in the room to speak. @param {View} view */
export function stillToSpeak(view) {
  const holder = view.floor?.holder;
  return (view.queue || []).filter((id) => id !== holder);
}
