"""What every feature stands on: database, event log, wire, broadcast, clock. Imports no feature."""
