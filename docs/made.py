"""The pages of the documentation that are made of the code, so that they never say anything else.

MkDocs runs this as a hook (see mkdocs.yml): settings, messages, commands and model cards are made at every build.
"""

from __future__ import annotations

import argparse
import ast
import html
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pydantic import SecretStr

from adapters.__main__ import _parser
from bot import errors
from bot.errors import BotError, Refusal
from bot.instructions import HELP
from bot.settings import Settings

PROJECT = Path(__file__).resolve().parents[1]
CARDS = {
    "model-reader.md": "bot/analyse/reader.md",
    "model-worth.md": "bot/analyse/worth.md",
    "model-salience.md": "bot/analyse/salience.md",
    "model-names.md": "bot/analyse/names.md",
    "model-coreference.md": "bot/analyse/coreference.md",
    "model-blocks.md": "bot/extract/blocks.md",
    "model-embedder.md": "bot/factchecks/embedder.md",
}
REPOSITORY = re.compile(r"\[([^\]]+)\]\((?!https?:)(?:\.\./)*([^)#]+\.(?:md|py|toml|yaml))\)")
"""A link to a file of the project that is no page here."""

LINK = "https://paper.example/story"
FACTS: dict[str, Any] = {
    "url": LINK,
    "host": "paper.example",
    "reason": "the reason",
    "name": "NAME",
    "status": 503,
    "limit": 10,
    "seconds": 20.0,
    "wait": 120.0,
    "read": 10,
    "left_out": (LINK, LINK),
    "links": (LINK,),
    "media_type": "application/zip",
    "evidence": "what was seen there",
    "words": 12,
    "pages": 12,
    "kind": "Word",
    "language": "Danish",
    "reference": "0a1b2c3d",
    "place": "Slack channel C1",
    "lasting": True,
    "service": "The service",
    "asker_may": True,
    "speakers": ("Maren Holt", "Tomas Reyl"),
    "faults": ("slack:T1: entry 2 was altered",),
}
"""Examples of what the errors' messages tell; what is not here is shown by its name, in capitals."""

SORTS = {
    "AskError": "What was asked",
    "FetchError": "The page did not arrive",
    "Refusal": "The page is no story",
    "ReadingError": "The reading failed",
    "BotError": "Everything else",
}
"""Headings of the messages, by the class that each sort derives from; whatever is of no other is of the last."""

FEW = 4
"""Words of what keeps it from starting, at most, that nobody could look up."""

