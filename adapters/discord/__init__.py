"""Nutgraf in Discord: the slash command ``/brief``, answered in a thread."""
