"""A person taken out of the files of a folder: lines of tables and logs, rows of a workbook, whole pages."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.disk import MOST_LOG_BYTES, file_text, replacing_bytes, replacing_text
from importer.model.added_columns import IDENTITY, ROW
from importer.report.mask import masked
from importer.text import counted, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

_ROW_COLUMNS = frozenset({"row", ROW})
_ID_COLUMNS = frozenset({"external_id", IDENTITY, "contact_id"})
_CELLS_COLUMN = "_cells"
TABLE_ENDINGS = frozenset({".csv", ".tsv", ".txt"})
LOG_ENDING = ".jsonl"
_BLOCK_CHARACTERS = 1_000_000
_LONGEST_RECORD = 10_000_000


@dataclass(frozen=True, slots=True)
class ForgottenPerson:
    """By what lines about a person are known: rows of the latest sheet, ids, marks of raw cells, texts in a cell.

    `numbers`: phones in digits alone, since a sheet may write them in any way.
    """

    rows: frozenset[str]
    ids: frozenset[str]
    cells: frozenset[str]
    texts: frozenset[str]
    numbers: frozenset[str] = field(default_factory=frozenset)

    def is_in(self, text: str) -> bool:
        """Whether a cell or a line names the person."""
        folded = text.casefold()
        if any(word in folded for word in self.texts) or any(
            external_id in text for external_id in self.ids if len(external_id) > _SHORT_ID
        ):
            return True
        digits = "".join(filter(str.isdigit, text)) if self.numbers else ""
        return any(is_same_number(digits, number) for number in self.numbers)


def is_same_number(digits: str, number: str) -> bool:
    """Whether digits as written in a cell are a number, with or without its country code or a zero before it."""
    short = digits.lstrip("0")
    return len(short) >= _SHORTEST and number.endswith(short)


_SHORTEST = 9
# The number of a customer is in an id column; elsewhere it could be anything.
_SHORT_ID = 7


def forget_in_table(path: Path, person: ForgottenPerson, *, latest: bool) -> int:
    """Take the lines about a person out of a table as it is written; give how many. Raises DiskFailed.

    `latest`: the table is about the latest sheet, so that its row numbers are those of the person.
    """
    codec = _codec(path)
    # Line by line, since the list of problems of a large sheet does not fit into memory.
    with path.open(encoding=codec, newline="") as stream:
        records = _records(stream)
        first = next(records, "")
        delimiter = max(",;\t|", key=first.count)
        header = [name.strip().lstrip("\ufeff") for name in next(csv.reader([first], delimiter=delimiter), [])]

        def is_about(record: str) -> bool:
            cells = next(csv.reader([record], delimiter=delimiter, strict=False), [])
            for name, cell in zip((*header, *[""] * len(cells)), cells, strict=False):
                bare = cell.lstrip("'")
                if (latest and name in _ROW_COLUMNS and bare in person.rows) or (
                    name in _ID_COLUMNS and bare in person.ids
                ):
                    return True
                if name == _CELLS_COLUMN and bare in person.cells:
                    return True
            return any(map(person.is_in, cells))

        forgotten = sum(map(is_about, records))
    if forgotten:
        with replacing_text(path, codec) as target, path.open(encoding=codec, newline="") as stream:
            records = _records(stream)
            target.write(next(records))
            target.writelines(record for record in records if not is_about(record))
    return forgotten


def forget_in_log(path: Path, person: ForgottenPerson) -> int:
    """Take the lines about a person out of a log, where numbers and addresses are masked; give how many."""
    hidden = {masked(text) for text in person.texts} | {masked(f"+{number}") for number in person.numbers}
    rows = {int(row) for row in person.rows}
    lines = file_text(path, most_bytes=MOST_LOG_BYTES).splitlines(keepends=True)
    kept = []
    for line in lines:
        try:
            facts = read_json(line)
        except ValueError:
            facts = {}
        of_row = isinstance(facts, dict) and facts.get("row") in rows and facts.get("row") is not None
        if not (of_row or person.is_in(line) or any(text in line for text in hidden)):
            kept.append(line)
    if len(kept) < len(lines):
        with replacing_bytes(path) as stream:
            stream.write("".join(kept).encode())
    return len(lines) - len(kept)


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What was removed: entries of the journal, lines by file, whole files.

    `contact_ids` are still in the workspace at `address` (`sandbox` for the stand-in), `kept` are files of the folder
    that this program did not write as they are now.
    """

    entries: int
    contact_ids: tuple[str, ...]
    address: str
    changed: dict[str, int] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def forget_lines(report: ForgetReport) -> list[str]:
    """The last lines of `forget`: what is gone, what is still there, and how to delete that."""
    files = [f"{name} ({counted(lines, 'line')})" for name, lines in report.changed.items()]
    files += [f"{name} (whole)" for name in report.removed]
    lines = [
        f"Result:  {counted(report.entries, 'entry', 'entries')} removed from the journal",
        f"Files:   {', '.join(files) or 'no other file held the person'}",
    ]
    if report.address == "sandbox" and report.contact_ids:
        lines.append("Stays:   the contact of the rehearsal, in sandbox.sqlite. Delete that file")
    else:
        lines += [
            f"Stays:   contact {contact_id} in the workspace. Delete it there: open it in the app, or "
            f'curl -X DELETE -H "Authorization: $OPENPHONE_API_KEY" {report.address}/v1/contacts/{contact_id}'
            for contact_id in report.contact_ids
        ]
    lines += [f"Stays:   {name}, which was edited or not written here. Look into it" for name in report.kept]
    lines.append("Stays:   the row in your own sheet, files that you copied elsewhere, and backups")
    lines.append("Next:    take the person out of the sheet, or the next run imports them again")
    return lines


def _codec(path: Path) -> str:
    with path.open("rb") as raw:
        if raw.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            while stream.read(_BLOCK_CHARACTERS):
                continue
    except UnicodeDecodeError:
        # One byte a character, so that what stays is written back as it was.
        return "latin-1"
    return "utf-8"


def _records(stream: TextIO) -> Iterator[str]:
    """The records of a table with their line ends; a quoted cell may have line breaks.

    Raises ValueError for one that is longer than any that this program writes, instead of filling the memory with it.
    """
    record: list[str] = []
    quotes = length = 0
    while line := stream.readline(_LONGEST_RECORD):
        record.append(line)
        quotes += line.count('"')
        length += len(line)
        if length >= _LONGEST_RECORD:
            raise ValueError("a record without an end")
        if quotes % 2 == 0:
            yield "".join(record)
            record, quotes, length = [], 0, 0
    if record:
        yield "".join(record)