WHOLE = (errors.BotError, errors.Refusal, errors.SettingsError)
"""Errors whose whole message comes from where they are raised."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made of the code."""
    made = {"settings.md": settings(), "messages.md": messages(), "commands.md": commands(), "terminal.md": terminal()}
    made |= {name: (PROJECT / source).read_text("utf-8") for name, source in CARDS.items()}
    for name, text in made.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put files of the project where a page asks for them, and name those that are no pages instead of linking."""
    markdown = re.sub(r"^<!-- file (\S+) -->$", lambda found: _block(PROJECT / found[1]), markdown, flags=re.M)
    markdown = markdown.replace("](../../docs/", "](")
    pages = {file.src_uri for file in files}
    return REPOSITORY.sub(lambda found: found[0] if found[2] in pages else f"{found[1]} (`{found[2]}`)", markdown)


def settings() -> str:
    """Return the reference of all settings, in the order and under the headings of ``.env.example``."""
    lines = ["# Settings", "", "Each is an environment variable, or a line in the file `.env` in the folder where the"]
    lines += ["command is started. All that is wrong or missing is said at once at the start."]
    headings = _headings()
    for name, field in Settings.model_fields.items():
        if heading := headings.get(name.upper()):
            lines += ["", f"## {heading}", "", "| setting | default | what it does |", "| --- | --- | --- |"]
        default = field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        shown = f"`{default}`" if default not in (None, "") else ""
        lines.append(f"| `{name.upper()}` | {shown} | {_cell(field.description or '')} |")
    return "\n".join(lines) + "\n"


def _headings() -> dict[str, str]:
    """Return the headings of ``.env.example`` by the setting that each stands before."""
    found: dict[str, str] = {}
    heading = ""
    for line in (PROJECT / ".env.example").read_text("utf-8").splitlines():
        if line.startswith("# --- "):
            heading = line.removeprefix("# --- ")
        elif heading and (named := re.match(r"#?([A-Z][A-Z_0-9]+)=", line)):
            found[named[1]] = heading
            heading = ""
    return found


def messages() -> str:
    """Return every message that somebody can meet, with its cause and what who runs the bot can do."""
    remedies = tomllib.loads((PROJECT / "docs" / "remedies.toml").read_text("utf-8"))
    lines = [
        "# What messages mean",
        "",
        "Each message says itself what whoever asked can do. What stands here is why it comes, and what whoever",
        "runs the bot can do. Names, links and numbers are examples.",
    ]
    lines += ["", "## It does not start", "", remedies["SettingsError"], ""]
    lines += [f"- {html.escape(words)}" for words in dict.fromkeys(at_start()) if len(words.split()) > FEW]
    for sort, heading in SORTS.items():
        lines += ["", f"## {heading}", "", remedies[sort], ""]
        causes: dict[str, list[str]] = {}
        for kind in (kind for kind in kinds() if group(kind) == sort):
            cause = _cell(inspect.getdoc(kind) or "")
            causes.setdefault(example(kind), []).append(f"{cause} {remedies.get(kind.__name__, '')}".rstrip())
        lines += [f"- **{html.escape(words)}**<br>{'<br>'.join(told)}" for words, told in causes.items()]
    return "\n".join(lines) + "\n"


def at_start() -> Iterator[str]:
    """Yield what can keep it from starting, as the code words it; "…" stands for what is told of the case."""
    for file in sorted((*PROJECT.glob("bot/**/*.py"), *PROJECT.glob("adapters/**/*.py"))):
        code = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        named = {ast.unparse(one.targets[0]): one.value for one in code if isinstance(one, ast.Assign)}
        for call in code:
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "SettingsError":
                told = named.get(ast.unparse(call.args[0]), call.args[0])
                yield from _literal(told)
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("wrong.append", "lines.append"):
                yield from _literal(call.args[0])


def _literal(told: ast.expr) -> Iterator[str]:
    if isinstance(told, ast.Constant):
        yield str(told.value).strip()
    elif isinstance(told, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in told.values).strip()


def kinds(kind: type[BotError] = BotError) -> Iterator[type[BotError]]:
    """Yield the errors with a message of their own, those of one sort together."""
    if kind.__init__ is not BotError.__init__ and kind not in WHOLE:
        yield kind
    for below in kind.__subclasses__():
        yield from kinds(below)


def group(kind: type[BotError]) -> str:
    """Return the sort that *kind* is of: what its remedy is where it has none of its own."""
    return next(one.__name__ for one in kind.__mro__ if one.__name__ in SORTS)


def example(kind: type[BotError]) -> str:
    """Return what *kind* says of the examples above."""
    wanted = inspect.signature(kind).parameters.values()
    given = {one.name: FACTS.get(one.name, one.name.upper()) for one in wanted if one.default is one.empty}
    if issubclass(kind, Refusal) and "evidence" in inspect.signature(kind).parameters:
        given["evidence"] = FACTS["evidence"]
    positional = [given[one.name] for one in wanted if one.name in given and one.kind is not one.KEYWORD_ONLY]
    named = {one.name: given[one.name] for one in wanted if one.name in given and one.kind is one.KEYWORD_ONLY}
    return str(kind(*positional, **named))


def commands() -> str:
    """Return what can be asked for in a thread: the help as the bot itself gives it."""
    lead = "# In a thread\n\nMention the bot in Slack or Discord, or write to it directly. To `help` it answers:\n\n"
    items = re.sub(r"^• ", "- ", HELP, flags=re.M)
    items = re.sub(r"(?<=:)\n(?=- )", "\n\n", items)
    return lead + re.sub(r"\n(?=Anywhere:)", "\n\n", items) + "\n"


def terminal() -> str:
    """Return what each command of the terminal takes."""
    parser = _parser()
    lines = ["# In the terminal", "", "```", parser.format_help().rstrip(), "```", ""]
    for name, command in sorted(_commands(parser).items()):
        lines += [f"## nutgraf {name}", "", "```", command.format_help().rstrip(), "```", ""]
    return "\n".join(lines)


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                found[name] = command
                found |= {f"{name} {below}": one for below, one in _commands(command).items()}
    return found


def _cell(text: str) -> str:
    return html.escape(" ".join(text.split()), quote=False).replace("|", "\\|").replace("``", "`")


def _block(file: Path) -> str:
    text = file.read_text("utf-8").rstrip().replace("\n", "\n    ")
    return f"    {text}"
