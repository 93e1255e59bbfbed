"""The ways a message leaves: one module a kind."""
