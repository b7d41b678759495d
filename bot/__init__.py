"""Nutgraf's shared core: the newsroom's logic, which has never heard of Slack or Discord."""
