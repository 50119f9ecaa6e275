"""Two lists side by side are never read as one."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

LISTS = [
    "Name,Phone,,Name,Phone\nAnn Lee,415-555-0101,,Bob Ray,415-555-0102\nCy Doe,415-555-0103,,Di Fox,415-555-0104\n",
    "Name,Phone,Name,Phone\nAnn Lee,415-555-0101,Bob Ray,415-555-0102\nCy Doe,415-555-0103,,\n",
    "Name 1,Phone 1,Name 2,Phone 2\nAnn Lee,415-555-0101,Bob Ray,415-555-0102\nCy Doe,415-555-0103,,\n",
    (
        "First Name,Last Name,Cell,First Name,Last Name,Cell\nAnn,Lee,415-555-0101,Bob,Ray,415-555-0102\n"
        "Cy,Doe,415-555-0103,Di,Fox,415-555-0104\n"
    ),
    "Name,Phone,Notes,,Supplier,Tel\nAnn Lee,415-555-0101,x,,Bob Ray,415-555-0102\nCy Doe,415-555-0103,,,Di Fox,\n",
    (
        "Name,Email,,Nachname,Vorname,E-Mail\nAnn Lee,ann@example.com,,Ray,Bob,bob@example.com\n"
        "Cy Doe,cy@example.com,,Fox,Di,di@example.com\n"
    ),
]
ONE = [
    "Name,Phone,Phone\nAnn Lee,415-555-0101,415-555-0102\n",
    "Name,Phone,,Work Phone,Notes\nAnn Lee,415-555-0101,,415-555-0102,Call her early\n",
    (
        "First Name,Last Name,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value\n"
        "Ann,Lee,Home,415-555-0101,Work,415-555-0102\n"
    ),
    "Name,Phone,,Company,City\nAnn Lee,415-555-0101,,Acme Inc,New York\n",
]


@pytest.mark.parametrize("sheet", LISTS)
def test_two_lists_side_by_side_are_refused(office: Office, capsys: pytest.CaptureFixture[str], sheet: str) -> None:
    """No two people of a row become one contact; the options that the message names import the first list."""
    assert office.run(sheet, "--region", "US") == 2
    message = capsys.readouterr().err
    assert "people.csv has 2 lists side by side (columns " in message
    assert office.names() == []
    step = re.search(r"first list alone: (.*)\.$", message, re.MULTILINE)
    assert step
    assert office.run("", "--region", "US", *shlex.split(step[1])) == 0
    assert office.names() == ["Ann Lee", "Cy Doe"]


def test_lists_below_each_other_are_read(office: Office) -> None:
    """The other step that the message names."""
    people = [("Ann Lee", 1), ("Cy Doe", 3), ("Bob Ray", 2), ("Di Fox", 4)]
    sheet = "".join(f"{name},415-555-010{number}\n" for name, number in people)
    assert office.run(f"Name,Phone\n{sheet}", "--region", "US") == 0
    assert office.names() == ["Ann Lee", "Bob Ray", "Cy Doe", "Di Fox"]


@pytest.mark.parametrize("sheet", ONE)
def test_one_list_is_no_two(office: Office, sheet: str) -> None:
    """Several numbers of one person, and columns apart from the others, make no second list."""
    assert office.run(sheet, "--region", "US") == 0
    assert office.names() == ["Ann Lee"]
