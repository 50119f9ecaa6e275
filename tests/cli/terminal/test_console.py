"""What a terminal, a pipe and a log get to see."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.cli.app import main
from importer.cli.command import command
from importer.cli.failure import describe_failure
from importer.cli.options import ConsoleOptions
from importer.cli.terminal.console import Console
from importer.cli.terminal.text import plain, wrapped
from importer.errors import ImporterError
from importer.model import Event
from importer.settings.command_line import repeated

if TYPE_CHECKING:
    from typing import NoReturn

    from tests.cli.conftest import Command


CELL = "+1 (415) 555-0199"


def test_a_bug_shows_its_kind_and_place_only(capsys: pytest.CaptureFixture[str]) -> None:
    """A bug ends with exit 70 and where it is; neither a traceback nor what the exception quotes is shown."""

    @command()
    def broken(_context: object, _file: str, /) -> NoReturn:
        raise ValueError(f"cannot read {CELL}")

    assert broken("people.csv", ConsoleOptions=ConsoleOptions(json=True)) == 70
    shown = capsys.readouterr()
    assert "ValueError at " in shown.err
    assert "test_console" in shown.err
    assert CELL not in shown.out + shown.err
    assert "Traceback" not in shown.err


def test_every_way_to_stop_ends_with_its_code_and_next_step() -> None:
    """Each exception of the tree becomes its message, its next step and its exit code."""
    tree: list[type[ImporterError]] = [ImporterError]
    for kind in tree:
        tree += kind.__subclasses__()
    for kind in tree:
        failure = describe_failure(kind("What.", "Do."))
        assert (failure.message, failure.next_step, failure.exit_code) == ("What.", "Do.", kind.exit_code)
    assert {kind.exit_code for kind in tree} == {2, 3, 70}
    assert describe_failure(KeyboardInterrupt()).exit_code == 3


@pytest.mark.usefixtures("home")
def test_control_characters_of_a_sheet_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences in a header, a title or a file name are spelled out, not carried out."""
    name = "evil\x1b[2J.csv"
    Path(name).write_text("Na\x1b]0;owned\x07me,Phone,\x1b[31mRed\nAnn,+14155550101,x\n", encoding="utf-8")
    assert main(["check", name, "-v"]) in {0, 1, 2}
    shown = capsys.readouterr()
    assert "\x1b" not in shown.out + shown.err
    assert "\x07" not in shown.out + shown.err


@given(st.text())
def test_plain_text_has_nothing_that_steers_a_terminal(text: str) -> None:
    """Whatever a cell holds, what is shown has no control character but line breaks, and plain text stays as it is."""
    shown = plain(text)
    assert not [one for one in shown if one != "\n" and (ord(one) < 32 or 127 <= ord(one) < 160)]
    assert plain(shown) == shown
    assert plain("Zoë 佐藤 “x”") == "Zoë 佐藤 “x”"


class _Window(io.StringIO):
    def isatty(self) -> bool:
        return True


@given(st.lists(st.text("abc -", min_size=1, max_size=12), max_size=30), st.integers(40, 120))
def test_lines_fit_the_window_and_lose_no_word(words: list[str], columns: int) -> None:
    """On a terminal lines are folded between words; elsewhere a line stays whole."""
    text = "Result:  " + " ".join(words)
    os.environ["COLUMNS"] = str(columns)
    try:
        lines = wrapped(text, _Window())
    finally:
        del os.environ["COLUMNS"]
    assert all(len(line) <= columns for line in lines) or len(text) <= columns
    assert " ".join(" ".join(lines).split()) == " ".join(text.split())
    assert wrapped(text, io.StringIO()) == [text]


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings are coloured on a terminal, but not with NO_COLOR or TERM=dumb, nor in a file."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def said(stream: io.StringIO) -> str:
        Console(ConsoleOptions(), stderr=stream).note("Careful.", warning=True)
        return stream.getvalue()

    assert said(_Window()) == "\x1b[33mCareful.\x1b[0m\n"
    assert said(io.StringIO()) == "Careful.\n"
    monkeypatch.setenv("NO_COLOR", "1")
    assert said(_Window()) == "Careful.\n"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert said(_Window()) == "Careful.\n"


class _Gone(io.StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError

    def isatty(self) -> bool:
        return True


def test_a_stream_that_is_gone_stops_nothing() -> None:
    """When nobody reads any more, events, notes, progress and results are left out without an error."""
    screen = Console(ConsoleOptions(json=True), stdout=_Gone(), stderr=_Gone())
    screen(Event("staged", {"to_send": 2}))
    for _ in range(2):
        screen(Event("delivered", {"row": 2, "status": "created"}))
    screen.note("Hello.", warning=True)
    screen.result(["Result:  x"])
    screen.error("What.", "Do.", 2)
    screen.summary({"rows": 2})


@pytest.mark.parametrize("arguments", [["run", "people.csv", "--sandbox", "--json"], ["--help"], ["demo"]])
def test_a_reader_that_leaves_stops_nothing(home: Path, arguments: list[str]) -> None:
    """With stdout closed (`| head`) the import is done to its end, without a traceback."""
    process = subprocess.Popen(
        [sys.executable, "-m", "importer", *arguments],
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process:
        said = process.stderr.read().decode()
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    if arguments[0] == "run":
        assert (home / "people.sandbox.import/summary.json").exists()


def test_a_narrow_encoding_is_no_reason_to_fail(home: Path, command: Command) -> None:
    """Where the terminal's encoding lacks a character its code is shown, and the exit code stays that of the work."""
    (home / "zoë.csv").write_text("Näme,Phone\nZoë,“12”\n", encoding="utf-8")
    done = command("check", "zoë.csv", PYTHONIOENCODING="ascii:strict")
    assert done.code == 1
    assert "Result:  zo\\xeb.csv" in done.out


RUN = "openphone-import run 'my sheet.xlsx' --sandbox --limit 5 --header-row=3 --map 'A B=phone'"


def test_the_next_command_can_be_copied() -> None:
    """The command for the rejects is the person's own over the rejects file, without what is true of the sheet only."""
    assert repeated(RUN) == RUN
    again = repeated(RUN, command="run", file="my sheet.xlsx", out=Path("my out"), rejects="rejects.xlsx")
    assert again == "openphone-import run 'my out/rejects.xlsx' --sandbox --map 'A B=phone' --out 'my out'"
    assert repeated("openphone-import check a.csv --out=o", command="run") == "openphone-import run a.csv --out=o"


def test_the_next_command_accepts_no_change_that_is_yet_to_come() -> None:
    """What was accepted is saved; copied into a scheduler, the next command looks again."""
    assert repeated(f"{RUN} --accept-changes") == RUN
