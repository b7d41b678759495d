"""What is kept is not there, not whole, or cannot be had."""

from __future__ import annotations

from collections.abc import Sequence

from bot.catalogue import later, mark
from bot.errors.asking import AskError
from bot.errors.error import BotError, Reason, sentence, shown

FAULTS_TOLD = 10
"""Faults of an audit log that are told one by one."""


class BriefNotFound(AskError):
    """A button of a brief that is no longer stored, or that belongs to another workspace."""

    def __init__(self) -> None:
        super().__init__(mark("That brief is no longer stored. Send the link again and I will read it anew."))


class BriefDamaged(BriefNotFound):
    """A stored brief that is not as it was written: a disk's fault, or somebody's who wrote to the database."""


class RequestNotFound(AskError):
    """A request that was forgotten, perhaps while it was being answered, or that is another workspace's."""

    def __init__(self) -> None:
        super().__init__(mark("That request is no longer stored. Send the link again and I will read it anew."))


class SnapshotNotFound(AskError):
    """A brief whose page was not kept, or not for so long."""

    def __init__(self) -> None:
        super().__init__(
            mark("The page that this brief was written from is not kept (any more), so I cannot read it again.")
        )


class SearchIsOff(AskError):
    """A question to a workspace that has not turned its archive on."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "The archive of this workspace is off, so there is nothing to search. "
                "Whoever runs me turns it on: nutgraf archive on."
            )
        )


class ArchiveUnavailable(BotError):
    """The database did not take or give what was asked: its disk is full, its server away."""

    def __init__(self) -> None:
        super().__init__(
            mark("I cannot get at my records just now, so I could not do that. Try again in a few minutes.")
        )


class ChainBroken(BotError):
    """The audit log is not as it was written."""

    def __init__(self, faults: Sequence[str]) -> None:
        rest = len(faults) - FAULTS_TOLD
        super().__init__(
            mark("The audit log was changed by somebody else than me: {faults}{more}."),
            faults="; ".join(faults[:FAULTS_TOLD]),
            more=later(" (and {number} more)", number=rest) if rest > 0 else "",
        )
        self.faults = tuple(faults)


class BackupNotWritten(BotError):
    """A backup's file exists already, or cannot be written."""

    def __init__(self, name: str, reason: Reason) -> None:
        super().__init__(mark("No backup was written to {name}: {reason}"), name=shown(name), reason=sentence(reason))
        self.name = name


class BackupDamaged(BotError):
    """A file that is no backup, or not as it was written."""

    def __init__(self, name: str, reason: Reason) -> None:
        super().__init__(
            mark("I cannot restore {name}: {reason} Nothing was changed."), name=shown(name), reason=sentence(reason)
        )
        self.name = name


class DatabaseNotEmpty(BotError):
    """A backup is to be restored where something is kept already."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "Something is kept in the database of DATABASE_URL already, so nothing was restored. Name an empty "
                "one, or have what is there replaced with --replace."
            )
        )
