"""How long it takes from nothing to a brief in Slack, by the README's steps: ``python -m benchmarks.newcomer``.

The committed project is cloned into an empty folder with an empty home, and each command of the README is run there and
timed, with Slack's stand-in for Slack and a page of ours for the story. Packages are had as this machine has them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.bot_process import ROOT, newspaper
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN

PATIENCE = 300.0
"""Seconds that one step may take before this gives up."""

INHERITED = ("PIP_", "SSL_CERT_", "REQUESTS_CA_BUNDLE", "http", "HTTP", "no_proxy", "NO_PROXY")


def main() -> None:
    """Do it, and print what each step took."""
    with tempfile.TemporaryDirectory(prefix="nutgraf-newcomer-") as folder:
        asyncio.run(_newcomer(Path(folder)))


async def _newcomer(folder: Path) -> None:
    began = perf_counter()
    environment = _environment(folder)
    project = folder / "nutgraf"
    python = getattr(sys, "_base_executable", sys.executable)  # a newcomer has no virtual environment yet
    _step("git clone", environment, folder, "git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(project))
    _step("python3 start.py", environment, project, python, "start.py")
    async with SlackStandIn(ROOT.parent / "shared" / "specs") as slack, newspaper() as site:
        example = (project / ".env.example").read_text("utf-8")
        settings = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
        ours = {"SLACK_API_URL": slack.api_url, "FETCH_ALLOW_HOSTS": site.place, "WEB_PORT": "0"}
        filled = "".join(f"{name}={value}\n" for name, value in (settings | ours).items())
        (project / ".env").write_text(f"{example}\n{filled}", "utf-8")
        nutgraf = str(project / ".venv" / "bin" / "nutgraf")
        await asyncio.to_thread(_step, "nutgraf doctor", environment, project, nutgraf, "doctor")
        since = perf_counter()
        bot = await asyncio.create_subprocess_exec(
            nutgraf, "run", cwd=project, env=environment, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            await slack.until(lambda: slack.sockets, PATIENCE)
            since = _told("nutgraf run, until it is connected", since)
            post = await slack.mention("C1", f"<{site.url('/story')}>")
            await slack.until(lambda: "white_check_mark" in post.reactions, PATIENCE)
            _told("a mention, until its brief stands in the thread", since)
        finally:
            bot.send_signal(signal.SIGINT)
            await bot.wait()
    _told("all of it", began)


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment as of a machine on which nothing was set up, but for where packages come from."""
    (folder / "home").mkdir()
    kept = {name: value for name, value in os.environ.items() if name.startswith(INHERITED)}
    pip = Path.home() / ".config" / "pip" / "pip.conf"
    if pip.is_file():
        kept.setdefault("PIP_CONFIG_FILE", str(pip))
    return kept | {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "LANG": "C.UTF-8"}


def _step(name: str, environment: dict[str, str], folder: Path, *command: str) -> None:
    since = perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)  # noqa: S603 - the README's
    if done.returncode:
        raise SystemExit(f"{name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    _told(name, since)


def _told(name: str, since: float) -> float:
    now = perf_counter()
    print(f"{now - since:6.1f} s  {name}", flush=True)
    return now


if __name__ == "__main__":
    main()
