"""Interactions by HTTP: Discord calls any of many machines, instead of one connection to its gateway."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
from aiohttp import web

from adapters.discord.signature import Signature
from bot.errors import SettingsError

log = logging.getLogger(__name__)

PATH = "/discord/interactions"

PING, PONG = 1, 1

BODY = 1_000_000
"""Bytes that Discord may send: a dialogue, or a message with its words and embeds. A guess, ten times what is usual."""


@asynccontextmanager
async def serving(client: discord.Client, signature: Signature, host: str, port: int) -> AsyncIterator[str]:
    """Hand what Discord posts to *client* while open; yield the address.

    Raises:
        SettingsError: the port is not free.
    """
    app = web.Application(client_max_size=BODY)
    app.router.add_post(PATH, _Endpoint(client, signature).take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise SettingsError(
            f"Cannot listen for Discord on {host}:{port}: {os.strerror(error.errno or 0)}. "
            "Choose another DISCORD_HTTP_PORT."
        ) from error
    try:
        yield "http://{}:{}{}".format(*runner.addresses[0][:2], PATH)
    finally:
        await runner.cleanup()


class _Endpoint:
    def __init__(self, client: discord.Client, signature: Signature) -> None:
        self._client = client
        self._signature = signature

    async def take(self, request: web.Request) -> web.Response:
        """Say that an interaction has come; its answer goes the same way as one from the gateway: by a call of ours.

        Only Discord's test, whether we look at signatures at all, is answered at once.
        """
        body = await request.read()  # HTTPRequestEntityTooLarge where it is too much
        if not self._signature.accepts(request.headers, body):
            return web.Response(status=401, text="invalid request signature")
        try:
            told: Any = json.loads(body)
            if told["type"] == PING:
                return web.json_response({"type": PONG})
            self._client._connection.parsers["INTERACTION_CREATE"](told)  # as with a gateway's event
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            log.warning("Discord sent an interaction of a form that is not known: %s", type(error).__name__)
            return web.Response(status=400, text="not an interaction")
        return web.Response(status=202)
