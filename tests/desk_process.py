"""A desk at work in a process of its own, answering in files, to be killed: ``python -m tests.desk_process``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.answers import Compared
from bot.brief import Brief
from bot.desk import Desk
from bot.models import Analysis, Article, Ask, Item, Request, Wanted
from bot.opening import open_desk
from bot.readers import Readers
from bot.settings import Settings


class Moments:
    """Tells the parent that the moment to be killed in has come, and stays in it."""

    def __init__(self, fatal: str) -> None:
        self._fatal = fatal

    async def come(self, moment: str) -> None:
        if moment == self._fatal:
            print(moment, flush=True)  # noqa: T201
            await asyncio.Event().wait()


class FolderCourier:
    """Answers in a folder: a file is a message; what was posted anew is listed in ``posts``."""

    def __init__(self, folder: Path, moments: Moments) -> None:
        self.folder = folder
        self.moments = moments

    async def open(self, request: Request) -> Mapping[str, str]:
        await self.moments.come("opening")
        self._post("thread", "")
        await self.moments.come("opened")
        return request.place

    def thread(self, request: Request) -> str:
        return request.thread

    async def announce(self, request: Request, item: Item) -> str:
        self._post(item.id, "Reading …")
        await self.moments.come("announced")
        return item.id

    async def deliver(self, request: Request, item: Item, answer: Brief | str) -> None:
        await self.moments.come("delivering")
        text = answer if isinstance(answer, str) else f"{answer.article.title}: {answer.speakers[0].name}"
        (self.folder / (item.message or "")).write_text(text)
        await self.moments.come("delivered")

    async def remark(self, request: Request, compared: Compared) -> str:
        return ""

    async def withdraw(self, request: Request, message: str) -> None:
        (self.folder / message).unlink(missing_ok=True)

    async def close(self, request: Request) -> None:
        await self.moments.come("closing")
        (self.folder / "closed").touch()

    def _post(self, name: str, text: str) -> None:
        if not (self.folder / name).exists():
            (self.folder / name).write_text(text)
            with (self.folder / "posts").open("a") as posts:
                posts.write(name + "\n")


class Watched(Readers):
    """Readers whose reading has a moment."""

    def __init__(self, readers: Readers, moments: Moments) -> None:
        self._inner = readers
        self.moments = moments

    async def extract(self, page: object) -> Article:
        return await self._inner.extract(page)  # type: ignore[arg-type]

    async def analyse(self, article: Article) -> Analysis:
        await self.moments.come("reading")
        return await self._inner.analyse(article)


async def work(desk: Desk, folder: Path, moments: Moments, links: list[str]) -> None:
    """Accept the one request (again) and work until it is answered."""
    wanted = tuple(Wanted(link=link) for link in links)
    await desk.accept(Ask("local", "folder", "event-1", "U1", {}, wanted))
    await moments.come("accepted")
    working = asyncio.create_task(desk.work({"folder": FolderCourier(folder, moments)}))
    while await desk.archive.requests.unfinished(["folder"]):  # noqa: ASYNC110 - what is waited for is on the disk
        await asyncio.sleep(0.02)
    working.cancel()


async def main(folder: Path, place: str, fatal: str, links: list[str]) -> None:
    """Live, until killed in the moment *fatal* or until all is done."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite+aiosqlite:///{folder.parent}/archive.sqlite3",
        fetch_allow_hosts=place,
    )
    moments = Moments(fatal)
    async with open_desk(settings) as desk:
        desk.readers = Watched(desk.readers, moments)
        await work(desk, folder, moments, links)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]))
