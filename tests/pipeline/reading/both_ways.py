"""A quick run beside its rival: the same run from the same state, that has to read the sheet."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.pipeline.conftest import Desk

# Events of reading, and of requests, which never take the same time.
EACH_TIME = ("reading", "request")
SAID = "its rows were not read again"
# What tells one run from another whatever it did: its id, its moment, how long it took, and by how many requests.
OF_THE_RUN = re.compile(
    rb"\d{8}-\d{6}-[0-9a-f]{4}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"
    rb'|(\d+ requests? )?in \d+(\.\d+)? s\b(, [\d.]+ a second)?|"(requests|seconds)": ?\d+(\.\d+)?'
)
# By what a row was recognised is of the reading: a quick run reads nothing, and leaves what the last reading found.
ROWS = "SELECT row, external_id, status, detail, contact_id, repeats FROM rows ORDER BY row"
TABLES = ("problems", "contacts", "exchanges", "images", "former", "undone")
# The journal is compared table by table; the log and the stamps of workbooks tell the time.
NO_RESULTS = ("journal.sqlite", ".journal.sqlite.lock", "log.jsonl", ".rejects.json")
ODD = [
    "ID,First Name,Last Name,Phone,Email,Role,Lead Source,Since,Balance,Tags,Hair",
    "P1,Ann,Lee,+442079400001,ann@example.com,Sales,Fair,31/12/2020,1.5,a;b,red",
    "P2,Bob,Ray,+442079400002,bob@example,Sales,Fair,01/02/2020,2.5,a,red",
    "P1,Ann,Lee,+442079400001,ann@example.com,Sales,Fair,31/12/2020,1.5,a;b,red",
    "P3,Cy,Fox,12,,Sales,Fair,02/03/2020,none,b,",
    "P2,Bob,Roe,+442079400009,bob@example.com,Sales,,,,,",
    "P4,Dee,Oak,020 7940 0001,dee@example.com,,,45000,,,",
    "P5,Eve,Elm,,eve@example.com,,,,,,",
    "P6,Zoë,Ash,+14155550100,,,,,,,",
    ",,,,,,,,,,",
    "Total,8,,,,,,,,,",
]
FIELDS = (("Lead Source", "custom:Lead Source"), ("Since", "custom:Customer Since"), ("Balance", "custom:Balance"))
ODD_MAP = (("ID", "external_id"), *FIELDS, ("Tags", "custom:Tags"))


def is_quick(desk: Desk) -> bool:
    """Whether the last run took what the one before it left; one that says so has read no rows."""
    quick = any(SAID in text for text in desk.said)
    assert not (quick and any(event.name == "reading" for event in desk.events))
    return quick


def rows_of(desk: Desk, query: str, *values: Any) -> list[Any]:
    """What a query finds in the journal, or changes."""
    with closing(sqlite3.connect(desk.out / "journal.sqlite")) as connection, connection:
        return list(connection.execute(query, values))


def left_by(desk: Desk, *, is_asking: bool) -> list[str]:
    """All that the last run leaves: its files, its journal and what it told, but for what is of that run alone.

    `is_asking`: a person is asked about contacts, so that a reading looks up their names, and the page counts that.
    """
    omitted = (*NO_RESULTS, "report.html") if is_asking else NO_RESULTS
    record = "SELECT command, file, sheet, settings, counts, exit_code, stopped, facts FROM runs"
    found = [
        *(f"{one.name}: {_content(one)!r}" for one in sorted(desk.out.iterdir()) if one.name not in omitted),
        *(f"rows: {line}" for line in rows_of(desk, ROWS)),
        *(f"{table}: {line}" for table in TABLES for line in _lines_of(desk, table)),
        *map(str, rows_of(desk, f"{record} ORDER BY number DESC LIMIT 1")),
        *(
            f"{one.name}: {one.facts}"
            for one in desk.events
            if one.name not in EACH_TIME and SAID not in str(one.facts)
        ),
    ]
    return [OF_THE_RUN.sub(b"", one.encode("utf-8", "backslashreplace")).decode() for one in found]


def _lines_of(desk: Desk, table: str) -> list[tuple[Any, ...]]:
    """All lines of a table, without the marks of rows as they were read: a quick run has read none."""
    names = [name for (name,) in rows_of(desk, f"SELECT name FROM pragma_table_info('{table}')")]
    columns = ", ".join(f'"{name}"' for name in names if name != "read_mark")
    return rows_of(desk, f"SELECT {columns} FROM {table} ORDER BY 1, 2, 3")


def _content(file: Path) -> object:
    """A workbook says in its own bytes when it was written; its sheets do not."""
    if file.suffix != ".xlsx":
        return file.read_bytes()
    with ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist() if name.startswith("xl/")}


def both_ways(desk: Desk, *, is_asking: bool = False, **options: Any) -> bool:
    """Run, and where that was quick, run the full way from where it began: both must leave the same."""
    for name in ("before", "after"):
        # Of an example of the law that failed.
        shutil.rmtree(desk.folder / name, ignore_errors=True)
    shutil.copytree(desk.out, desk.folder / "before")
    desk.run(**options)
    is_asking |= bool(rows_of(desk, "SELECT 1 FROM problems WHERE rule = 'maybe-known' LIMIT 1"))
    quick = is_quick(desk)
    if quick:
        # The look at contacts that may be gone, if any has a row.
        looks = desk.sent()
        assert looks in ({}, {"GET": 1})
        found = left_by(desk, is_asking=is_asking)
        shutil.copytree(desk.out, desk.folder / "after")
        shutil.rmtree(desk.out)
        (desk.folder / "before").rename(desk.out)
        rows_of(desk, "UPDATE runs SET facts = json_remove(facts, '$.left')")
        desk.run(**options)
        assert not is_quick(desk)
        assert {*desk.sent()} == {*looks}
        differences = sorted({*left_by(desk, is_asking=is_asking)} ^ {*found})
        assert left_by(desk, is_asking=is_asking) == found, "\n".join(differences)[:2000]
        shutil.rmtree(desk.out)
        (desk.folder / "after").rename(desk.out)
    shutil.rmtree(desk.folder / "before", ignore_errors=True)
    return quick


def write_lines(desk: Desk, lines: Iterable[str]) -> None:
    desk.sheet.write_text("\n".join(lines) + "\n", encoding="utf-8")
