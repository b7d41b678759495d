#!/usr/bin/env python3
"""Set Nutgraf up in its own folder and start it.

    python3 start.py            read a story of our own, to see how it goes
    python3 start.py LINK       read the story at LINK
    python3 start.py --test     install what the tests need, and run them

Everything is installed into the folder ``.venv`` beside this file; the system's Python is left as it is, and
no rights of an administrator are needed. Later starts find it done and take no time.

Uses nothing but the standard library, and no syntax newer than Python 3.6: whoever has an old Python must be
told so, not shown a syntax error.
"""

import argparse
import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, Optional

PROJECT = Path(__file__).resolve().parent
NEEDED = (3, 11)
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3")
PLACES = ("/opt/homebrew/bin", "/usr/local/bin")
"""Where macOS keeps a Python that its PATH may not name."""

WHEELS = Path("/usr/share/python-wheels")
"""Where Debian and Ubuntu keep pip for the virtual environments that they make."""

CHECKS = (
    ("ruff check", ["ruff", "check", "."]),
    ("ruff format", ["ruff", "format", "--check", "."]),
    ("mypy", ["mypy"]),
    ("import contracts", ["lint-imports"]),
)

SPACE = {False: 580, True: 1050}
"""Megabytes that a new environment takes: for reading, and for the tests as well. Measured on Linux, with a margin."""

FULL = "The disk is full. Nutgraf needs about 1.1 GB; make room and run this again."

NO_PYTHON = """\
Nutgraf needs Python 3.11 or later, and this is Python {version}. No newer one was found.
  Debian 12, Ubuntu 24.04 or later:  sudo apt install python3
  macOS:                             brew install python, or the installer from python.org
Then run this again."""

NO_PIP = """\
Python can make a virtual environment here only without pip, and pip could not be had in another way either.
  Debian, Ubuntu:  sudo apt install python3-venv
Then run this again."""


class SetupFailed(Exception):
    """The set-up cannot go on; ``str(error)`` says why in a sentence, ``details`` are the last words of the tool."""

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.details = details


