"""Print how soon the evidence page is painted, and what it weighs, beside the bare article in the same browser.

    python -m benchmarks.page [--words N] [--quotes N] [--loads N]

A made-up story with that many words and attributions (5,000 and 200) is stored and served on loopback; Chromium loads
its page and the same paragraphs without anything around them by turns, each with an empty cache. The time is the
browser's own, from the start of the request to the first contentful paint. Needs Chromium (Debian: apt-get install
chromium) and what the tests need.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from html import escape
from statistics import median
from uuid import uuid4

from playwright.async_api import Browser, Request, async_playwright

from adapters.web.app import open_web
from adapters.web.config import WebConfig
from bot.brief import Brief, write_brief
from bot.desk import Desk
from bot.models import (
    Analysis,
    Article,
    Ask,
    Attribution,
    CharSpan,
    Claim,
    Entity,
    Kind,
    QuoteType,
    Speaker,
    SummarySentence,
    Wanted,
    split_paragraphs,
)
from bot.opening import open_desk
from bot.settings import Settings

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SPEAKERS = 24
TOLD = "the wall at the harbour would be higher than any before it and take until the spring"
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=5000)
    parser.add_argument("--quotes", type=int, default=200)
    parser.add_argument("--loads", type=int, default=15)
    args = parser.parse_args(arguments)
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("Chromium is not installed (Debian: apt-get install chromium).")
    print(asyncio.run(measure(a_story(args.words, args.quotes), args.loads, chromium)))


def a_story(words: int, quotes: int) -> Brief:
    """Return the brief of a story with *words* words, a quote in each of its paragraphs."""
    filler = " ".join(["and the tide came in"] * 200).split()
    rest = max(words // quotes - len(TOLD.split()) - 4, 0)
    lines = [f"Person {n % SPEAKERS} Longname said “{TOLD}” {' '.join(filler[:rest])}." for n in range(quotes)]
    text = "\n\n".join(["The wall", *lines])
    paragraphs = split_paragraphs(text)
    names = [CharSpan(at.start, text.index(" said", at.start)) for at in paragraphs[1:]]
    cues = [CharSpan(name.end + 1, name.end + 5) for name in names]
    quoted = [CharSpan(cue.end + 2, cue.end + 2 + len(TOLD)) for cue in cues]
    speakers = [
        Speaker(names[s], Kind.PERSON, None, tuple(names[s::SPEAKERS]), tuple(range(s, quotes, SPEAKERS)))
        for s in range(min(SPEAKERS, quotes))
    ]
    analysis = Analysis(
        attributions=tuple(
            Attribution((name,), (cue,), (words,), (words,) if n % 2 else (), list(QuoteType)[n % 2])
            for n, (name, cue, words) in enumerate(zip(names, cues, quoted, strict=True))
        ),
        speakers=tuple(speakers),
        claims=tuple(Claim((at,), (), n, 0.5, ("figure",)) for n, at in enumerate(quoted[:40])),
        entities=tuple(Entity(one.name, Kind.PERSON, one.mentions) for one in speakers),
        summary=tuple(SummarySentence(at) for at in paragraphs[1:4]),
        notes=(),
    )
    return write_brief(Article(text, paragraphs, headline=paragraphs[0], url="https://post.example/wall"), analysis)


async def measure(brief: Brief, loads: int, chromium: str) -> str:
    """Return what was measured, in words."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, database_url=f"sqlite+aiosqlite:///{folder}/page.sqlite3")  # type: ignore[call-arg]
        async with (
            open_desk(settings) as desk,
            open_web(desk, WebConfig(secret="s" * 32, port=0)) as web,
            async_playwright() as playwright,
        ):
            page = f"{web.address}/b/{await store(desk, brief)}"
            browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            bare = await serve_bare(brief)
            async with bare:
                times: dict[str, list[float]] = {"page": [], "bare": []}
                for _ in range(loads):
                    times["page"].append((await load(browser, page, web.link("local")))[0])
                    times["bare"].append((await load(browser, f"http://127.0.0.1:{port(bare)}/"))[0])
                _, weight = await load(browser, page, web.link("local"))
            await browser.close()
    ours, theirs = median(times["page"]), median(times["bare"])
    article = len(brief.article.text.encode())
    return (
        f"{brief.article.words:,} words, {len(brief.quotes)} attributions, {loads} loads each\n"
        f"first paint of the page: median {ours:.0f} ms, slowest {max(times['page']):.0f} ms\n"
        f"of the bare article:     median {theirs:.0f} ms; ratio {ours / theirs:.1f}\n"
        f"weight on the wire: {weight / 1000:.0f} kB; the article's text alone has {article / 1000:.0f} kB uncompressed"
    )


async def store(desk: Desk, brief: Brief) -> str:
    """Store *brief* and return its id."""
    asked = await desk.archive.requests.accept(Ask("local", "web", uuid4().hex, "web", {}, (Wanted(text="x"),)))
    if asked is None:
        raise RuntimeError("a new key was not accepted")
    return (await desk.archive.briefs.keep("local", asked.items[0].id, brief)).id


async def serve_bare(brief: Brief) -> asyncio.Server:
    """Serve the article's paragraphs and nothing else."""
    shown = "".join(f"<p>{escape(line)}</p>" for line in brief.article.text.split("\n\n"))
    body = f"<!doctype html><meta charset=utf-8><title>Bare</title>{shown}".encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
            head += f"Content-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


def port(server: asyncio.Server) -> int:
    """Return the port that *server* listens on."""
    return int(server.sockets[0].getsockname()[1])


async def load(browser: Browser, address: str, sign_in: str = "") -> tuple[float, int]:
    """Load *address* in a browser without a cache; return milliseconds to the first paint, and bytes on the wire."""
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    shown = await context.new_page()
    if sign_in:
        await shown.request.get(sign_in)  # the cookie, without the files that the page would then have
    came: list[int] = []

    async def weigh(request: Request) -> None:
        came.append((await request.sizes())["responseBodySize"])

    shown.on("requestfinished", weigh)
    answer = await shown.goto(address, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise RuntimeError(f"{address} was not shown")
    seconds = float(await shown.evaluate(FIRST_PAINT))
    await context.close()
    return seconds, sum(came)


if __name__ == "__main__":
    main()
