"""What makes the models that ship with Nutgraf. Never imported when it runs."""
