"""A stand-in on loopback for a language model behind the Chat Completions API, as OpenAI's reference describes it.

It refuses what the reference refuses: another path or method, a key or a model that it has not, messages of other
forms. What it makes of an article is the test's to say, and so is how it misbehaves.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.sites import page

PATH = "/v1/chat/completions"
MODEL = "tidewater-7b"
KEY = "sk-tidewater"


@dataclass
class Standin:
    """How it answers, and what it was asked."""

    port: int = 0
    tells: Callable[[str], str] = lambda article: ""  # the answer's words, by the user's message
    statuses: list[int] = field(default_factory=list)  # of the next answers; then 200
    headers: tuple[str, ...] = ()
    junk: bytes | None = None  # instead of the whole body
    delay: float = 0.0  # seconds before anything is sent
    trickle: float = 0.0  # seconds between two bytes
    finish: str | None = "stop"
    asked: list[dict[str, Any]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def article(self) -> str:
        """The user's message of the last question."""
        return str(self.asked[-1]["messages"][-1]["content"])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                self.heads.append(head)
                await self._send(self._answer(head.split("\r\n")[0].split(), fields, body), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _send(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.delay)
        if not self.trickle:
            writer.write(answer)
            return await writer.drain()
        for at in range(len(answer)):
            writer.write(answer[at : at + 1])
            await writer.drain()
            await asyncio.sleep(self.trickle)
        return None

    def _answer(self, request: list[str], fields: dict[str, str], body: bytes) -> bytes:
        status = self.statuses.pop(0) if self.statuses else 200
        if status != 200:
            return self._page(status, {"error": {"message": "No.", "type": "server_error", "code": None}})
        if request[:2] != ["POST", PATH]:
            return self._page(404, {"error": {"message": "Unknown request URL", "type": "invalid_request_error"}})
        if fields.get("authorization") != f"bearer {KEY}":
            return self._page(401, {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}})
        asked = json.loads(body)
        if problem := _problem(asked):
            return self._page(400, {"error": {"message": problem, "type": "invalid_request_error"}})
        if asked["model"] != MODEL:
            return self._page(404, {"error": {"message": "The model does not exist", "code": "model_not_found"}})
        self.asked.append(asked)
        if self.junk is not None:
            return page(self.junk, *self.headers, media_type="application/json")
        message = {"role": "assistant", "content": self.tells(self.article), "refusal": None, "annotations": []}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish}
        told = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1773792000,
            "model": MODEL,
            "choices": [choice],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
        return self._page(200, told)

    def _page(self, status: int, told: dict[str, Any]) -> bytes:
        body = json.dumps(told).encode()
        return page(body, *self.headers, status=f"{status} So", media_type="application/json")


def _problem(asked: Any) -> str | None:
    """Return what the reference would not accept of a question."""
    if not isinstance(asked.get("model"), str):
        return "you must provide a model parameter"
    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages:
        return "messages must not be empty"
    roles = {"system", "developer", "user", "assistant"}
    if any(one.keys() != {"role", "content"} or one["role"] not in roles for one in messages):
        return "messages have a role and a content"
    if any(not isinstance(one["content"], str) or not one["content"] for one in messages):
        return "a content is words"
    if not 0 <= asked.get("temperature", 1) <= 2:
        return "temperature is between 0 and 2"
    known = {"model", "messages", "temperature", "stream"}
    return f"unknown parameters: {asked.keys() - known}" if asked.keys() - known else None


@asynccontextmanager
async def open_standin() -> AsyncIterator[Standin]:
    """Serve it on a free port."""
    standin = Standin()
    server = await asyncio.start_server(standin.serve, "127.0.0.1", 0)
    standin.port = server.sockets[0].getsockname()[1]
    try:
        yield standin
    finally:
        server.close()
