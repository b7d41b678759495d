"""Fuzzing: made-up input against what strangers reach; ``python -m tests.fuzz`` runs it."""
