"""`export`: what is written and read again is the same contacts, and no file of the person's is overwritten."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import vobject
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from importer.pipeline.export import export
from importer.pipeline.job import Job
from importer.pipeline.prepare_offline import stage_offline
from importer.pipeline.run_context import opened_offline
from importer.settings.load import load
from importer.spreadsheet.vcard.content_lines import folded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Contact = dict[str, Any]

KINDS = ("string", "number", "boolean", "date", "multi-select", "url", "address")
FIELDS = {"data": [{"key": f"k{n}", "name": f"My {kind}", "type": kind} for n, kind in enumerate(KINDS)]}
# Names that the columns of an export have already, or that look like a formula.
FIELDS["data"] += [{"key": f"x{n}", "name": name, "type": "string"} for n, name in enumerate(("Phone 2", "role", "=A"))]
NAMED = [field["name"] for field in FIELDS["data"]]
HEADER = ["Name", "Surname", "Company", "Job title", "Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Label"]
HEADER += ["Phone 2 - Value", "Email", "Home email", "source_url", "Customer No"]
MAP = {"Name": "first_name", "Surname": "last_name", "Customer No": "external_id"}
ROWS = (
    ("Ann", "=HYPERLINK(1)", "Lee, Ltd", "Chief", "mobile", "+14155550101", "Desk; back", "+442079460018"),
    ("'t Hooft", "O'Brien", "-Dash & Co", "@work", "", "+14155550102", "", ""),
    ("", "", "Only a firm", "", "fax", "+14155550103", "phone", "+14155550104"),
    ("+Plus", "\\Back;slash,", 'Say "no"', "", "", "", "", ""),
)
EMAILS = (("ann@example.com", "+a@example.com"), ("", "x@example.com"), ("", ""), ("plus@example.com", ""))
CUSTOM = (
    ("First line\nsecond line", "1.234", "yes", "2024-05-06", "A; B,C", "https://example.com/a?b=1,2", "1 Main St, X"),
    ("=1+1", "-0.5", "no", "2024-05-06 07:08", "One", "", ""),
    ("00123", "1000000", "", "1999-12-31", "", "", ""),
    ("_x000D_", "", "", "", "", "", ""),
)


def write_sheet(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[*HEADER, *(f"custom:{name}" for name in NAMED)], *rows])


def job(path: Path, **given_settings: Any) -> Job:
    fields = path.with_name("fields.json")
    fields.write_text(json.dumps(FIELDS), encoding="utf-8")
    return Job(str(path), load({"fields": fields, "out": path.parent / "out", **given_settings}, {}))


def contacts(of: Job) -> list[Contact]:
    """The contacts that a run would send, by what it sends."""
    with opened_offline(of, "check") as context:
        context, _ = stage_offline(context, to_send=True)
        bodies = [task.body for task in context.journal.tasks(0, 10_000)]
    for body in bodies:
        body["customFields"] = sorted(body.get("customFields", ()), key=lambda item: str(item["key"]))
    return bodies


def without_labels(body: Contact) -> Contact:
    """What the app's own columns hold of a contact: no labels, no links, no id of ours."""
    fields = dict(body["defaultFields"])
    for key, name in (("phoneNumbers", "phone"), ("emails", "email")):
        if key in fields:
            fields[key] = [{"name": name, "value": point["value"]} for point in fields[key]]
    return {"defaultFields": fields, "customFields": body["customFields"]}


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    """A sheet of all fields with cells that break careless writers."""
    sheet = tmp_path / "clients.csv"
    rows = [
        [*row, *emails, f"https://example.com/{n}", f"00{n}", *custom, f"second {n}", "boss", "=B2"]
        for n, (row, emails, custom) in enumerate(zip(ROWS, EMAILS, CUSTOM, strict=True))
    ]
    write_sheet(sheet, rows)
    return sheet


@pytest.mark.parametrize("form", ["csv", "xlsx", "quo"])
def test_what_is_exported_is_read_as_the_same_contacts(awkward: Path, form: str) -> None:
    """Exported and read again, a contact has the same fields, labels, link and external id, whatever its cells."""
    before = job(awkward, map=tuple(MAP.items()))
    exported = export(before, form)
    assert (exported.contacts, exported.report.summary.exit_code) == (4, 0)
    was = contacts(before)
    now = contacts(job(exported.path, out=awkward.parent / "again"))
    if form == "quo":
        was, now = [without_labels(body) for body in was], [without_labels(body) for body in now]
    assert now == was
    assert len(json.dumps(was)) > 1000  # the cells were read, and not left out


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_ids_of_a_person_come_back_as_they_are(tmp_path: Path, form: str) -> None:
    """An id that looks like a formula, a number or a guard is the same id in the exported file."""
    ids = ["@ann", "=c", "-7", "+1", "007", "1E5", "x'y", "a b"]
    sheet = tmp_path / "clients.csv"
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["Handle", "First name", "Phone"])
        table.writerows([external_id, f"Ann{'abcdefgh'[n]}", f"+1415555010{n}"] for n, external_id in enumerate(ids))
    exported = export(job(sheet, map=(("Handle", "external_id"),)), form)
    read_again = contacts(job(exported.path, out=tmp_path / "again"))
    assert [body["externalId"] for body in read_again] == ids


