"""A database as it is without the bot: for damage, and for a look at what is really stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg


def execute(url: str, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Execute SQL (with ? for parameters) in a connection of its own and return its rows."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.partition(":///")[2], timeout=20)) as connection, connection:
            return connection.execute(statement, parameters).fetchall()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.replace("?", "%s").encode(), parameters or None)
        return cursor.fetchall() if cursor.description else []


def execute_script(url: str, script: str) -> None:
    """Execute a file of SQL."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.partition(":///")[2])) as connection:
            connection.executescript(script)
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute(script.encode())


def tables(url: str) -> list[str]:
    """Return the names of the tables, those of indexes for full text among them."""
    listed = (
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        if url.startswith("sqlite")
        else "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    )
    return [name for (name,) in execute(url, listed)]


def rows(url: str) -> dict[str, list[str]]:
    """Return every row of every table, in words."""
    return {table: sorted(map(repr, execute(url, f'SELECT * FROM "{table}"'))) for table in tables(url)}  # noqa: S608
