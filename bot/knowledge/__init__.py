"""What a knowledge base has under the names of an article. A link only where everything agrees; else "not sure"."""
