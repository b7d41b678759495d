"""A summary in other words, by a language model that the operator names: asked, checked, never trusted."""
