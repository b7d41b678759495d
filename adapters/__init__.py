"""The places where journalists talk to Nutgraf: one folder each, and none knows another."""
