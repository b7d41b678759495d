"""URL to page: the fetcher, and the guard that keeps it on the public web."""
