"""The sheets that the walks on the page begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE, COMPANIES = 1_100, 99
MAYBE_COMPANIES = (COMPANIES + 1) // 2
# Six ways to write a number of North America, none with its country.
STYLES = (
    "(415) 555-{0:04d}",
    "415-555-{0:04d}",
    "415.555.{0:04d}",
    "415 555 {0:04d}",
    "415555{0:04d}",
    "1-415-555-{0:04d}",
)
_SYLLABLES = ("Ba", "Ce", "Di", "Fo", "Gu", "Ha", "Ke", "Li", "Mo", "Nu")


def word(number: int) -> str:
    """A word of letters for a number, another for each."""
    return "".join(_SYLLABLES[int(digit)] for digit in f"{number:04d}").title()


def customers(path: Path, people: int = PEOPLE, companies: int = COMPANIES) -> Path:
    """A workbook of an office: a title, people as `Last, First` beside companies, tags, a total, a second sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Customers"
    sheet.append(["Bayside Plumbing: customers"])
    sheet.append(["exported by Kim, 12 March 2024"])
    sheet.append([])
    sheet.append(["Name", "Company", "Phone", "Email", "Tags"])
    for number in range(people + companies):
        is_person = number % 12 or number // 12 >= companies
        # A legal form makes a company by itself; a church may be a person's name, so it is asked about.
        firm = f"{word(number)} {'Plumbing LLC' if number % 24 else 'Community Church'}"
        name = f"{word(number)}, Ada" if is_person else firm
        phone = STYLES[number % len(STYLES)].format(number)
        email = f"ada{number}@example.com" if number % 3 else ""
        tags = "" if number % 4 else "vip, regular" if number % 8 else "new, regular, west"
        sheet.append([name, "", phone, email, tags])
    sheet.append(["Total", "", people + companies])
    notes = book.create_sheet("Notes")
    notes.append(["Call back on Monday"])
    book.save(path)
    return path
