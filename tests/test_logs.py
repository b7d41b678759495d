"""What the log has, and above all what it never has."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.contextvars import bound_contextvars

from adapters.logs import set_up_logs
from bot.children import open_children
from bot.errors import PageNotFound
from bot.faults import told
from bot.settings import Settings
from tests.bot_process import ROOT, STORY, bot_process
from tests.discord_standin import TOKEN, open_standin
from tests.sites import open_site, page
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN

MARK = "MARKED"  # stands in whatever must not be in a log
TEXT = f"“The {MARK}TEXT was never tested,” said Maren Holt, who runs the harbour."
LINK = f"https://name:{MARK}PASSWORD@post.example/{MARK}PATH?key={MARK}QUERY#{MARK}FRAGMENT"
START = 60.0

EVERYTHING = "import logging\nlogging.Logger.isEnabledFor = lambda self, level: True\n"
"""As if every logger of every library were set to DEBUG."""


@pytest.fixture
def restored() -> Iterator[None]:
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], sys.excepthook, logging.raiseExceptions = handlers, hook, True
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
def written(restored: None) -> io.StringIO:
    """Return what is written, as JSON."""
    stream = io.StringIO()
    settings = Settings(_env_file=None, log_format="json", web_secret=SecretStr(f"{MARK}-web-secret"))  # type: ignore[call-arg]
    set_up_logs(settings, stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_names_the_request_that_is_answered(written: io.StringIO) -> None:
    with bound_contextvars(request="r1", workspace="slack:T1"):
        logging.getLogger("bot.jobs").warning("too late")
    (line,) = lines(written)
    assert {"event": "too late", "request": "r1", "workspace": "slack:T1", "level": "warning"}.items() <= line.items()


def test_an_address_is_cut_to_its_host(written: io.StringIO) -> None:
    logging.getLogger("bot.fetch").info("asked %s", LINK)
    assert lines(written)[0]["event"] == "asked https://post.example/…"


def test_an_address_that_is_only_a_host_stays_as_it_is(written: io.StringIO) -> None:
    logging.getLogger("nutgraf").info("serving at http://127.0.0.1:8470")
    assert lines(written)[0]["event"] == "serving at http://127.0.0.1:8470"


def test_secrets_and_tokens_are_taken_out_of_whatever_has_them(written: io.StringIO) -> None:
    logging.getLogger("nutgraf").info("given %s", f"{MARK}-web-secret", extra={"more": {"token": f"xoxb-123-{MARK}"}})
    (line,) = lines(written)
    assert line["event"] == "given [secret]"
    assert line["more"] == {"token": "[token]"}


def test_libraries_are_heard_only_when_they_warn(written: io.StringIO) -> None:
    library = logging.getLogger("httpx")
    library.setLevel(logging.DEBUG)
    library.info("HTTP Request: GET %s", LINK)
    library.warning("the pool is full")
    assert [line["event"] for line in lines(written)] == ["the pool is full"]


@pytest.mark.parametrize(
    "told",
    [
        f"Task exception was never retrieved\nfuture: <Task finished exception=ValueError('{MARK}')>",
        f"Failed to run an internal function ({MARK})",
        f"discarding closed connection: {MARK}",
        f"could not parse '{MARK}'",
    ],
)
def test_of_a_library_s_warning_only_its_own_words_are_kept(written: io.StringIO, told: str) -> None:
    logging.getLogger("asyncio").error(told, extra={"job": {"text": MARK}})
    (line,) = lines(written)
    assert MARK not in written.getvalue()
    assert told.startswith(str(line["event"]))
    assert len(str(line["event"])) > 10


def test_a_fault_tells_where_it_happened_and_not_what_was_read(written: io.StringIO) -> None:
    try:
        try:
            raise KeyError(TEXT)
        except KeyError as error:
            raise PageNotFound(LINK) from error
    except PageNotFound:
        logging.getLogger("bot.desk").exception("item 1")
    (line,) = lines(written)
    assert MARK not in written.getvalue()
    assert "test_logs.py" in str(line["exception"])
    assert "KeyError (what it says is left out)" in str(line["exception"])
    assert "PageNotFound: Could not read https://post.example/… the site says" in str(line["exception"])


def test_a_line_that_cannot_be_formatted_is_not_printed_with_its_values(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("bot.desk").info("%d stories", TEXT)
    assert MARK not in written.getvalue() + capsys.readouterr().err


def fails(text: str) -> None:
    raise ValueError(text)


def prepare() -> None:
    """Nothing is needed."""


@pytest.mark.anyio
async def test_a_fault_in_a_reading_process_tells_its_place_as_well() -> None:
    async with open_children(prepare, processes=1, timeout=START, memory_mb=1000) as children:
        with pytest.raises(ValueError, match=MARK) as caught:
            await children.run(fails, TEXT)
    assert MARK not in told(caught.value)
    assert told(caught.value).count("raise ValueError(text)") == 1  # the line in the child's code


@pytest.mark.anyio
@pytest.mark.model
@pytest.mark.parametrize("form", ["json", "console"])
async def test_nothing_that_is_read_or_kept_secret_is_logged_whatever_libraries_tell(
    form: str, shared: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The whole bot on both platforms, every logger told to say everything."""
    (tmp_path / "sitecustomize.py").write_text(EVERYTHING)
    story = STORY.replace(b"<p>", f"<p>{TEXT} ".encode(), 1)

    async def answer(path: str, writer: object) -> None:
        found = page(story) if path.startswith("/story") else page(b"<p>Not here", status="404 Not Found")
        writer.write(found)  # type: ignore[attr-defined]

    async with (
        SlackStandIn(shared / "specs") as slack,
        open_standin(shared / "specs") as discord,
        open_site(answer) as site,
    ):
        settings = {
            "PYTHONPATH": f"{tmp_path}:{ROOT}",
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": slack.api_url,
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "WEB_SECRET": f"{MARK}-secret-of-the-page-that-is-long",
            "LOG_FORMAT": form,
            "LOG_LEVEL": "debug",
        }
        async with bot_process(tmp_path, site, settings):
            await slack.until(lambda: slack.sockets, START)
            await discord.until(lambda: discord.gateway.connections and discord.commands, START)
            links = f"<{site.url(f'/story?key={MARK}QUERY')}> <{site.url(f'/gone?key={MARK}QUERY')}>"
            posts = [await slack.mention("C1", links), await slack.write(f"{MARK}WORDS {TEXT * 30}")]
            await slack.until(lambda: all(any("a" in r for r in post.reactions) for post in posts), START)
            await slack.until(lambda: "warning" in posts[0].reactions, START)
            await discord.slash(site.url(f"/story?key={MARK}QUERY"))
            await discord.until(lambda: any("Read your link" in one.content for one in discord.messages()), START)
    log = capfd.readouterr().err
    assert log.count("127.0.0.1 read") == 2
    assert log.count("127.0.0.1 refused") == log.count("text read") == 1
    assert [line for line in log.splitlines() for secret in (MARK, BOT_TOKEN, APP_TOKEN, TOKEN) if secret in line] == []
