"""The identified record: what it may hold, and its form in FHIR."""
