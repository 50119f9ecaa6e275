"""`schedule` as it is typed: nothing secret in a command line, nothing installed unseen, and what it prints runs."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main

if TYPE_CHECKING:
    from importer.sandbox import Sandbox

# A crontab of the test's own: the same words on the command line, and a file in place of the spool.
CRONTAB = """#!/bin/sh
if [ "$1" = -l ]; then cat "$HOME/tab" 2>/dev/null; else cat > "$HOME/tab"; fi
"""
OTHERS = "MAILTO=me\n0 1 * * * backup 100\\%\n"


@pytest.fixture
def office(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a sheet, a key file and a crontab that holds lines of the person's own."""
    (home / "bin").mkdir()
    (home / "home").mkdir()
    (home / "bin" / "crontab").write_text(CRONTAB)
    (home / "bin" / "crontab").chmod(0o700)
    (home / "home" / "tab").write_text(OTHERS)
    (home / "key").write_text("sandbox-key\n")
    (home / "key").chmod(0o600)
    monkeypatch.setenv("PATH", f"{home / 'bin'}:{os.environ['PATH']}")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    return home


def tab(office: Path) -> str:
    return (office / "home" / "tab").read_text()


def test_installed_after_a_run_that_ended_well(
    office: Path, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """--install is refused before a run, then adds one block, which runs; --remove leaves all other lines."""
    given = ["--api-key-file", "key", "--base-url", sandbox.url, "--rate", "200"]
    assert main(["schedule", "people.csv", *given, "--install"]) == 2
    assert "Run the sheet once by hand" in " ".join(capsys.readouterr().err.split())
    assert tab(office) == OTHERS
    # The advice is followed.
    assert main(["run", "people.csv", *given, "--yes", "-q"]) == 0
    for _ in range(2):
        assert main(["schedule", "people.csv", *given, "--install", "--every", "hour"]) == 0
    lines = tab(office).splitlines()
    assert tab(office).startswith(OTHERS)
    assert len(lines) == len(OTHERS.splitlines()) + 3
    line = lines[-2]
    assert "sandbox-key" not in line
    assert "expect-rows 30\\%" in line
    command = line.split(" ", 5)[5].replace("\\%", "%")
    people = (office / "people.csv").read_text()
    (office / "people.csv").write_text(f"{people}Cy Orr,+14155550103,\nDi Poe,12,\n")
    environment = {"PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    done = subprocess.run(["/bin/sh", "-c", command], env=environment, cwd="/", capture_output=True, check=False)
    # The guards that were added look at the sheet: too many rows are new for a usual night.
    assert done.returncode == 2, done.stderr
    assert b"--expect-rows" in done.stderr or b"--max-rejects" in done.stderr or b"--max-new" in done.stderr
    (office / "people.csv").write_text(
        (office / "people.csv").read_text().replace("Cy Orr,+14155550103,\nDi Poe,12,\n", "")
    )
    done = subprocess.run(["/bin/sh", "-c", command], env=environment, cwd="/", capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    capsys.readouterr()
    assert main(["schedule", "people.csv", "--remove"]) == 0
    assert tab(office) == OTHERS
    assert main(["schedule", "people.csv", "--remove"]) == 0
    assert "was not there" in capsys.readouterr().out


def test_a_block_that_was_edited_takes_no_other_line(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the person has changed what stands between the marks, --remove takes the marks alone."""
    given = ["people.csv", "--sandbox"]
    assert main(["schedule", *given, "--json"]) == 0
    name = json.loads(capsys.readouterr().out)["name"]
    (office / "home" / "tab").write_text(f"# begin {name}\n{OTHERS}# end {name}\n0 3 * * * more\n")
    assert main(["schedule", *given, "--remove"]) == 0
    assert tab(office) == f"{OTHERS}0 3 * * * more\n"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["people.csv"], "name it with --api-key-file"),
        (["people.csv", "--api-key-file", "key", "--notify-url", "https://h.example/t0ken"], "give --config FILE"),
        (["people.csv", "--api-key-file", "nowhere"], "nowhere"),
        (["-", "--api-key-file", "key"], "no standard input"),
        (["https://h.example/a.csv?sig=t0ken", "--api-key-file", "key"], "Have the file downloaded"),
        (["people.csv", "--sandbox", "--every", "sometimes"], "night, hour"),
        (["people.csv", "--sandbox", "--install", "--remove"], "Leave one of them out"),
        (["people.csv", "--sandbox", "--install", "--as", "github"], "copy what is printed"),
    ],
)
def test_what_cannot_be_scheduled_is_said(
    office: Path, capsys: pytest.CaptureFixture[str], typed: list[str], words: str
) -> None:
    """Each is refused with exit code 2 and the next step, no secret is repeated, and the crontab stays."""
    assert main(["schedule", *typed]) == 2
    shown = capsys.readouterr()
    assert words in " ".join(shown.err.split())
    assert "t0ken" not in shown.out + shown.err
    assert tab(office) == OTHERS


def test_it_prints_all_and_the_alert_is_in_a_file(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --install all four are printed with absolute paths, and nothing of what a settings file holds."""
    Path("nightly.toml").write_text('notify-url = "https://h.example/t0ken"\napi-key-file = "key"\n')
    assert (
        main(["schedule", "people.csv", "--config", "nightly.toml", "--map", "Email=email", "--no-trust-journal"]) == 0
    )
    shown = capsys.readouterr().out
    for words in ("17 2 * * * cd ", "[Timer]", "<CalendarTrigger>", "runs-on:", f"--config {office}/nightly.toml"):
        assert words in shown
    assert f"run {office}/people.csv --map Email=email --no-trust-journal" in shown
    assert "t0ken" not in shown
    assert "No message is sent" not in shown
    assert tab(office) == OTHERS


def test_the_result_as_markdown(office: Path) -> None:
    """--summary-markdown adds the end of a command to a file, which may hold other text already."""
    Path("summary.md").write_text("# Before\n")
    assert main(["run", "people.csv", "--sandbox", "--rate", "200", "-q", "--summary-markdown", "summary.md"]) == 0
    text = Path("summary.md").read_text()
    assert text.startswith("# Before\n")
    assert "| created | 2 |" in text
    assert main(["run", "people.csv", "--sandbox", "--max-new", "0", "--map", "Nmae=phone", "-q"]) == 2


@pytest.mark.usefixtures("office")
def test_nothing_is_printed_that_no_scheduler_takes(capsys: pytest.CaptureFixture[str]) -> None:
    """A time that never comes, or that Windows does not have, is refused with 2 and an empty output, also installed."""
    given = ["schedule", "people.csv", "--api-key-file", "key"]
    for more, words in (
        (["--every", "0 0 31 2 *"], "would never run"),
        (["--every", "0 0 31 2 *", "--install"], "would never run"),
        (["--every", "0 0 1 * *", "--as", "windows"], "another scheduler with --as"),
    ):
        assert main([*given, *more]) == 2
        shown = capsys.readouterr()
        assert (shown.out, words in " ".join(shown.err.split())) == ("", True), shown.err
    # The advice is followed, and among all of them the others are there.
    assert main([*given, "--every", "0 0 1 * *", "--as", "cron"]) == 0
    assert main([*given, "--every", "0 0 1 * *"]) == 0
    assert "The Task Scheduler has no such times" in capsys.readouterr().out


@pytest.mark.usefixtures("office")
def test_a_file_that_is_missing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """A schedule for a file that is not there, or misspelt, is printed with a warning; for one that is, without."""
    assert main(["schedule", "gone.csv", "--api-key-file", "key"]) == 0
    assert "There is no file gone.csv now" in capsys.readouterr().err
    Path("gone.csv").write_text("Name,Phone\n", encoding="utf-8")
    assert main(["schedule", "gone.csv", "--api-key-file", "key"]) == 0
    assert "no file" not in capsys.readouterr().err
