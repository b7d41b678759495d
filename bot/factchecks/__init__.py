"""Published fact-checks: read, kept, found again beside the claims of an article. Never a verdict of our own."""
