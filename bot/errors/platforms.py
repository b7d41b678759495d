"""A chat, or who vouches for people, does not do what was hoped for; and what an operator must mend."""

from __future__ import annotations

from bot.catalogue import mark
from bot.errors.error import BotError, Reason, sentence


class SettingsError(BotError):
    """What an operator must add or mend before this can start; told in English, with the names of the settings."""


class DatabaseAway(SettingsError):
    """A server that cannot be reached, or does not take connections just now; it may come back."""


class DeliveryError(BotError):
    """A platform did not take a message. For the log: there is nobody whom it could be shown to."""

    def __init__(self, place: str, reason: Reason, *, lasting: bool) -> None:
        super().__init__(mark("{place} did not take the message: {reason}"), place=place, reason=sentence(reason))
        self.place = place
        self.lasting = lasting  # True where another try would fail as well: the channel is gone


class NotAllowedByPlatform(BotError):
    """A platform does not let us do what somebody asks for."""

    def __init__(self, place: str, reason: Reason) -> None:
        super().__init__(mark("{place} does not let me do that: {reason}"), place=place, reason=sentence(reason))
        self.place = place
        self.reason = reason


class NoAnswerThere(BotError):
    """A platform does not take the answer where it was asked for."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(mark("I could not answer where you asked me: {reason}"), reason=sentence(reason))
        self.reason = reason


class SealBroken(BotError):
    """What is stored of an installation was encrypted by another key, or belongs to another workspace."""

    def __init__(self, workspace: str) -> None:
        super().__init__(
            mark(
                "The tokens of workspace {workspace} cannot be decrypted: they were stored with another key. Put the "
                "former key behind the new one, with a comma between, or have the app installed there anew."
            ),
            workspace=workspace,
        )
        self.workspace = workspace


class NotConfirmed(BotError):
    """Whoever was to say who somebody is did not, or not so that it could be trusted."""

    def __init__(self, service: str) -> None:
        super().__init__(
            mark("{service} did not confirm who you are, so you are not signed in. Try again."), service=service
        )
        self.service = service
