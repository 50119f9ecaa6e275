"""Laws of the whole program, over sheets that nobody wrote: hypothesis looks for the one that breaks them."""

from __future__ import annotations

import csv
import io
import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.sheets.conftest import Deliver

    MakeFolder = Callable[[], Path]
    SheetRow = tuple[str, str, str, str, str]
    Dialect = tuple[str, str]
    """The encoding and the delimiter."""

LAW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
COLUMNS = ("Name", "Phone", "Email", "Customer Since", "Balance")
NAMES = st.one_of(
    st.sampled_from(["", "Ann Lee", "ann lee", "Smith, Anna", "NA", "=1+1", "王小明", "Total", "Name", "O'Neil", " "]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
)
PHONES = st.one_of(
    st.integers(100, 199).map("+1415555{:04}".format),
    st.integers(100, 109).map("(415) 555-{:04}".format),
    st.sampled_from(["", "-", "call me", "1.41556E+10", "555-0101", "4155550101 x5", "4155550101/4155550102"]),
    st.text("0123456789+-() x/", max_size=14),
)
EMAILS = st.sampled_from(["", "n/a", "ann@example.com", "ann@", "a@example.com;b@example.com", "* Work"])
DATES = st.sampled_from(["", "2024-03-04", "03/04/2024", "13/04/2024", "45355", "soon", "0/0/00"])
NUMBERS = st.sampled_from(["", "1", "1,5", "1.234", "abc", "($5)"])
ROWS = st.lists(st.tuples(NAMES, PHONES, EMAILS, DATES, NUMBERS), min_size=1, max_size=12)
DIALECTS = st.sampled_from([("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t")])

numbers = itertools.count()


def written(rows: list[SheetRow], dialect: Dialect, header: tuple[str, ...] = COLUMNS) -> bytes:
    codec, delimiter = dialect
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode(codec)


def is_blank(row: SheetRow) -> bool:
    return not any(cell.strip() for cell in row)


@pytest.fixture
def folder(tmp_path: Path) -> MakeFolder:
    """A new folder for each example."""

    def make() -> Path:
        path = tmp_path / str(next(numbers))
        path.mkdir()
        return path

    return make


@LAW
@given(rows=ROWS, dialect=DIALECTS)
def test_every_row_ends_in_one_outcome(
    deliver: Deliver, folder: MakeFolder, rows: list[SheetRow], dialect: Dialect
) -> None:
    """Whatever is in its cells, each row that is not blank has one line in id_map.csv, under its own number."""
    got = deliver(written(rows, dialect), "--region", "US", folder=folder())
    assert got.code in (0, 1), got.said
    assert set(got.id_map) == {number for number, row in enumerate(rows, 2) if not is_blank(row)}
    for contact in got.stored:
        for phone in contact["defaultFields"]["phoneNumbers"]:
            assert phone["value"].startswith("+")


@LAW
@given(rows=ROWS)
def test_nothing_is_dropped_without_a_line(deliver: Deliver, folder: MakeFolder, rows: list[SheetRow]) -> None:
    """A cell of a created row is in its contact as it is, or problems.csv has a line for it or for its column."""
    got = deliver(written(rows, ("utf-8", ",")), "--region", "US", folder=folder())
    spoken = {(line["row"], line["column"]) for line in got.problems}
    for number in got.people:
        for column, cell in zip(COLUMNS[1:], rows[number - 2][1:], strict=True):
            name = {"Phone": "phones", "Email": "emails"}.get(column, column)
            if cell.strip() and not got.people[number].get(name):
                assert {(str(number), column), ("", column)} & spoken, (number, column, cell)


PLAIN = ("utf-8", ",")
BELOW_A_NAME = [
    ("", "+14155550100", *[""] * 3),
    ("ann lee", "+14155550130", *[""] * 3),
    ("", "+14155550100", *[""] * 3),
]
BESIDE_TWO = [
    ("", "+14155550100", *[""] * 3),
    ("Ann Lee", "+14155550100", *[""] * 3),
    ("", "+14155550100", "n/a", "", ""),
]


@LAW
@example(rows=BELOW_A_NAME, dialect=PLAIN)
@example(rows=BESIDE_TWO, dialect=PLAIN)
@given(rows=ROWS, dialect=DIALECTS)
def test_corrected_rejects_complete_the_sheet(
    deliver: Deliver, folder: MakeFolder, rows: list[SheetRow], dialect: Dialect
) -> None:
    """Once every rejected row has a good number, each has a contact, repeats one, or is asked about.

    Fed into another folder, it may be the person of a contact that another row made, which is left as it is, and said.
    A row that seems to go on with the one above it is handed back again, until its name says that it is a person.
    """
    place = folder()
    with Sandbox.start(rate=0) as sandbox:
        first = deliver(written(rows, dialect), "--region", "US", folder=place, sandbox=sandbox)
        wrong = {line["external_id"] for line in first.id_map.values() if line["status"] == "rejected"}
        path = place / "out" / "rejects.csv"
        assert path.exists() == (first.code == 1)
        if not wrong:
            return
        _correct(path, dialect)
        again = deliver(None, "--region", "US", name="out/rejects.csv", folder=place, sandbox=sandbox, out="second")
        assert again.code in (0, 1), again.said
        going_on = {line["external_id"] for line in first.id_map.values() if _goes_on(line["detail"])}
        again_wrong = [row for row, status in again.statuses.items() if status == "rejected"]
        assert {again.id_map[row]["external_id"] for row in again_wrong} <= going_on, again.said
        if again_wrong:
            assert all("row-continues" in again.rules(row) for row in again_wrong), again.said
            _name_all(place / "second" / "rejects.csv", dialect)
            corrected = "second/rejects.csv"
            again = deliver(None, "--region", "US", name=corrected, folder=place, sandbox=sandbox, out="second")
            assert again.code in (0, 1), again.said
        assert "rejected" not in again.statuses.values(), again.said
        ends = {"created", "updated", "unchanged", "duplicate", "conflict", "skipped"}
        assert set(again.statuses.values()) <= ends, (first.id_map, again.id_map, again.problems)
        for row, status in again.statuses.items():
            assert again.id_map[row]["contact_id"] or status == "duplicate" or "maybe-known" in again.rules(row)
            assert status != "skipped" or "contact-differs" in again.rules(row)
        came = {line["external_id"] for line in again.id_map.values() if line["status"] == "created"}
        assert came <= {contact["externalId"] for contact in sandbox.contacts()}


def _goes_on(detail: str) -> bool:
    return "It seems to go on with" in detail


def _name_all(path: Path, dialect: Dialect) -> None:
    """Give every row of a rejects file a name of its own."""
    records = _records(path, dialect)
    for number, record in enumerate(records[1:]):
        record[records[0].index("Name")] = f"Named{chr(ord('a') + number)} Person"
    _write(path, dialect, records)


def _records(path: Path, dialect: Dialect) -> list[list[str]]:
    codec, delimiter = dialect
    with path.open(encoding=codec, newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


def _write(path: Path, dialect: Dialect, records: list[list[str]]) -> None:
    codec, delimiter = dialect
    with path.open("w", encoding=codec, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(records)


def _correct(path: Path, dialect: Dialect) -> None:
    records = _records(path, dialect)
    phone_column = records[0].index("Phone")
    kept: dict[str, list[str]] = {}
    for number, record in enumerate(records[1:]):
        record[phone_column] = f"+1628555{100 + number:04}"
        # Rows alike in every cell have one id: corrected in two ways they would be two people with it.
        kept.setdefault(record[records[0].index("_external_id")] or str(number), record)
    _write(path, dialect, [records[0], *kept.values()])


@settings(LAW, max_examples=12)
@given(content=st.binary(max_size=300))
def test_bytes_at_random_end_in_words(deliver: Deliver, folder: MakeFolder, content: bytes) -> None:
    """Any bytes are imported or refused in plain words: no bug is reported, nothing hangs."""
    got = deliver(content, "--region", "US", folder=folder())
    assert got.code in (0, 1, 2)
    assert "Traceback" not in got.said


@settings(LAW, max_examples=12)
@given(st.data())
def test_a_damaged_sheet_loses_no_row_silently(deliver: Deliver, folder: MakeFolder, data: st.DataObject) -> None:
    """With bytes changed at random, every line of the file is still a row, is named, or the file is refused."""
    rows = [(f"P{number} Q", f"+1415555{100 + number:04}", "", "", "") for number in range(8)]
    content = bytearray(written(rows, ("utf-8", ",")))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(40, len(content) - 1))] = data.draw(st.sampled_from(b'",\n\r\0;\xff='))
    got = deliver(bytes(content), "--region", "US", folder=folder())
    if got.code == 2:
        return
    reported = str(got.problems) + str(got.stored)
    for name, *_ in rows:
        if f"\n{name},".encode() in content:
            assert name.split()[0] in reported, (bytes(content), got.said)
