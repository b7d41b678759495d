"""What makes ``bot/analyse/worth.npz``: see ``__main__.py``."""
