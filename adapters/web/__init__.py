"""The evidence page: an adapter for the browser."""
