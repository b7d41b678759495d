"""Carry out the Dockerfile's steps in an empty folder, where there is no engine: ``python docker/rehearse.py``.

What an image would hold is made under a temporary folder, from what ``Dockerfile.dockerignore`` lets through. Then the
command is run there as the image's user, who may write to ``/data`` and ``/tmp`` alone (where root calls; else as
whoever does), on the story that ships, with the health check before and after its time. Needs the packages' index.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
UID = 10001
STALE = 61
"""Seconds after which the health check must find the heartbeat's file too old."""


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Return the instructions of *dockerfile* with their arguments, long lines joined, in order."""
    text = re.sub(r"^#.*\n", "", dockerfile, flags=re.M)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines) if word]


def let_through(ignore: str) -> list[str]:
    """Return the names that *ignore*, which begins by leaving everything out, takes in again."""
    rules = [line for line in ignore.splitlines() if line and not line.startswith("#")]
    if rules[0] != "*":
        raise SystemExit("Dockerfile.dockerignore must begin by leaving everything out")
    return [rule[1:] for rule in rules if rule.startswith("!")]


def build(root: Path, steps: list[tuple[str, str]], allowed: list[str]) -> dict[str, str]:
    """Make below *root* what the image would hold, and return its environment."""
    source, environment = root / "src", {}
    source.mkdir()
    (root / "data").mkdir(mode=0o700)
    final = False
    for word, rest in steps:
        if word == "FROM":
            final = " AS " not in rest
        elif word == "COPY" and not final:
            copy(source, rest.split(), allowed)
        elif word == "RUN" and not final:
            command = rest.replace("/opt/nutgraf", f"{root}/opt/nutgraf").replace("python -m", f"{sys.executable} -m")
            print(f"RUN {rest}", flush=True)
            subprocess.run(["/bin/sh", "-ec", command], cwd=source, check=True)  # noqa: S603 - the Dockerfile's own
        elif word == "ENV":
            environment |= dict(pair.split("=", 1) for pair in rest.split())
    shutil.rmtree(source)
    placed = {name: re.sub(r"/(?=data|tmp)", f"{root}/", value) for name, value in environment.items()}
    return placed | {"PATH": f"{root}/opt/nutgraf/bin:/usr/bin:/bin"}


def copy(source: Path, arguments: list[str], allowed: list[str]) -> None:
    """Copy from the project what is let through."""
    *names, target = arguments
    for name in names:
        if not any(fnmatch(name, rule) for rule in allowed):
            raise SystemExit(f"{name} is not let through by Dockerfile.dockerignore")
        if (PROJECT / name).is_dir():  # of which Docker copies the contents
            shutil.copytree(PROJECT / name, source / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PROJECT / name, source / target)


def run(root: Path, environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Run *command* as the image's user, with nothing of this machine's environment."""
    who: dict[str, int] = {"user": UID, "group": UID} if may_be_another() else {}
    return subprocess.run(  # noqa: S603 - the image's own
        ["/usr/bin/env", *command],  # which looks for it in the image's path
        cwd=root / "data",
        env=environment | {"HOME": f"{root}/data"},
        capture_output=True,
        text=True,
        **who,
    )


@cache
def may_be_another() -> bool:
    """Tell whether the image's user can be had: root calls, and its Python is there for others, too."""
    if os.geteuid():
        return False
    tried = subprocess.run(["/usr/bin/env", sys.executable, "-c", ""], user=UID, group=UID, capture_output=True)
    if tried.returncode:
        print("(as root: this Python is not there for other users)")
    return tried.returncode == 0


def main() -> None:
    """Build, run, and say what held."""
    steps = instructions((PROJECT / "docker" / "Dockerfile").read_text("utf-8"))
    allowed = let_through((PROJECT / "docker" / "Dockerfile.dockerignore").read_text("utf-8"))
    with tempfile.TemporaryDirectory(prefix="nutgraf-image-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        environment = build(root, steps, allowed)
        if may_be_another():
            os.chown(root / "data", UID, UID)
        (root / "tmp").mkdir()
        (root / "tmp").chmod(0o1777)

        demo = run(root, environment, "nutgraf", "demo")
        expect(demo.returncode == 0 and "ferry" in demo.stdout, f"the story that ships is read\n{demo.stderr}")
        refused = run(root, environment, "nutgraf", "run")
        expect(refused.returncode == 2 and "DISCORD_TOKEN" in refused.stderr, "run without tokens says what is missing")
        if may_be_another():
            outside = run(root, environment, "sh", "-c", f"touch {root}/opt/nutgraf/written")
            expect(outside.returncode != 0, "nothing can be written where the program is")
        check = json.loads(re.sub(r"^.*?CMD ", "", dict(steps)["HEALTHCHECK"]))
        beat = Path(environment["HEARTBEAT_FILE"])
        beat.unlink(missing_ok=True)  # the start above wrote it before it gave up
        expect(run(root, environment, *check).returncode != 0, "without a heartbeat it is not healthy")
        beat.touch()
        expect(run(root, environment, *check).returncode == 0, "with one it is")
        os.utime(beat, (time.time() - STALE,) * 2)
        expect(run(root, environment, *check).returncode != 0, "with an old one it is not")


def expect(held: bool, what: str) -> None:
    """Say *what* held, or stop."""
    if not held:
        raise SystemExit(f"NOT SO: {what}")
    print(f"ok: {what.splitlines()[0]}")


if __name__ == "__main__":
    main()
