/** The view as the server sends it, what a screen is given beside it, and what a command is. */

export type Id = string;
/** ISO 8601, UTC, milliseconds. */
export type Iso = string;

export type Phase = "arrive" | "open" | "statements" | "offer" | "response" | "decision" | "close";
export type RoomCondition = "waiting" | "live" | "paused" | "on_break" | "suspended" | "ended";
export type Standing = "waiting" | "admitted" | "declined" | "removed" | "left";
export type OutcomeKind = "accepts" | "needs_time" | "reacts_negatively" | "stopped_for_safety";
export type CueKind = "breathe" | "slower" | "use_i" | "wrap_up" | "text";
export type SignalKind =
  | "break"
  | "unsafe"
  | "cannot_hear"
  | "panic"
  | "ready_to_answer"
  | "ready_to_accept"
  | "needs_time";

export interface RoomSection {
  id: Id;
  kind: "rehearsal" | "live";
  phase: Phase;
  state: RoomCondition;
  controller: Id;
  offered_to: Id | null;
  break_until: Iso | null;
  paused_by: Id | null;
  opened_at: Iso | null;
  server_now: Iso;
  phase_since: Iso | null;
  label: string;
}

export interface Me {
  person: Id;
  role: string;
  name: string;
  admitted: boolean;
  standing: Standing;
  held_message: string | null;
  ready: boolean;
  controller: boolean;
  facilitator: string;
  kind: "rehearsal" | "live";
  server_now: Iso;
}

export interface Person {
  id: Id;
  name: string;
  relation: string;
  role: string;
  standing: Standing;
  connected: boolean;
  ready?: boolean;
  late?: string | null;
  hand_since: Iso | null;
}

export interface Floor {
  holder: Id | null;
  granted_at: Iso | null;
  limit_s: number;
  paused_at: Iso | null;
  paused_total_ms: number;
  extended_s: number;
  interrupted?: Floor | null;
}

export interface Plan {
  presented_at: Iso | null;
  facility: string;
  level: string;
  steps: string[];
  leaves: string;
  what_to_bring: string[];
  transport: string;
  escort: string;
  medication: string;
  for_family: string[];
}

export interface Outcome {
  id: Id;
  kind: OutcomeKind;
  at: Iso;
  by: Id;
  amended: { kind: OutcomeKind; at: Iso; by: Id }[];
  /** An accepted outcome that did not hold: it may be accepted again. */
  reopened?: boolean;
}

export interface Contact {
  name: string;
  phone: string;
}

export interface Step {
  name: string;
  label: string;
  state: "waiting" | "sent" | "delivered" | "failed";
  at: Iso | null;
}

export interface Bid {
  which: "primary" | "fallback";
  place: Contact;
  stage: string;
  at: Iso;
}

/** A call that a person has to make. */
export interface Task {
  key: string;
  who: string;
  phone: string;
  script: string;
  done_at: Iso | null;
}

export interface Referral {
  id: Id;
  state: string;
  armed?: boolean;
  steps: Step[];
  primary?: Contact;
  fallback?: Contact;
  gaps?: string[];
  sent_at?: Iso | null;
  received_at?: Iso | null;
  bids?: Bid[];
  moments?: Record<"yes" | "accepted" | "left" | "arrived" | "admitted", Iso | null>;
  clocks?: { which: Bid["which"]; clock: "receipt" | "reminder" | "answer" | "confirm"; due_at: Iso }[];
  fallback_due?: boolean;
  tasks?: Task[];
  consent?: "waiting" | "signed" | "revoked";
  /** On the loved one's phone only. */
  consent_page?: string;
}

export interface Flag {
  id: Id;
  segment: Id;
  speaker: Id;
  category: string;
  categories: string[];
  severity: number;
  span: { start: number; end: number };
  text: string;
  why: string;
  redirect: string;
  suggestion: string | null;
  verdict: "confirmed" | "dismissed" | null;
  raised_at: Iso;
}

