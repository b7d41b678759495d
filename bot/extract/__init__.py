"""Page or pasted text to article, or a named refusal."""
