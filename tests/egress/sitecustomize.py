"""Notes whom a process of Python, and each that it starts, tries to reach outside of this machine, and refuses it.

Python imports it at its start where this folder is on PYTHONPATH. What is tried is appended to the file ``EGRESS_LOG``.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path

ADDRESSED = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
"""Audit events with the place of the address among their arguments."""


def is_here(host: object) -> bool:
    """Tell whether *host* is this machine, by number or by the one name that needs no asking."""
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False  # a name: asking for it would tell a server of it


def watch(event: str, args: tuple[object, ...]) -> None:
    """Refuse what leads outside."""
    if event == "socket.getaddrinfo":
        host = args[0].decode("utf-8", "replace") if isinstance(args[0], bytes) else args[0]
    elif event in ADDRESSED and isinstance(args[ADDRESSED[event]], tuple):
        host = args[ADDRESSED[event]][0]  # type: ignore[index]
    else:
        return
    if host != "0.0.0.0" and not is_here(host):  # noqa: S104 - to listen, which nobody is told of
        with Path(os.environ["EGRESS_LOG"]).open("a", encoding="utf-8") as log:
            log.write(f"{event} {host}\n")
        raise ConnectionRefusedError(f"{event} {host}: stopped by the test")


if "EGRESS_LOG" in os.environ:
    sys.addaudithook(watch)
