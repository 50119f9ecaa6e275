"""A sheet that cannot be read, what is said of it, and what a person makes of it who does as it says."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl

from tests.cli.next_steps.screen import PEOPLE

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen

Words = tuple[str, ...]
# What is done and then typed behind the command; what the error says; what is done and typed then.
Case = tuple[Callable[[], Words], str, Callable[[], Words]]
ROWS = list(csv.reader(io.StringIO(PEOPLE)))
ALL = ["Ann", "Bob", "Cy"]


def file(name: str, content: bytes | str, *options: str) -> Callable[[], Words]:
    """A file with this content; the words to type for it."""

    def write() -> Words:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return (name, *options)

    return write


def text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a CSV file has them."""
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def workbook(sheets: Mapping[str, Sequence[list[str]]]) -> bytes:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    for number, (name, rows) in enumerate(sheets.items()):
        sheet = book.create_sheet(name) if number else book.worksheets[0]
        sheet.title = name
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def typed(*words: str) -> Callable[[], Words]:
    """Nothing is done before this is typed."""
    return lambda: words


GOOD = file("people.csv", PEOPLE)
GOOD_WORKBOOK = file("people.xlsx", workbook({"People": ROWS}))


def follow(screen: Screen, case: Case) -> None:
    """Type the mistaken command and then the mended one, which has everybody in the workspace, each once."""
    spoil, said, mend = case
    Path("people.csv").unlink(missing_ok=True)
    wrong = spoil()
    assert screen.type("run", *wrong, *screen.service, "--yes") == 2, screen.text
    assert said in screen.text
    assert screen.names() == []
    right = mend()
    for _ in range(2):
        assert screen.type("run", *right, *screen.service, "--yes") == 0, screen.text
        assert said not in screen.text
        assert screen.names() == ALL
    assert screen.type("verify", *right, *screen.service) == 0, screen.text
    assert "every row is there" in screen.text
