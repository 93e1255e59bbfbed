"""The live room, rehearsal or live: decide, evolve, react, view."""