CELL = st.text(st.sampled_from("aB1 =+-@'\"\\;,_x=.\n\t|éß中٣＝\u200f"), max_size=8)


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), min_size=20, max_size=60), st.sampled_from(["csv", "xlsx"]))
def test_any_text_survives_the_round(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str, str, str, str]], form: str
) -> None:
    """A law: whatever texts a sheet holds, reading its export gives the contacts that the sheet gave."""
    sheet = tmp_path_factory.mktemp("law") / "law.csv"
    empty = [""] * len(NAMED[1:])
    rows = [
        [f"N{first}", last, company, "", label, f"+14155550{n:03}", *[""] * 4, "", "", text, *empty]
        for n, (first, last, company, label, text) in enumerate(cells)
    ]
    write_sheet(sheet, rows)
    before = job(sheet, map=tuple(MAP.items()))
    exported = export(before, form)
    assert contacts(job(exported.path, out=sheet.parent / "again")) == contacts(before)


def test_an_address_book_reads_the_cards(awkward: Path) -> None:
    """A program that knows vCards finds every name, number, address and label; what has no property is in the note."""
    before = job(awkward, map=tuple(MAP.items()))
    exported = export(before, "vcard")
    text = exported.path.read_bytes().decode()
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    cards = list(vobject.readComponents(text))
    bodies = contacts(before)
    assert len(cards) == len(bodies) == exported.contacts
    for card, body in zip(cards, bodies, strict=True):
        fields = body["defaultFields"]
        assert (card.n.value.given, card.n.value.family) == (fields["firstName"] or "", fields.get("lastName", ""))
        assert card.fn.value
        numbers = [line.value for line in card.contents.get("tel", ())]
        assert numbers == [point["value"] for point in fields.get("phoneNumbers", ())]
        assert [line.value for line in card.contents.get("email", ())] == [
            point["value"] for point in fields.get("emails", ())
        ]
        assert [line.value for line in card.contents.get("org", ())] == (
            [[fields["company"]]] if "company" in fields else []
        )
        assert card.uid.value == body["externalId"]
        shown = str(card.note.value)
        assert all(f"My {kind}: " in shown or kind not in shown for kind in KINDS)
    assert "My string: First line\nsecond line" in cards[0].note.value
    first = next(iter(cards[0].contents["tel"]))
    assert first.params == {"TYPE": ["cell"]}
    labelled = {line.group: line.value for line in cards[0].contents["x-ablabel"]}
    assert labelled[cards[0].contents["tel"][1].group] == "Desk; back"


@given(st.text(max_size=300))
def test_a_folded_line_unfolds_to_itself(text: str) -> None:
    """A law: no piece is longer than 75 bytes, and taken together the pieces are the line (RFC 6350, 3.2)."""
    line = re.sub(r"[\r\n\ud800-\udfff]", "", text)
    pieces = folded(line).split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line


def test_no_cell_is_a_formula(awkward: Path) -> None:
    """No cell of an export begins as a formula does, but for a plus with digits alone; a workbook has text alone."""
    before = job(awkward, map=tuple(MAP.items()))
    for form in ("csv", "quo"):
        with export(before, form).path.open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert [cell for cell in cells if cell[:1] in "=+-@\t\r＝" and cell and not re.fullmatch(r"\+\d+", cell)] == []
        assert any(cell.startswith("'=") for cell in cells)
    sheet = openpyxl.load_workbook(export(before, "xlsx").path).active
    assert sheet is not None
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}


def test_a_separator_inside_an_option_is_kept(tmp_path: Path) -> None:
    """Where an option itself holds a semicolon, the sheet's own separator is used, and the advice names it."""
    sheet = tmp_path / "clients.csv"
    sheet.write_text("Name,Phone,custom:My multi-select\nAnn Lee,+14155550101,A;1|B\n", encoding="utf-8")
    before = job(sheet, list_separator="|")
    exported = export(before, "csv")
    assert exported.read_with == ("--list-separator", "|")
    again = contacts(job(exported.path, out=tmp_path / "again", list_separator="|"))
    assert again == contacts(before)
    assert again[0]["customFields"][0]["value"] == ["A;1", "B"]
