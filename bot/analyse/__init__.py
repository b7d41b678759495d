"""Article to analysis: who says what, what is worth a check, who and what is mentioned."""
