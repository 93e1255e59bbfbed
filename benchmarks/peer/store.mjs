// The peer's database: who may come in, and one row an event. One commit an event, as a plain Node server does.

import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

export class Store {
  constructor(path, synchronous) {
    this.db = new DatabaseSync(path);
    this.db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON`);
    const sql = (text) => this.db.prepare(text);
    this.seatOfToken = sql("SELECT room, person, role FROM seats WHERE token_digest = ? AND room = ?");
    this.seatsOfRoom = sql("SELECT person, role, name, relation, statement FROM seats WHERE room = ?");
    this.planOfRoom = sql("SELECT label, plan FROM rooms WHERE id = ?");
    this.eventsOfRoom = sql("SELECT seq, command_id, body FROM events WHERE room = ? ORDER BY seq");
    this.textsOfRoom = sql("SELECT id, body FROM texts WHERE room = ?");
    this.insertEvent = sql("INSERT INTO events (room, seq, command_id, actor, at, body) VALUES (?, ?, ?, ?, ?, ?)");
    this.insertText = sql("INSERT INTO texts (room, id, body) VALUES (?, ?, ?)");
    this.begin = sql("BEGIN IMMEDIATE");
    this.commit = sql("COMMIT");
    this.rollback = sql("ROLLBACK");
  }

  seat(token, room) {
    return this.seatOfToken.get(createHash("sha256").update(token).digest("hex"), room);
  }

  append(room, seq, id, actor, event, text) {
    const row = [room, seq, id, actor, event.at, JSON.stringify(event)];
    if (text === undefined) {
      this.insertEvent.run(...row);
      return;
    }
    this.begin.run();
    try {
      this.insertEvent.run(...row);
      this.insertText.run(room, event.id, text);
      this.commit.run();
    } catch (failure) {
      this.rollback.run();
      throw failure;
    }
  }
}
