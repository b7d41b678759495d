"""Slack: a mention or a direct message in, briefs in the thread out."""
