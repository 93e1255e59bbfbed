"""Many phones and consoles at once, from one process, and the check of what each of them saw."""