export interface StatementPart {
  name: "love" | "incident" | "concern" | "hope" | "ask";
  text: string;
}

export interface Cue {
  id: Id;
  kind: CueKind;
  text: string | null;
}

export interface View {
  room?: RoomSection;
  me: Me;
  people?: Person[];
  floor?: Floor;
  queue?: Id[];
  totals?: Record<Id, number>;
  plan?: Plan | null;
  outcome?: Outcome | null;
  referral?: Referral | null;
  flags?: Flag[];
  warmth?: Record<Id, Record<string, number>>;
  tips?: Record<Id, Record<string, number>>;
  captions?: { id: Id; speaker: Id; text: string; source: string; at: Iso }[];
  signals?: { id: Id; person: Id; kind: SignalKind; at: Iso; settled: boolean; call?: string | null }[];
  notes?: { id: Id; text: string; at: Iso; by: Id }[];
  cues?: { id: Id; person: Id; kind: CueKind; text: string | null; sent_at: Iso; seen_at: Iso | null }[];
  bottom_lines?: { person: Id; text: string; revealed_at: Iso | null }[];
  gates?: { name: string; ok: boolean; reason: string }[];
  statement?: {
    parts: StatementPart[];
    words: number;
    read_s: number;
    hash: string;
    bottom_line: string | null;
  } | null;
  cue?: Cue | null;
  revealed?: { person: Id; text: string }[];
}

/** A view of an admitted person: the sections that every screen of the room draws from. */
export type RoomView = View & Required<Pick<View, "room" | "people" | "floor" | "queue">>;

export interface ViewMessage {
  room: Id;
  seq: number;
  sections: Partial<View>;
  dropped?: string[];
}

export interface Command {
  id: Id;
  name: string;
  args: Record<string, unknown>;
}

export interface Answer {
  ok: boolean;
  seq?: number;
  error?: { code: string; message: string };
}

export interface Boot {
  room: Id;
  seat: Id;
  socket_path: string;
  screen: string;
  csrf_cookie: string;
  kind: "rehearsal" | "live";
}

export type Link = "good" | "weak" | "reconnecting" | "offline";

/** What one screen remembers for itself; nothing here is truth about the room. */
export interface Local {
  dialog?: string | null;
  /** A question that wants a yes before its command goes. */
  ask?: { title: string; text: string; verb: string; name: string; args: Record<string, unknown> } | null;
  /** The one person that a dialog is about. */
  about?: string;
  text?: string;
  told?: Record<string, number>;
  holding?: ReturnType<typeof setTimeout> | null;
  pressed?: boolean;
  left?: boolean;

  sound?: "played" | "heard";
  vibration?: "played" | "felt";
  screen?: boolean;
  agreed?: boolean;
  asked?: boolean;

  cue?: Cue;
  cue_until?: number;
  cue_away?: Id;
  typing?: boolean;
  draft?: string;
  draft_since?: number;
  said?: string;
  size?: number;
  pace?: number;

  tab?: string;
  drag?: { id: Id; to: number } | null;
  kind?: OutcomeKind | null;
  words?: string;
  cue_to?: Id;
  cue_text?: string;
  keys_off?: boolean;
  /** What is being said about the referral at this moment, and why it was refused. */
  telling?: string;
  not_told?: string;
}

/** What a screen is given beside the view. */
export interface Ui {
  /** The room's clock, milliseconds since the epoch. */
  now: number;
  link: Link;
  /** Commands that wait to be sent, oldest first. */
  unsent: Command[];
  /** Whether something has waited long enough to be told about. */
  late: boolean;
  gone: string | null;
  refusal: string | null;
  my: Local;
  set(patch: Local): void;
  /** Sends a command once, however often it is tapped before the answer. */
  act(name: string, args?: Record<string, unknown>, key?: string): Promise<Answer>;
  busy(name: string, args?: Record<string, unknown>, key?: string): boolean;
}
