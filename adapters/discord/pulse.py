"""How long Discord's gateway has been silent."""

from __future__ import annotations

import math
import time

import discord


def silence(client: discord.Client) -> float:
    """Return the seconds since the last answered heartbeat, of the shard that has waited longest.

    0 where *client* keeps no connection, since it is called or only writes; infinity where a shard has none just now,
    or has not begun yet.
    """
    if client.is_closed():
        return math.inf
    if not isinstance(client, discord.AutoShardedClient) or not client.shard_count:
        return 0.0
    if len(client.shards) < client.shard_count:
        return math.inf
    return max(map(_silence, client.shards.values()))


def _silence(shard: discord.ShardInfo) -> float:
    # discord.py keeps the time to itself, and closes a shard only after 60 seconds in which nothing at all came.
    beating = shard._parent.ws._keep_alive
    if shard.is_closed() or beating is None:
        return math.inf
    return time.perf_counter() - beating._last_ack
