"""Pages that hold no article, and short or odd ones that do, all of our own making."""
