"""Rejects that are older than the sheet: rows have moved since, and each correction still reaches its own person."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "Name,Phone,Email\n"
ROWS = ["Ann Lee,+14155550101,", "Bob Ray,12,", "Dee Fox,13,", "Eli Kay,+14155550105,"]
NEW = "Gil Hat,+14155550109,"
WHOLE = ["Ann Lee", "Bob Ray", "Dee Fox", "Eli Kay"]
REJECTS = Path("out/rejects.csv")


def sheet(rows: list[str], *, ids: bool = False) -> str:
    """The sheet, with a number for each customer if asked for; it goes with the person, not with the row."""
    if not ids:
        return HEADER + "".join(f"{row}\n" for row in rows)
    number = {row.split(",")[0]: place for place, row in enumerate([*ROWS, NEW], start=1)}
    return f"No,{HEADER}" + "".join(f"{number[row.split(',')[0]]},{row}\n" for row in rows)


def corrected() -> str:
    """The rejects, corrected on the person's desktop."""
    text = REJECTS.read_text(encoding="utf-8")
    return text.replace(",12,", ",+14155550102,").replace(",13,", ",+14155550104,")


def numbers(office: Office) -> dict[str, str]:
    """The number of each contact in the workspace, by name."""
    fields = [contact["defaultFields"] for contact in office.sandbox.contacts()]
    return {f"{each['firstName']} {each['lastName']}": each["phoneNumbers"][0]["value"] for each in fields}


@pytest.mark.parametrize("ids", [False, True])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_row_that_came_above_moves_no_correction(office: Office, at: int, ids: bool) -> None:
    """One row more, above the rows that were corrected: each gets its own correction, once, and the rest stays."""
    options = ("--map", "No=external_id") if ids else ()
    assert office.run(sheet(ROWS, ids=ids), *options) == 1
    kept = corrected()
    longer = [*ROWS[:at], NEW, *ROWS[at:]]
    assert office.run(sheet(longer, ids=ids), *options) == 1
    REJECTS.write_text(kept, encoding="utf-8")
    assert office.run("", *options, file=str(REJECTS)) == 0
    own = {"Bob Ray": "+14155550102", "Dee Fox": "+14155550104"}
    assert {name: numbers(office)[name] for name in own} == own
    assert office.names() == sorted([*WHOLE, "Gil Hat"])
    # The next nights read the corrections from the folder.
    for _ in range(2):
        assert office.run(sheet(longer, ids=ids), *options) == 0
    assert office.names() == sorted([*WHOLE, "Gil Hat"])


def test_rejects_of_a_row_that_has_left_are_not_taken_for_another(office: Office) -> None:
    """Where a row of the rejects is nowhere any more, nothing is sent, and the message leads to the newest rejects."""
    assert office.run(sheet(ROWS)) == 1
    kept = corrected()
    shorter = [ROWS[0], *ROWS[2:]]
    assert office.run(sheet(shorter)) == 1
    newest = REJECTS.read_text(encoding="utf-8")
    REJECTS.write_text(kept, encoding="utf-8")
    before = office.names()
    assert office.run("", file=str(REJECTS)) == 2
    assert office.names() == before
    # The next step: the newest rejects.
    REJECTS.write_text(newest.replace(",13,", ",+14155550104,"), encoding="utf-8")
    office.run("", file=str(REJECTS))
    assert numbers(office)["Dee Fox"] == "+14155550104"
    assert len(office.names()) == len(set(office.names()))


def test_the_id_of_a_row_decides_and_not_its_number(office: Office) -> None:
    """Rows of a rejects file whose numbers were mixed up are still those of their ids."""
    assert office.run(sheet(ROWS)) == 1
    REJECTS.write_text(corrected(), encoding="utf-8")
    with REJECTS.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    lines[0]["_row"], lines[1]["_row"] = lines[1]["_row"], lines[0]["_row"]
    with REJECTS.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, lines[0])
        table.writeheader()
        table.writerows(lines)
    assert office.run("", file=str(REJECTS)) == 0
    own = numbers(office)
    assert (own["Bob Ray"], own["Dee Fox"]) == ("+14155550102", "+14155550104")
    assert office.run(sheet(ROWS)) == 0
    assert office.names() == WHOLE
