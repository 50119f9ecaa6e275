"""A double-click on the program opens the page; in a terminal or a script the same words show the first screen."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from importer.cli.double_click import is_detached, is_double_click, is_own_console, page_folder

DESKTOP = {"DISPLAY": ":99"}
LONGEST_SECONDS = 60.0
PYTHON = r"C:\Users\ann\import\Scripts\python.exe"
PROGRAM = r"C:\Users\ann\import\Scripts\openphone-import.exe"


def test_a_double_click_opens_the_page(tmp_path: Path) -> None:
    """Without arguments, terminal or reader, on a desktop: the browser gets the page, in the person's documents."""
    (tmp_path / "Documents").mkdir()
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n', encoding="utf-8")
    browser.chmod(0o755)
    environ = {**os.environ, **DESKTOP, "HOME": str(tmp_path), "BROWSER": f"{browser} %s"}
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = theirs.fileno()
        started = subprocess.Popen(
            [sys.executable, "-m", "importer"],
            cwd="/",
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=reader,
            stderr=reader,
        )
        until = time.monotonic() + LONGEST_SECONDS
        while not opened.exists() or not opened.read_text(encoding="utf-8").endswith("\n"):
            assert started.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        assert opened.read_text(encoding="utf-8").startswith("file:///")
        assert Path(f"/proc/{started.pid}/cwd").readlink() == tmp_path / "Documents"
        started.send_signal(signal.SIGINT)
        assert started.wait(LONGEST_SECONDS) == 0


def test_what_a_script_or_a_person_reads_is_no_double_click(tmp_path: Path) -> None:
    """A pipe, a file or a terminal has a reader; and without a screen there is no browser."""
    reading, writing = os.pipe()
    file = os.open(tmp_path / "out.txt", os.O_CREAT | os.O_WRONLY)
    leading, terminal = os.openpty()
    null = os.open(os.devnull, os.O_RDWR)
    try:
        assert [is_detached([null, each]) for each in (writing, file, terminal, null)] == [False, False, False, True]
    finally:
        for descriptor in (reading, writing, file, leading, terminal, null):
            os.close(descriptor)
    assert not is_double_click("linux", {})
    assert not is_double_click("darwin", DESKTOP)


@pytest.mark.parametrize(
    ("programs", "expected"),
    [
        ([PYTHON, PROGRAM], True),
        ([r"C:\Python311\python.exe", PYTHON, PROGRAM], True),
        ([PROGRAM, r"C:\Windows\System32\cmd.exe"], False),
        ([PYTHON, PROGRAM, r"C:\Program Files\PowerShell\7\pwsh.exe"], False),
        ([], False),
    ],
)
def test_a_console_of_windows_that_has_a_shell_in_it_was_there_before(programs: list[str], expected: bool) -> None:
    """Windows opens a console for a program that was double-clicked; in one with a shell a person has typed."""
    assert is_own_console(programs) is expected


def test_the_page_begins_where_sheets_are(tmp_path: Path) -> None:
    """Beside the program and in folders of the system no sheets are kept, so the documents are taken, else the home."""
    program, sheets = tmp_path / "bin" / "openphone-import", tmp_path / "sheets"
    sheets.mkdir()
    assert page_folder(sheets, program, tmp_path) == sheets
    assert page_folder(program.parent, program, tmp_path) == tmp_path
    (tmp_path / "Documents").mkdir()
    assert page_folder(program.parent, program, tmp_path) == tmp_path / "Documents"
    assert page_folder(tmp_path.parent, program, tmp_path) == tmp_path / "Documents"
