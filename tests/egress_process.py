"""Run in a network of its own: the whole bot, a Slack and a newspaper, with nothing there but loopback.

``python -m tests.egress_process FOLDER SPECS`` prints the text of the answer. Where the network is new, loopback is
switched on first, which whoever made it may do.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

from tests.bot_process import ROOT, bot_process, newspaper
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN

SET_FLAGS, UP_AND_RUNNING = 0x8914, 0x41  # SIOCSIFFLAGS; IFF_UP | IFF_RUNNING
START = 90.0
"""Seconds that the bot may take to start and to read, on a busy machine."""


def switch_loopback_on() -> None:
    """Switch it on where it is off, as in a new network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket, suppress(PermissionError):
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH22x", b"lo", UP_AND_RUNNING))


async def main(folder: Path, specs: Path) -> None:
    """Mention the bot with a link, wait for the answer and print it."""
    async with SlackStandIn(specs) as slack, newspaper() as site:
        settings = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": slack.api_url,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "egress"), str(ROOT)]),
            "EGRESS_LOG": str(folder / "egress.log"),
        }
        async with bot_process(folder, site, settings):
            await slack.until(lambda: slack.sockets, START)
            post = await slack.mention("C1", f"<{site.url('/story')}>")
            await slack.until(lambda: {"white_check_mark", "warning"} & set(post.reactions), START)
    (answer,) = slack.thread(post)
    sys.stdout.write(answer.blocks[0]["text"]["text"] + "\n")


if __name__ == "__main__":
    switch_loopback_on()
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
