"""What is advised about a whole file is done: saved otherwise, or with an option, everybody is there once."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
import xlwt

from tests.pipeline.reading.test_advice import UPDATE, problems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.pipeline.reading.conftest import Office

PEOPLE = ("Name,Phone", "Zoë Lee,+14155550101", "José Ray,+14155550102", "Núria Doe,+14155550103")
TEXT = "".join(f"{line}\n" for line in PEOPLE)
QUOTED = "".join(f'"{line}"\n' for line in PEOPLE)


def in_two_encodings(*codecs: str) -> bytes:
    """Each line in an encoding of its own."""
    return b"".join(f"{line}\n".encode(codec) for line, codec in zip(PEOPLE, codecs, strict=True))


def book(change: Callable[[Any], None] | None = None) -> bytes:
    """The people as a workbook, changed."""
    workbook = openpyxl.Workbook()
    for line in PEOPLE:
        workbook.worksheets[0].append([*line.split(","), "Acme"])
    workbook.worksheets[0]["C1"] = "Company"
    if change is not None:
        change(workbook.worksheets[0])
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def copy_sheet(sheet: Any) -> None:
    """A second sheet with the same people."""
    sheet.parent.copy_worksheet(sheet)


def numbers(phone: object, shown: str = "General") -> bytes:
    """A workbook in which a phone is a number of a format."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream)
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["Name", "Phone", "Email"])
    sheet.write_row(1, 0, ["Zoë Lee", "", "zoe@example.com"])
    sheet.write(1, 1, phone, workbook.add_format({"num_format": shown}))
    workbook.close()
    return stream.getvalue()


def with_digits(content: bytes) -> bytes:
    """The workbook with a number of more digits than Excel keeps in it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<v>14155550101</v>", b"<v>14155550101000000</v>"))
    return stream.getvalue()


def half_readable() -> bytes:
    """An old workbook with a record that its own reader fails at."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("People")
    for number, line in enumerate(PEOPLE):
        for position, cell in enumerate(line.split(",")):
            sheet.write(number, position, cell)
    stream = io.BytesIO()
    workbook.save(stream)
    content = stream.getvalue()
    dates = content.find(struct.pack("<HH", 0x22, 2), 512) + 4
    return content[:dates] + b"\xff" * 3 + content[dates + 3 :]


def hide_row(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def hide_column(sheet: Any) -> None:
    sheet.column_dimensions["C"].hidden = True


def merge(sheet: Any) -> None:
    sheet.merge_cells("C2:C4")


def write_far(sheet: Any) -> None:
    sheet["ZZ1"] = "note"


def fill_in_error(sheet: Any) -> None:
    sheet["C3"] = "#N/A"
    sheet["C3"].data_type = "e"


def compute(sheet: Any) -> None:
    sheet["C3"] = "=C2"


@dataclass(frozen=True)
class AdvisedFile:
    """A file that raises a rule, and what a person makes of it: the file saved otherwise, or options; how many then."""

    before: bytes
    after: bytes = b""
    options: Sequence[str] = ()
    given: Sequence[str] = ()
    people: int = 3
    # The rows may be other people, so that a person says that they are the same.
    asked: bool = False
    name: str = "people.csv"
    saved_as: str = ""


def advised_book(before: bytes, after: bytes = b"", *, people: int = 3, **facts: Any) -> AdvisedFile:
    return AdvisedFile(before, after or before, people=people, name="people.xlsx", **facts)


FILES = {
    "bad-bytes": AdvisedFile(in_two_encodings("utf-8", "utf-8", "utf-8", "cp1252"), TEXT.encode()),
    "encodings-mixed": AdvisedFile(in_two_encodings("utf-8", "cp1252", "cp1252", "utf-8"), TEXT.encode()),
    "encoding-guessed": AdvisedFile(TEXT.encode("cp1252"), options=("--encoding", "cp1252")),
    "letters-garbled": AdvisedFile(
        TEXT.encode(), given=("--encoding", "cp1252"), options=("--encoding", "utf-8"), asked=True
    ),
    "lines-quoted": AdvisedFile(QUOTED.encode(), TEXT.encode()),
    "no-rows": AdvisedFile(PEOPLE[0].encode(), TEXT.encode()),
    "formats-not-read": AdvisedFile(half_readable(), book(), name="people.xls", saved_as="people.xlsx"),
    "stray-header-cells": advised_book(book(write_far), book()),
    "hidden-rows": advised_book(book(hide_row), book()),
    "hidden-column": advised_book(book(hide_column), options=("--hidden", "out")),
    "skipped-hidden": advised_book(book(hide_row), given=("--hidden", "out"), options=("--hidden", "in"), people=3),
    "merged-cells": advised_book(book(merge), book()),
    "sheet-not-read": advised_book(book(copy_sheet), options=("--sheet", "Sheet")),
    "error-value": advised_book(book(fill_in_error), book()),
    "formula-without-result": advised_book(book(compute), book()),
    "date-out-of-range": advised_book(numbers(14155550101, "yyyy-mm-dd"), numbers(14155550101, "0"), people=1),
    "digits-lost": advised_book(with_digits(numbers(14155550101)), numbers("14155550101"), people=1),
}


@pytest.mark.parametrize("rule", FILES)
def test_advice_about_a_file_ends_well(office: Office, rule: str) -> None:
    """The file is saved otherwise, or an option given, as the rule says: it is gone, and each person is there once."""
    file = FILES[rule]
    Path(file.name).write_bytes(file.before)
    region = ("--region", "US")
    assert office.run("", *region, *file.given, file=file.name) in (0, 1)
    assert rule in {raised for _, raised in problems()}
    name = file.saved_as or file.name
    Path(name).write_bytes(file.after or file.before)
    options = (*UPDATE, *region, *(file.options or file.given))
    if file.asked:
        assert office.run("", *options, file=name) == 1
        office.answer((",?oi1-", ",oi1-"))
        assert office.run("", *UPDATE, file="out/rejects.csv") == 0
    for _ in range(2):
        assert office.run("", *options, file=name) == 0
        assert rule not in {raised for _, raised in problems()}
        assert len(office.sandbox.contacts()) == file.people
