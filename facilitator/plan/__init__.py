"""What was prepared for a case: statements, bottom lines, the treatment plan."""
