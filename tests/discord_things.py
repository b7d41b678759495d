"""What there is in the Discord of our own: channels, messages, people, and what they did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.discord_rules import ALL_PERMISSIONS, LOADING

TOKEN = "MTAw.invented.token"
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(b"invented for tests".ljust(32, b"."))
PUBLIC_KEY = SIGNING_KEY.public_key().public_bytes_raw().hex()
APPLICATION = "100000000000000001"
BOT = {"id": APPLICATION, "username": "Nutgraf", "discriminator": "0", "avatar": None, "bot": True, "global_name": None}
GUILD, OTHER_GUILD = "200000000000000001", "200000000000000002"
NEWSROOM, FORUM_POST, FOREIGN, DIRECT = (f"30000000000000000{number}" for number in range(1, 5))
ADA, BEN = "400000000000000001", "400000000000000002"
NAMES = {ADA: "Ada", BEN: "Ben", APPLICATION: "Nutgraf"}

TEXT, DM, PUBLIC_THREAD = 0, 1, 11
EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
Json = dict[str, Any]


@dataclass
class Message:
    """A message as it stands now."""

    id: str
    channel: str
    author: str
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    files: list[tuple[str, bytes, str]] = field(default_factory=list)  # name, bytes, description
    flags: int = 0
    only_for: str | None = None  # ephemeral: who sees it
    command: str | None = None  # what the person typed, where this is the reply to it
    thread: str | None = None
    below: str | None = None  # the message that it is a reply to
    edits: int = 0

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def buttons(self) -> dict[str, str]:
        """Custom ids by label."""
        found = (button for row in self.components for button in row["components"])
        return {button["label"]: button["custom_id"] for button in found if "label" in button and "custom_id" in button}

    @property
    def menus(self) -> dict[str, Json]:
        """The menus, by what stands in them before anything is chosen."""
        found = (menu for row in self.components for menu in row["components"])
        return {menu["placeholder"]: menu for menu in found if "options" in menu}

    @property
    def words(self) -> str:
        """Everything that can be read in it, as sent."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
        return "\n".join(filter(None, parts))

    def json(self) -> Json:
        return {
            "id": self.id,
            "channel_id": self.channel,
            "type": 20 if self.command else 0,
            "author": BOT if self.author == APPLICATION else person(self.author),
            "content": self.content,
            "embeds": [{"type": "rich", **embed} for embed in self.embeds],
            "components": self.components,
            "flags": self.flags,
            "timestamp": "2026-03-17T09:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "pinned": False,
        }


@dataclass
class Channel:
    """A channel, a thread, or a direct conversation."""

    id: str
    name: str
    type: int = TEXT
    guild: str | None = GUILD
    parent: str | None = None
    messages: list[Message] = field(default_factory=list)
    archived: bool = False
    locked: bool = False

    def json(self) -> Json:
        body: Json = {"id": self.id, "type": self.type, "name": self.name, "last_message_id": None, "flags": 0}
        if self.type == DM:
            return body | {"recipients": [person(ADA)]}
        body |= {"guild_id": self.guild, "parent_id": self.parent, "position": 0, "permission_overwrites": []}
        if self.type == PUBLIC_THREAD:
            body |= {
                "owner_id": APPLICATION,
                "message_count": 0,
                "member_count": 1,
                "thread_metadata": {
                    "archived": self.archived,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": "2026-03-17T09:00:00+00:00",
                    "locked": self.locked,
                },
            }
        return body


@dataclass
class Interaction:
    """A command or a press, and what was answered first."""

    id: str
    token: str
    channel: str
    user: str
    at: datetime
    source: Message | None = None  # the message whose button was pressed
    command: str | None = None
    answer: int | None = None
    original: Message | None = None
    modal: Json | None = None  # the dialogue that was opened
    choices: list[Json] | None = None  # what was offered while somebody typed
    follow_ups: int = 0
    guest: bool = False  # only the person has the bot installed, not the guild


@dataclass
class Fault:
    """An answer that the next requests get instead of the right one."""

    method: str
    path: str  # a regular expression
    status: int
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    after: bool = False  # the request takes effect all the same


def signed(body: bytes, at: float) -> dict[str, str]:
    """Return the headers that say Discord has sent *body*, *at* seconds since 1970."""
    timestamp = str(int(at))
    signature = SIGNING_KEY.sign(timestamp.encode() + body)
    return {"X-Signature-Ed25519": signature.hex(), "X-Signature-Timestamp": timestamp}


def person(id_: str) -> Json:
    """A user as Discord describes one."""
    return {"id": id_, "username": NAMES[id_].lower(), "discriminator": "0", "avatar": None, "global_name": NAMES[id_]}


def member(id_: str) -> Json:
    return {
        "user": BOT if id_ == APPLICATION else person(id_),
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": str(ALL_PERMISSIONS),
    }
