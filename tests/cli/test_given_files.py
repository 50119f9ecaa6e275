"""Files that a person names besides the sheet: pipes, devices, and what no file could be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.disk import PIPE_SECONDS, given_text, pipe_blocks
from tests.cli.test_planted_files import at_most
from tests.e2e.process import Process
from tests.paths import ROOT

if TYPE_CHECKING:
    from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("home")
PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on Windows")
SHEET = "Name,Phone\nAnn Lee,+14155550101\n"
CONFIG = 'region = "US"\n'
FIELDS = {"data": [{"name": "Plan", "key": "plan", "type": "string"}]}


@PIPES
def test_a_pipe_that_nothing_writes_to_is_refused() -> None:
    """No command waits for ever: a pipe without a writer is refused in words that name it."""
    os.mkfifo("p")
    with at_most(5), pytest.raises(OSError, match="no program writes to it"):
        list(pipe_blocks(Path("p"), seconds=0.2))


@PIPES
def test_each_command_says_so(home: Path) -> None:
    """Whatever a pipe without a writer is given as, the command ends with 2, its name and a next step."""
    os.mkfifo("p")
    lines = (
        ("check", "people.csv", "--config", "p"),
        ("check", "people.csv", "--fields", "p"),
        ("check", "people.csv", "--api-key-file", "p"),
        ("check", "p"),
        ("fleet", "check", "p"),
    )
    # All at once, since each waits for a writer first.
    with at_most(PIPE_SECONDS * 6):
        commands = [Process(line, home, home / "home") for line in lines]
        ended = [command.end() for command in commands]
    for line, done in zip(lines, ended, strict=True):
        assert done.code == 2, line
        assert " p " in done.err.replace("p:", "p "), line
        assert "no program writes to it" in done.err.replace("\n", " "), line
        assert " next: " in done.err, line


@PIPES
@pytest.mark.parametrize(
    ("option", "text"), [("--config", CONFIG), ("--fields", json.dumps(FIELDS)), ("--api-key-file", "key"), ("", SHEET)]
)
def test_a_pipe_with_a_writer_is_read(option: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What a shell's `<(command)` gives is read to its end, also where the command takes its time."""
    os.mkfifo("p")

    def write() -> None:
        with open("p", "w") as pipe:  # noqa: PTH123
            pipe.write(text[:5])
            pipe.flush()
            threading.Event().wait(0.3)
            pipe.write(text[5:])

    writer = threading.Thread(target=write)
    writer.start()
    with at_most(30):
        code = main(["check", *(("people.csv", option, "p") if option else ("p",))])
    writer.join()
    assert code == 0, capsys.readouterr().err


def test_a_device_without_end_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A device that gives more than any such file holds is refused, and one that gives nothing is an empty file."""
    with at_most(30):
        assert main(["check", "people.csv", "--config", "/dev/zero"]) == 2
    assert "/dev/zero: cannot be read (it is larger than" in capsys.readouterr().err.replace("\n", " ")
    assert given_text(Path("/dev/null")) == ""


def test_a_name_that_is_not_text_is_refused(command: Command) -> None:
    """A file, a folder around it, or an option with bytes that are not UTF-8 stops before anything is written."""
    name = os.fsdecode(b"caf\xe9")
    Path(f"{name}.csv").write_text(SHEET, encoding="utf-8")
    Path(name).mkdir()
    Path(name, "people.csv").write_text(SHEET, encoding="utf-8")
    Path("sheets").mkdir()
    Path("sheets", f"{name}.csv").write_text(SHEET, encoding="utf-8")
    Path("sheets", "b.csv").write_text(SHEET, encoding="utf-8")
    for arguments in (
        ("run", f"{name}.csv", "--sandbox"),
        ("run", "sheets", "--sandbox"),
        ("check", "people.csv", "--list-separator", os.fsdecode(b"\xff")),
        ("undo", f"{name}.import", "--sandbox"),
    ):
        done = command(*arguments)
        assert done.code == 2, done.err
        assert "UTF-8" in done.err
        assert " next: " in done.err
    # The step of the message.
    Path("sheets", f"{name}.csv").rename(Path("sheets", "cafe.csv"))
    assert command("run", "sheets", "--sandbox").code in (0, 1)
    here = Path.cwd()
    os.chdir(name)
    try:
        assert main(["run", "people.csv", "--sandbox"]) == 2
    finally:
        os.chdir(here)


def test_half_a_surrogate_pair_in_a_field_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON can hold text that no file can: a field of such a name is read, and no command breaks on it."""
    odd = [
        {"name": f"a\ud800{sign}b{number}", "key": f"k\udc00{number}", "type": "date"}
        for number, sign in enumerate("\0\x1b=")
    ]
    Path("fields.json").write_text(json.dumps({"data": odd}), encoding="utf-8")
    Path("people.csv").write_text(
        "Name,Phone,a\N{REPLACEMENT CHARACTER}=b2\nAnn Lee,+14155550101,2024-01-02\n", encoding="utf-8"
    )
    sheet = ("people.csv", "--sandbox", "--fields", "fields.json")
    for arguments in (
        *((command, *sheet) for command in ("check", "plan", "run", "verify", "map", "config", "export")),
        ("template", "t.csv", "--sandbox", "--fields", "fields.json"),
        ("template", "t.xlsx", "--sandbox", "--fields", "fields.json"),
    ):
        assert main([*arguments]) in (0, 1), capsys.readouterr().err


def test_modules_of_the_current_folder_are_not_run() -> None:
    """`python -m importer` imports nothing from the folder that it is started in, where Python would look first."""
    for name in ("json", "pandas", "pandera", "csv", "sqlite3", "tomllib", "httpx", "pydantic", "schemas", "tempfile"):
        Path(f"{name}.py").write_text("open('ran', 'w').close()\nraise SystemExit(9)\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "importer", "check", "people.csv", "--sandbox"],
        env={"PATH": os.environ["PATH"], "HOME": str(Path.cwd()), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not Path("ran").exists()


def test_a_folder_is_found_by_more_steps_up_than_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """A path that goes above the root, as the system takes it, is taken for the journal and the sandbox too."""
    here = Path.cwd()
    out = "../" * (len(here.parts) + 1) + here.relative_to("/").as_posix() + "/results"
    assert main(["run", "people.csv", "--sandbox", "--region", "US", "--out", out]) == 0, capsys.readouterr().err
    assert (here / "results" / "id_map.csv").is_file()


@pytest.mark.parametrize("name", ["out", "fields", "api-key-file", "summary-markdown"])
def test_a_path_that_no_system_has_is_named(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A settings file can hold a path with a NUL, and no file."""
    Path("c.toml").write_text(f'{name} = "a\\u0000b"\n', encoding="utf-8")
    assert main(["check", "people.csv", "--sandbox", "--config", "c.toml"]) == 2
    assert f"c.toml, line 1: {name} must be the path" in " ".join(capsys.readouterr().err.split())