def main(arguments: Optional[List[str]] = None) -> int:
    """Set up what is missing, then read or test; return the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    args = _parser().parse_args(arguments)
    try:
        if os.name == "nt":
            raise SetupFailed("Nutgraf runs on Linux and macOS. On Windows, use it inside WSL.")
        if sys.version_info < NEEDED:
            newer = find_newer_python()
            os.execv(newer, [newer, str(Path(__file__).resolve()), *arguments])  # noqa: S606 - the same script
        Environment(PROJECT, dev=args.test).prepare()
    except SetupFailed as failure:
        if failure.details:
            print(failure.details, file=sys.stderr)
        print("\n" + str(failure), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return run_tests() if args.test else read(args.link)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="start.py",
        description="Set Nutgraf up in its own folder (.venv) and read a story: one of our own, or the one at LINK.",
    )
    parser.add_argument("link", metavar="LINK", nargs="?", help="the address of the story to read")
    parser.add_argument("--test", action="store_true", help="install what the tests need, and run all checks")
    return parser


# Python ---------------------------------------------------------------------------------------------------


def find_newer_python() -> str:
    """Return the path of a Python that is new enough, or raise ``SetupFailed`` with how to get one."""
    places = os.pathsep.join([os.environ.get("PATH", ""), *PLACES])
    for name in NAMES:
        path = shutil.which(name, path=places)
        if path and (python_version(path) or (0,)) >= NEEDED:
            return path
    raise SetupFailed(NO_PYTHON.format(version="{}.{}".format(*sys.version_info[:2])))


def python_version(path: str) -> Optional[tuple]:
    """Return the version of the Python at *path* as (major, minor, micro), or None where it does not run."""
    code = "import sys; print(*sys.version_info[:3])"
    try:
        answer = subprocess.run([path, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        return tuple(int(number) for number in answer.stdout.split())
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


# The virtual environment ----------------------------------------------------------------------------------


class Environment:
    """The virtual environment of *project*: for the tests as well (*dev*), or for reading only."""

    def __init__(self, project: Path, *, dev: bool) -> None:
        self.project = project
        self.dev = dev
        self.folder = project / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "nutgraf-installed.json"
        self.unfinished = self.folder / "nutgraf-unfinished"

    def prepare(self) -> None:
        """Make the environment and install into it, as far as that is not done yet."""
        if self.ready():
            return
        began = time.monotonic()
        print("Setting up in {} (the first time takes a minute or two)".format(self.folder), flush=True)
        try:
            if not self.usable():
                self.make()
            self.install()
        except OSError as error:
            raise SetupFailed(explain_os_error(error, self.project)) from error
        print("Set up in {:.0f} s.\n".format(time.monotonic() - began), flush=True)

    def ready(self) -> bool:
        """Tell whether all that is needed was installed, here and from the same files."""
        installed = self.installed()
        return (
            not self.unfinished.exists()
            and installed.get("folder") == str(self.folder)  # scripts name their folder: a moved one is no use
            and (installed.get("dev") or not self.dev)
            and installed.get("fingerprint") == self.fingerprint(dev=bool(installed.get("dev")))
        )

    def installed(self) -> Dict[str, object]:
        """Return what the stamp says; empty where nothing was installed by us, or the stamp is damaged."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def fingerprint(self, *, dev: bool) -> str:
        """Return a hash of all that decides what gets installed."""
        digest = hashlib.sha256(repr(python_version(str(self.python))).encode())
        for name in (self.lock(dev=dev), "pyproject.toml"):
            digest.update((self.project / name).read_bytes())
        return digest.hexdigest()

    @staticmethod
    def lock(*, dev: bool) -> str:
        """Return the name of the file that pins what is installed."""
        return "requirements-dev.lock" if dev else "requirements.lock"

    def usable(self) -> bool:
        """Tell whether there is an environment that can be installed into."""
        moved = self.installed().get("folder", str(self.folder)) != str(self.folder)
        if self.unfinished.exists() or moved or (python_version(str(self.python)) or (0,)) < NEEDED:
            return False
        return succeeds([str(self.python), "-m", "pip", "--version"])

    def make(self) -> None:
        """Make the environment anew, with pip in it; none is left where that fails."""
        try:
            if self.folder.is_symlink() or self.folder.is_file():
                self.folder.unlink()
            elif self.folder.exists():
                shutil.rmtree(str(self.folder))
            if shutil.disk_usage(str(self.project)).free < SPACE[self.dev] * 1000000:
                raise SetupFailed(FULL)
            self.folder.mkdir()
            self.unfinished.touch()
            step("Making a virtual environment", lambda: add_pip(self.folder))
        except BaseException:
            shutil.rmtree(str(self.folder), ignore_errors=True)
            raise

    def install(self) -> None:
        """Install what the lock pins, then the project itself, and stamp the environment."""
        fresh = self.unfinished.exists()
        if self.stamp.exists():
            self.stamp.unlink()
        self.unfinished.touch()
        pip = [str(self.python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
        pip += ["--progress-bar=off", "--no-warn-script-location"]
        try:
            step(
                "Installing what the tests need" if self.dev else "Installing what it needs",
                lambda: run_pip(
                    [*pip, "--require-hashes", "--only-binary=:all:", "-r", str(self.project / self.lock(dev=self.dev))]
                ),
            )
            step(
                "Installing Nutgraf itself",
                lambda: run_pip([*pip, "--no-deps", "--no-build-isolation", "-e", str(self.project)]),
            )
        except SetupFailed as failure:
            if fresh:
                shutil.rmtree(str(self.folder), ignore_errors=True)
            elif "Installing collected packages" not in failure.details:
                self.unfinished.unlink()  # nothing was touched: what was there before still stands
            raise SetupFailed(str(failure), last_lines(failure.details)) from failure
        self.stamp.write_text(
            json.dumps({"folder": str(self.folder), "dev": self.dev, "fingerprint": self.fingerprint(dev=self.dev)}),
            encoding="utf-8",
        )
        self.unfinished.unlink()


# Getting pip ----------------------------------------------------------------------------------------------


def add_pip(folder: Path) -> None:
    """Make a virtual environment with pip in *folder*, also where Debian's python3 came without its venv package."""
    if succeeds([sys.executable, "-m", "venv", str(folder)]):
        return
    python = str(folder / "bin" / "python")
    if succeeds([sys.executable, "-m", "venv", "--without-pip", str(folder)]):
        for find in (pip_of_the_system, pip_of_debian):
            if find(python):
                return
    if shutil.which("virtualenv") and succeeds(["virtualenv", "-q", "-p", sys.executable, str(folder)]):
        return
    if shutil.which("uv") and succeeds(
        ["uv", "venv", "-q", "--allow-existing", "--seed", "-p", sys.executable, str(folder)]
    ):
        return
    raise SetupFailed(NO_PIP)


def pip_of_the_system(python: str) -> bool:
    """Install pip for *python* from what the system has: Debian's wheel, or its own pip."""
    if any(install_wheel(python, wheel) for wheel in sorted(WHEELS.glob("pip-*.whl"))):
        return True
    return succeeds([sys.executable, "-m", "pip", "--python", python, "install", "--no-input", "pip"])


def pip_of_debian(python: str) -> bool:
    """Install pip for *python* from Debian's package, fetched as a plain file: nothing is installed on the system."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return False
    with tempfile.TemporaryDirectory(prefix="nutgraf-") as name:
        folder = Path(name)
        (folder / "lists" / "partial").mkdir(parents=True)
        (folder / "cache" / "archives" / "partial").mkdir(parents=True)
        download = ["download", "python3-pip-whl"]
        private = ["-o", "Dir::Cache={}".format(folder / "cache")]
        if os.geteuid() == 0:
            private += ["-o", "APT::Sandbox::User=root"]
        if not succeeds(["apt-get", *private, *download], folder):
            # No lists, as in a fresh container, or outdated ones: fetch them, into the temporary folder.
            private += ["-o", "Dir::State::lists={}".format(folder / "lists")]
            if not succeeds(["apt-get", *private, "update"], folder):
                return False
            if not succeeds(["apt-get", *private, *download], folder):
                return False
        for package in folder.glob("*.deb"):
            succeeds(["dpkg-deb", "-x", str(package), str(folder / "unpacked")])
        return any(install_wheel(python, wheel) for wheel in folder.glob("unpacked/**/pip-*.whl"))


def install_wheel(python: str, wheel: Path) -> bool:
    """Let the pip inside *wheel* install itself for *python*."""
    return succeeds([python, str(wheel / "pip"), "install", "--no-index", "--no-deps", "--no-input", str(wheel)])


# Running tools --------------------------------------------------------------------------------------------


def environment() -> Dict[str, str]:
    """Return our environment without what would send packages elsewhere than into the virtual environment."""
    ours = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_HASHES"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    kept.update(PIP_USER="0", PYTHONNOUSERSITE="1")
    return kept


def succeeds(command: List[str], folder: Path = PROJECT) -> bool:
    """Run *command* in *folder* without a sound; tell whether it went well."""
    try:
        run = subprocess.run(
            command,
            cwd=str(folder),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        return False
    return run.returncode == 0


def run_pip(command: List[str]) -> None:
    """Run pip; where it fails, raise ``SetupFailed`` with the likely reason and all that pip said."""
    run = subprocess.run(
        command,
        cwd=str(PROJECT),
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if run.returncode:
        said = run.stdout.decode("utf-8", "replace")
        raise SetupFailed(explain_pip(said), said)


def step(label: str, work) -> None:
    """Do *work* with one line of progress, which ends in the seconds that it took."""
    print("  {} ... ".format(label), end="", flush=True)
    began = time.monotonic()
    try:
        work()
    except BaseException:
        print("failed", flush=True)
        raise
    print("{:.0f} s".format(time.monotonic() - began), flush=True)


def explain_pip(said: str) -> str:
    """Return in a sentence why pip failed, judged by what it *said*."""
    if re.search(r"No space left on device|Errno 28|Disk quota exceeded", said):
        return FULL
    if "DO NOT MATCH THE HASHES" in said:
        return "A downloaded package is not the one that was pinned, so nothing was installed. Try again later."
    if re.search(r"CERTIFICATE_VERIFY_FAILED|CA certificate|SSLError", said):
        return (
            "The package index could not be trusted, since this machine lacks certificates.\n"
            "  Debian, Ubuntu:  sudo apt install ca-certificates\n"
            "Then run this again."
        )
    if re.search(r"resolution|resolve|NewConnectionError|unreachable|timed out|ProxyError|ConnectionError", said, re.I):
        return "The packages could not be downloaded. Check the connection to the Internet and run this again."
    if "from versions:" in said:
        return (
            "A package could not be found for this machine and its Python. "
            "Check the connection; Python 3.11 to 3.14 are known to work."
        )
    return "Installing failed; the lines above say why."


def explain_os_error(error: OSError, project: Path) -> str:
    """Return in a sentence what kept us from writing."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "The folder {} cannot be written to. Put Nutgraf into a folder of your own.".format(project)
    return "Setting up failed: {}.".format(error)


def last_lines(said: str, count: int = 8) -> str:
    """Return the last words of a tool that tell something, each on a line that fits a terminal."""
    chatter = ("Ignoring ", "Collecting ", "Downloading ", "Using cached ", "Installing collected ", "Looking in ")
    lines = [line.strip() for line in said.splitlines()]
    told = [line for line in lines if line and not line.startswith(chatter)]
    return "\n".join("    " + (line if len(line) <= 160 else line[:157] + "...") for line in told[-count:])


# What it was all for --------------------------------------------------------------------------------------


def read(link: Optional[str]) -> int:
    """Let Nutgraf read *link*, or the story that ships with it; return its exit code."""
    nutgraf = str(PROJECT / ".venv" / "bin" / "nutgraf")
    sys.stdout.flush()
    command = [nutgraf, "brief", link] if link else [nutgraf, "demo"]
    os.execve(nutgraf, command, environment())  # noqa: S606 - no shell is wanted


def run_tests() -> int:
    """Run every check, the tests last; return 0 where all passed."""
    bin_folder = PROJECT / ".venv" / "bin"
    failed = []
    for label, command in CHECKS:
        began = time.monotonic()
        run = subprocess.run(
            [str(bin_folder / command[0]), *command[1:]],
            cwd=str(PROJECT),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        print(
            "{}: {} ({:.0f} s)".format(label, "failed" if run.returncode else "ok", time.monotonic() - began),
            flush=True,
        )
        if run.returncode:
            print(run.stdout.decode("utf-8", "replace"), flush=True)
            failed.append(label)
    pytest = [str(bin_folder / "python"), "-m", "pytest", "-n", "auto", "--dist", "worksteal"]  # a process a core
    if subprocess.run(pytest, cwd=str(PROJECT), env=environment()).returncode:
        failed.append("pytest")
    if failed:
        print("Failed: {}".format(", ".join(failed)), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
