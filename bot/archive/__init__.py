"""What is kept: requests until they are answered, and briefs."""
