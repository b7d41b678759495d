"""The terminal: one story at a time, everything shown, nothing kept."""
