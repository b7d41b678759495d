"""The set-up script, with real virtual environments in temporary folders and without the network."""

from __future__ import annotations

import ast
import errno
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections import defaultdict
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

SCRIPT = Path(__file__).resolve().parents[1] / "start.py"


@pytest.fixture(scope="module")
def start() -> ModuleType:
    spec = importlib.util.spec_from_file_location("start", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text(f"# {name}\n")
    return tmp_path


def bare_environment(folder: Path) -> Path:
    """Make a virtual environment without pip, as a bare Debian can, and return its site-packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)  # noqa: S603
    return next((folder / "lib").glob("python*/site-packages"))


def installed(start: ModuleType, project: Path, *, dev: bool) -> Any:
    """Return an environment as it stands after a set-up that went well."""
    environment = start.Environment(project, dev=dev)
    bare_environment(environment.folder)
    stamp = {"folder": str(environment.folder), "dev": dev, "fingerprint": environment.fingerprint(dev=dev)}
    environment.stamp.write_text(json.dumps(stamp))
    return environment


def give_pip(folder: Path) -> None:
    """Copy the pip that runs beside us: neither the network nor Debian's venv package is needed."""
    spec = importlib.util.find_spec("pip")
    if spec is None or spec.origin is None:
        pytest.skip("there is no pip in this environment")
    site = next((folder / "lib").glob("python*/site-packages"))
    shutil.copytree(Path(spec.origin).parent, site / "pip")


def wheel_of_pip(folder: Path) -> None:
    """Pack the pip that runs beside us into a wheel, like the one that Debian keeps."""
    try:
        pip = distribution("pip")
    except PackageNotFoundError:
        pytest.skip("there is no pip in this environment")
    with zipfile.ZipFile(folder / f"pip-{pip.version}-py3-none-any.whl", "w") as wheel:
        for path in pip.files or ():
            if ".." not in path.parts and path.suffix != ".pyc" and path.name != "RECORD":
                wheel.write(str(path.locate()), str(path))
        wheel.writestr(f"pip-{pip.version}.dist-info/RECORD", "")


def only_without_pip(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``python -m venv`` fail as it does on a bare Debian, and nothing be fetched from anywhere."""
    run = start.succeeds

    def succeeds(command: list[str], *rest: Path) -> bool:
        if "venv" in command[:3] and "--without-pip" not in command:
            return False
        return command[0] not in ("apt-get", "uv", "virtualenv") and "--python" not in command and run(command, *rest)

    monkeypatch.setattr(start, "succeeds", succeeds)


# What is installed already --------------------------------------------------------------------------------


def test_nothing_is_done_where_all_is_installed(start: ModuleType, project: Path, capsys: Any) -> None:
    installed(start, project, dev=False).prepare()
    assert capsys.readouterr().out == ""


def test_what_the_tests_need_is_enough_for_reading_but_not_the_other_way_round(
    start: ModuleType, project: Path
) -> None:
    assert not start.Environment(project, dev=True).ready()
    installed(start, project, dev=True)
    assert start.Environment(project, dev=True).ready()
    assert start.Environment(project, dev=False).ready()


def test_reading_needs_no_more_than_the_tests_install(start: ModuleType, project: Path) -> None:
    installed(start, project, dev=False)
    assert not start.Environment(project, dev=True).ready()


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_file_is_installed_again(start: ModuleType, project: Path, name: str) -> None:
    environment = installed(start, project, dev=False)
    (project / name).write_text("changed")
    assert not environment.ready()


@pytest.mark.parametrize("stamp", ["", "{", "[]", "null", '{"folder": 1}'])
def test_a_damaged_stamp_counts_as_none(start: ModuleType, project: Path, stamp: str) -> None:
    environment = installed(start, project, dev=False)
    environment.stamp.write_text(stamp)
    assert not environment.ready()


def test_an_interrupted_installation_is_not_trusted(start: ModuleType, project: Path) -> None:
    environment = installed(start, project, dev=False)
    give_pip(environment.folder)
    assert environment.usable()
    environment.unfinished.touch()
    assert not environment.ready()
    assert not environment.usable()


def test_a_project_that_was_moved_is_set_up_anew(start: ModuleType, project: Path) -> None:
    """Its scripts name the folder that they were installed in."""
    give_pip(installed(start, project, dev=False).folder)
    moved = project / "elsewhere"
    moved.mkdir()
    for path in (".venv", "requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        shutil.move(str(project / path), str(moved / path))
    environment = start.Environment(moved, dev=False)
    assert not environment.ready()
    assert not environment.usable()


def test_an_environment_whose_python_is_gone_is_made_anew(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    environment = installed(start, project, dev=False)
    give_pip(environment.folder)
    for link in environment.python.parent.glob("python*"):
        link.unlink()
    assert not environment.usable()
    monkeypatch.setattr(start, "add_pip", bare_environment)
    environment.make()
    assert start.python_version(str(environment.python)) == tuple(sys.version_info[:3])


# Python and pip -------------------------------------------------------------------------------------------


def test_old_python_is_told_how_to_get_a_newer_one(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    monkeypatch.setattr(start.sys, "version_info", (3, 8, 18))
    monkeypatch.setattr(start, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert start.main([]) == 1
    said = capsys.readouterr().err
    assert "needs Python 3.11 or later, and this is Python 3.8" in said
    assert "sudo apt install python3" in said
    assert "macOS" in said
    assert not (SCRIPT.parent / ".venv" / "nutgraf-unfinished").exists()


def test_newer_python_is_found_past_one_that_does_not_run(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Version managers leave commands on the PATH that only say that the version is not installed."""
    broken = tmp_path / "python3.13"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    (tmp_path / "python3.12").symlink_to(sys.executable)
    monkeypatch.setattr(start, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert start.find_newer_python() == str(tmp_path / "python3.12")


def test_script_uses_no_syntax_that_an_old_python_cannot_read() -> None:
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 7))
    assert SCRIPT.read_bytes().isascii()  # the C locale of an old Python cannot print more


def test_pip_comes_from_debians_wheel_where_the_venv_package_is_missing(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "wheels").mkdir()
    wheel_of_pip(tmp_path / "wheels")
    monkeypatch.setattr(start, "WHEELS", tmp_path / "wheels")
    only_without_pip(start, monkeypatch)
    start.add_pip(tmp_path / ".venv")
    assert start.succeeds([str(tmp_path / ".venv" / "bin" / "python"), "-m", "pip", "--version"])


def test_without_any_way_to_pip_nothing_is_left_behind(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    monkeypatch.setattr(start, "WHEELS", project / "wheels")
    only_without_pip(start, monkeypatch)
    environment = start.Environment(project, dev=False)
    with pytest.raises(start.SetupFailed, match="sudo apt install python3-venv"):
        environment.prepare()
    assert not environment.folder.exists()


# The locks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lock", "group"), [("requirements.lock", "build"), ("requirements-dev.lock", "dev")])
def test_lock_pins_what_the_project_needs(lock: str, group: str) -> None:
    """If this fails, the locks were not made anew: CONTRIBUTING.md, Dependencies."""
    project = tomllib.loads((SCRIPT.parent / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    wanted = (
        project["project"]["dependencies"] + groups["build"] + [one for one in groups[group] if isinstance(one, str)]
    )
    text = (SCRIPT.parent / lock).read_text("utf-8")
    pinned = defaultdict(list)  # for some versions of Python another one than for others
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.M):
        pinned[canonicalize_name(name)].append(version)
    for requirement in map(Requirement, wanted):
        assert any(map(requirement.specifier.contains, pinned[canonicalize_name(requirement.name)])), requirement


def test_locks_pin_the_same_versions_and_name_no_index() -> None:
    texts = [(SCRIPT.parent / lock).read_text("utf-8") for lock in ("requirements.lock", "requirements-dev.lock")]
    running, developing = (set(re.findall(r"^[\w.-]+==.+?(?= *\\)", text, re.M)) for text in texts)
    assert running <= developing
    assert not any(re.search(r"https?://|file:", text) for text in texts)


# What goes wrong ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "the Internet"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the one that was pinned"),
        ("Could not find a suitable TLS CA certificate bundle, invalid path: /x", "ca-certificates"),
        ("ERROR: Could not find a version that satisfies the requirement spacy==3 (from versions: none)", "machine"),
        ("Segmentation fault", "the lines above"),
    ],
)
def test_failed_installation_is_explained_in_a_sentence(start: ModuleType, said: str, sentence: str) -> None:
    assert sentence in start.explain_pip(said)


def test_disk_without_room_is_told_before_anything_is_fetched(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    usage = shutil.disk_usage(project)
    monkeypatch.setattr(start, "SPACE", {False: usage.total / 1e6 + 1})
    with pytest.raises(start.SetupFailed, match="disk is full"):
        start.Environment(project, dev=False).prepare()
    assert not (project / ".venv").exists()


def test_last_words_of_pip_are_those_that_tell_something(start: ModuleType) -> None:
    said = "Ignoring colorama: markers\n  Downloading x.whl\nERROR: " + "x" * 500 + "\n\nCollecting y\n"
    assert start.last_lines(said) == "    ERROR: " + "x" * 150 + "..."


@pytest.mark.parametrize(("number", "sentence"), [(errno.ENOSPC, "disk is full"), (errno.EACCES, "cannot be written")])
def test_folder_that_takes_nothing_is_named(start: ModuleType, number: int, sentence: str) -> None:
    assert sentence in start.explain_os_error(OSError(number, os.strerror(number)), Path("/srv/nutgraf"))


@pytest.fixture
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip find nothing, wherever this machine would have it look."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)


@pytest.mark.usefixtures("no_index")
def test_failed_first_installation_leaves_nothing_and_tells_why(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, project: Path, capsys: Any
) -> None:
    """The next try must not stumble over half of an environment."""

    def add_pip(folder: Path) -> None:
        bare_environment(folder)
        give_pip(folder)

    monkeypatch.setattr(start, "PROJECT", project)
    monkeypatch.setattr(start, "add_pip", add_pip)
    (project / "requirements.lock").write_text(f"nothing==1 --hash=sha256:{'0' * 64}\n")
    assert start.main([]) == 1
    said = capsys.readouterr()
    assert "A package could not be found for this machine" in said.err
    assert "nothing==1" in said.err  # pip's own last words
    assert "Installing what it needs ... failed" in said.out
    assert not (project / ".venv").exists()


@pytest.mark.usefixtures("no_index")
def test_failed_update_leaves_what_was_there(start: ModuleType, project: Path) -> None:
    environment = installed(start, project, dev=False)
    give_pip(environment.folder)
    (project / "requirements.lock").write_text(f"nothing==1 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(start.SetupFailed):
        environment.prepare()
    assert not environment.ready()
    assert environment.usable()
