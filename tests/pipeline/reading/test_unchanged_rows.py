"""A row that says what it said is known by its mark, and all comes out as if the row had been read in full."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from importer.errors import CannotStart, Stopped
from importer.sandbox import Sandbox
from tests.pipeline.conftest import Desk
from tests.pipeline.reading.both_ways import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.pipeline.conftest import MakeRow

Row = dict[str, str]
# Few values, so that rows repeat each other, share numbers, and change into one another.
CELLS = {
    "ID": ("", "P1", "P2", "P3"),
    "First Name": ("Ann", "Anna", "A.", "Bob", ""),
    "Last Name": ("Lee", "Ray", ""),
    "Phone": ("+442079460001", "020 7946 0001", "+442079460002", "(415) 555-0100", "12", ""),
    "Email": ("ann@example.com", "info@example.com", "bob@example.com", "bob@", ""),
    "Role": ("Sales", "Boss", " Sales", ""),
    "Company": ("Oak", ""),
    "Note": ("", "x"),
}
PEOPLE = [
    ("P1", "Ann", "Lee", "+442079460001", "ann@example.com", "Sales", "Oak", ""),
    ("P2", "Bob", "Lee", "+442079460002", "bob@example.com", "Boss", "", "x"),
    ("P3", "Cy", "Ray", "020 7946 0003", "", "", "Elm", ""),
    ("P4", "Dee", "Ray", "+442079460004", "dee@example.com", "", "", ""),
    ("P5", "Eve", "Fox", "", "eve@example.com", "Sales", "", ""),
    ("P6", "Flo", "Fox", "+442079460006", "flo@example.com", "Sales", "Oak", ""),
]
ROWS = st.fixed_dictionaries({column: st.sampled_from(texts) for column, texts in CELLS.items()})
CHANGES = st.tuples(
    st.sampled_from(("edit", "edit", "edit", "drop", "add", "repeat", "swap", "turn columns", "rename", "none")),
    st.integers(0, 50),
    st.sampled_from(sorted(CELLS)),
    st.integers(0, 5),
    ROWS,
)
OPTIONS = st.fixed_dictionaries(
    {"on_match": st.sampled_from(("create-only", "update", "update", "fill-blank")), "region": st.just("GB")},
    optional={
        "date_order": st.just("dmy"),
        "same_person": st.sampled_from(("join", "separate")),
        "accept_new_rows": st.just(True),
        "bad_cells": st.just("reject"),
        "source": st.just("crm"),
    },
)
EXAMPLES = 8
# Contact ids, run ids, moments, and how long something took, are of each run.
OF_ITEMS = re.compile(r"'id': '[0-9a-f]{12,24}'")
OF_THE_RUN = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+.\dZ:]*|\d{4}-\d\d-\d\d")
TABLES = {
    "contacts": "external_id, contact_id, state, digest, attempts, unsure, run, created_run, detail, policy, "
    "added <> '', left_as, made_run, made_row, had_row, id_at_service, cells <> 0, identity <> 0, length(facts)",
    "rows": "row, external_id, status, detail, contact_id, repeats, way",
    "problems": 'row, "column", value, rule, severity, message, position',
    "known_by": "external_id, kind, count(*)",
}


@pytest.fixture(scope="module")
def rival() -> Iterator[Sandbox]:
    """The workspace of the folder whose journal has no marks."""
    with Sandbox.start(rate=0) as sandbox:
        yield sandbox


@dataclass
class Sheet:
    """A sheet that a person changes: its rows, and its columns in order by the names that they have there."""

    rows: list[Row]
    columns: list[str] = field(default_factory=lambda: [*CELLS])
    note: str = "Note"

    def change(self, what: str, place: int, column: str, choice: int, row: Row) -> None:
        """Let a person do something to it."""
        at = place % max(1, len(self.rows))
        if what == "turn columns":
            self.columns = self.columns[choice:] + self.columns[:choice]
        elif what == "rename":
            self.note = "Remark"
        elif what == "add" or not self.rows:
            self.rows.insert(at, row)
        elif what == "edit":
            self.rows[at] = {**self.rows[at], column: CELLS[column][choice % len(CELLS[column])]}
        elif what == "drop":
            del self.rows[at]
        elif what == "repeat":
            self.rows.append(self.rows[at])
        elif what == "swap":
            self.rows[at], self.rows[-1] = self.rows[-1], self.rows[at]

    def write(self, desk: Desk) -> None:
        """Write it for a desk."""
        with desk.sheet.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream)
            lines.writerow(self.note if name == "Note" else name for name in self.columns)
            lines.writerows([row[name] for name in self.columns] for row in self.rows)


def left(desk: Desk, ending: str) -> dict[str, Any]:
    """Everything that a run leaves: its end, files, journal and requests, and the contacts of the workspace."""
    names = {contact["id"]: f"<{contact['externalId']}>" for contact in desk.sandbox.contacts()}

    def plain(text: str) -> str:
        for contact_id, name in names.items():
            text = text.replace(contact_id, name)
        return OF_THE_RUN.sub("<run>", text.replace(str(desk.folder), "<folder>"))

    files = ("id_map.csv", "problems.csv", "rejects.csv", "corrections.csv")
    found: dict[str, Any] = {
        name: plain((desk.out / name).read_text(encoding="utf-8")) for name in files if (desk.out / name).exists()
    }
    summary = json.loads((desk.out / "summary.json").read_text(encoding="utf-8")) if ending == "report" else {}
    found["summary"] = {name: plain(str(value)) for name, value in summary.items() if name != "seconds"}
    for table, columns in TABLES.items():
        group = " GROUP BY 1, 2" if table == "known_by" else ""
        lines = rows_of(desk, f"SELECT {columns} FROM {table}{group} ORDER BY 1, 2, 3")
        found[table] = [plain(repr(line)) for line in lines]
    requests = desk.sandbox.requests()[desk._seen :]
    found["requests"] = sorted((request.method, plain(request.path)) for request in requests)
    told = (repr([one["externalId"], one["source"], one["defaultFields"]]) for one in desk.sandbox.contacts())
    found["contacts"] = sorted(OF_ITEMS.sub("", plain(text)) for text in told)
    found["rows read"] = [event.facts["rows"] for event in desk.events if event.name == "reading"][-1:]
    return {**found, "ending": plain(ending)}


def ending_of(run: Callable[..., Any], **options: Any) -> str:
    """How a run ended: with a report, or why it did not."""
    try:
        run(**options)
    except (CannotStart, Stopped) as reason:
        return f"{type(reason).__name__}: {reason}"
    return "report"


@given(
    st.lists(ROWS, max_size=2),
    st.booleans(),
    st.lists(st.tuples(st.lists(CHANGES, min_size=1, max_size=2), OPTIONS), min_size=2, max_size=4),
    OPTIONS,
)
@settings(
    # A failing example takes minutes to make smaller.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_marks_change_nothing(
    server: Sandbox,
    rival: Sandbox,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[Row],
    has_ids: bool,
    nights: list[tuple[list[tuple[str, int, str, int, Row]], dict[str, Any]]],
    usual: dict[str, Any],
) -> None:
    """Whatever happens to a sheet, a run that knows rows by their marks does and leaves what one without marks does."""
    folder, sheet = (
        tmp_path_factory.mktemp("nights"),
        Sheet([*(dict(zip(CELLS, cells, strict=True)) for cells in PEOPLE), *rows]),
    )
    (folder / "rival").mkdir()
    desks = Desk(server, folder), Desk(rival, folder / "rival")
    for desk in desks:
        desk.sandbox.reset()
    for number, (changes, options) in enumerate([([], {}), *nights]):
        for change in changes:
            sheet.change(*change)
        columns = (("ID", "external_id" if has_ids else "ignore"), (sheet.note, "ignore"))
        results = []
        for desk in desks:
            sheet.write(desk)
            if desk.sandbox is rival and number:
                rows_of(desk, "UPDATE contacts SET read_mark = ''")
            results.append(left(desk, ending_of(desk.run, **{**usual, **options, "map": columns})))
        with_marks, without_marks = results
        assert with_marks == without_marks


def marked(desk: Desk) -> dict[str, str]:
    """The marks that the journal keeps, by external id."""
    return dict(rows_of(desk, "SELECT external_id, read_mark FROM contacts"))


def test_a_row_with_the_mark_of_its_contact_is_not_read_in_full(desk: Desk, row: MakeRow) -> None:
    """A row is known by its mark alone: its contact is believed to be what the journal says with that mark."""
    desk.write([row(number) for number in range(1, 5)])
    desk.run()
    assert all(marked(desk).values())
    # As if the contact of a row that says the same had another digest, which reading the row in full would show.
    rows_of(
        desk,
        "UPDATE contacts SET digest = 'ffffffff' || substr(digest, 9), "
        "read_mark = substr(read_mark, 1, 16) || 'ffffffff' || substr(read_mark, 25) WHERE external_id = 'P1'",
    )
    desk.write([row(number) for number in range(1, 6)])
    desk.run()
    assert [desk.ids()[f"P{number}"]["status"] for number in range(1, 6)] == ["created"] * 5
    assert desk.sent()["POST"] == 1
    asked = [request.path for request in desk.sandbox.requests()[desk._seen :] if "externalIds" in request.path]
    assert not any("P1" in path and "P2" not in path for path in asked)


KNOWN = "SELECT digest, cells, identity FROM contacts WHERE external_id = 'P1'"


@pytest.mark.parametrize("change", ["digest = 'ffffffff' || substr(digest, 9)", "digest = ''", "cells = cells + 1"])
def test_a_mark_holds_for_what_the_contact_was(desk: Desk, row: MakeRow, change: str) -> None:
    """Where anything else has changed what is known of a contact, its mark says nothing: its row is read in full."""
    desk.write([row(number) for number in range(1, 4)])
    desk.run()
    known = rows_of(desk, KNOWN)
    rows_of(desk, f"UPDATE contacts SET {change} WHERE external_id = 'P1'")
    assert rows_of(desk, KNOWN) != known
    desk.write([row(number) for number in range(1, 5)])
    desk.run()
    assert rows_of(desk, KNOWN) == known


def test_cells_that_look_alike_in_a_row_have_no_mark(desk: Desk, row: MakeRow) -> None:
    """Where a cell holds a character that stands between cells in what is marked, no row of these is marked."""
    desk.write([row(1), row(2, Role="Sales\1Oak")])
    desk.run()
    assert set(marked(desk).values()) == {""}


def test_marks_are_learned_again(desk: Desk, row: MakeRow) -> None:
    """A journal without marks, as an earlier version leaves it, has them after a run; so has one of another header."""
    people = [row(number) for number in range(1, 4)]
    desk.write(people)
    desk.run()
    marks = marked(desk)
    rows_of(desk, "UPDATE contacts SET read_mark = ''")
    desk.write([*people, row(4)])
    desk.run()
    assert {external_id: marked(desk)[external_id] for external_id in marks} == marks
    desk.sheet.write_text(desk.sheet.read_text(encoding="utf-8").replace("Role", "Job Title"), encoding="utf-8")
    desk.run()
    assert all(marked(desk).values())
    assert not set(marked(desk).values()) & set(marks.values())
