"""The shapes of sheets that the matrix measures: what their columns hold, and which fields these fill.

    python tests/benchmarks/shapes.py FOLDER SHAPE --rows 100000 [--kind xlsx]

A process of its own writes SHAPE.csv (or .xlsx), `fields.json` as `--fields` takes it, and `spec.json` with what each
column is to the plain script. The same number makes the same sheet.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks import sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

Make = Callable[[int, random.Random], str]
"""The cell of a row (from 1)."""


@dataclass(frozen=True)
class Column:
    """A column: its header, what the plain script takes it for, the field it fills ("" for none), and its cells.

    `field` is as `--map` takes it; `custom:NAME` has a custom field of `type` made for it.
    """

    header: str
    kind: str
    field: str
    make: Make
    type: str = ""


def _name(number: int, dice: random.Random) -> str:
    return f"{dice.choice(sheets.FIRST)} {dice.choice(sheets.LAST)}{'' if number % 3 else ' Jr.'}"


def _listed_name(number: int, dice: random.Random) -> str:
    if number % 9 == 0:
        return f"{dice.choice(sheets.COMPANIES)} {number} Inc."
    return f"{dice.choice(sheets.LAST)}, {dice.choice(sheets.FIRST)}"


def _email(number: int, dice: random.Random) -> str:
    return f"{dice.choice(list(sheets.LOGINS.values()))}.{number}@{dice.choice(sheets.DOMAINS)}"


def _note(number: int, dice: random.Random) -> str:
    words = [dice.choice(WORDS) for _ in range(30)]
    return f"Call {number}:\n{' '.join(words[:15])}.\n{' '.join(words[15:])}."


def _tags(few: bool) -> Make:
    def make(number: int, dice: random.Random) -> str:
        tags = dice.sample(TAGS, k=dice.randrange(4))
        return "; ".join(tags if few else [*tags, f"Batch {number}"])

    return make


def _national(_: int, dice: random.Random) -> str:
    return f"({dice.choice(sheets.AREAS)}) {dice.randrange(200, 1000)}-{dice.randrange(10_000):04}"


def _country(number: int, _: random.Random) -> str:
    return COUNTRIES[number % len(COUNTRIES)][0]


def _of_country(number: int, dice: random.Random) -> str:
    shape = COUNTRIES[number % len(COUNTRIES)][1]
    return "".join(str(dice.randrange(10)) if letter == "x" else letter for letter in shape)


def _sometimes(make: Make, share: float) -> Make:
    return lambda number, dice: make(number, dice) if dice.random() < share else ""


def _one_of(*texts: str) -> Make:
    return lambda _, dice: dice.choice(texts)


def _bad(make: Make, *bad: str) -> Make:
    return lambda number, dice: dice.choice(bad) if dice.random() < 0.2 else make(number, dice)


WORDS = ("roof", "quote", "after", "spring", "crew", "could", "reach", "valve", "new", "the", "not", "due")
TAGS = ["Lead", "Customer", "VIP", "Newsletter", "Do later", "Partner"]
COUNTRIES = (
    ("United States", "(415) 555-01xx"),
    ("Germany", "030 12345xx"),
    ("United Kingdom", "020 7946 0xxx"),
    ("France", "06 12 34 5x xx"),
    ("Australia", "0412 345 xxx"),
    ("Spain", "612 34 5x xx"),
)
CJK = ("王小明", "李丽", "佐藤 健", "김민준", "Łukasz Żółć", "Zoë Brontë", "Đặng Văn Lâm", "Øystein Åberg")

ID = Column("Customer No", "id", "external_id", lambda number, _: f"C-{number:07}")
FIRST = Column("First Name", "text", "first_name", _one_of(*sheets.FIRST))
LAST = Column("Last Name", "text", "last_name", _one_of(*sheets.LAST))
EMAIL = Column("Email", "email", "email", _email)
PHONE = Column("Phone", "phone", "phone", lambda _, dice: sheets.phone(dice))
BALANCE = Column(
    "Balance", "number", "custom:Balance", lambda number, dice: f"{number * dice.random():.2f}", type="number"
)
SINCE = Column(
    "Last Order",
    "datetime",
    "custom:Last Order",
    lambda _, dice: (
        f"20{dice.randrange(10, 26)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02} "
        f"{dice.randrange(24):02}:{dice.randrange(60):02}:{dice.randrange(60):02}"
    ),
    type="date",
)
VIP = Column("VIP", "boolean", "custom:VIP", _one_of("yes", "no", ""), type="boolean")
SITE = Column(
    "Website", "url", "custom:Website", lambda number, _: f"https://www.shop-{number}.example/home", type="url"
)
FULL_NAME = Column("Name", "name", "full_name", _name)
NOTES = Column("Notes", "text", "custom:Notes", _note, type="string")


def _labelled(header: str, field: str, kind: str, make: Make, *labels: str) -> tuple[Column, Column]:
    return (
        Column(f"{header} - Label", "text", "", _one_of(*labels)),
        Column(f"{header} - Value", kind, field, _sometimes(make, 0.7)),
    )


SHAPES: dict[str, tuple[Column, ...]] = {
    "one phone": (ID, FIRST, LAST, EMAIL, PHONE),
    "numbers": (ID, FIRST, LAST, EMAIL, PHONE, BALANCE, SINCE, VIP, SITE),
    "lists": (
        *(ID, FIRST, LAST, EMAIL, PHONE, NOTES),
        Column("Tags", "list", "custom:Tags", _tags(few=True), type="multi-select"),
        Column("Batches", "list", "custom:Batches", _tags(few=False), type="multi-select"),
    ),
    "full names": (ID, Column("Name", "name", "full_name", _listed_name), EMAIL, PHONE),
    "no id": (FIRST, LAST, EMAIL, PHONE),
    "many points": (
        *(ID, FIRST, LAST),
        *_labelled("Phone 1", "phone", "phone", _national, "Mobile", "Work"),
        *_labelled("Phone 2", "phone", "phone", _national, "Home", "Work"),
        *_labelled("Phone 3", "phone", "phone", _national, "Main", "Other"),
        *_labelled("E-mail 1", "email", "email", _email, "Work", "* Home"),
        *_labelled("E-mail 2", "email", "email", _email, "Work", "Home"),
    ),
    "countries": (
        ID,
        FIRST,
        LAST,
        EMAIL,
        Column("Country", "region", "", _country),
        Column("Phone", "phone", "phone", _of_country),
    ),
    "hubspot": (
        Column("Record ID", "id", "external_id", lambda number, _: str(10_000_000 + number)),
        *(FIRST, LAST, EMAIL),
        Column("Phone Number", "phone", "phone", _national),
        Column("Contact owner", "text", "", _one_of("Ann Lee", "Bob Kim")),
        Column("Create Date", "text", "", SINCE.make),
        Column("Company name", "text", "company", _one_of(*sheets.COMPANIES)),
        Column("Lead Status", "text", "", _one_of("NEW", "OPEN", "")),
    ),
    "wide": (
        *(ID, FIRST, LAST, EMAIL, PHONE, *(BALANCE, SINCE, VIP, SITE, FULL_NAME)[:4]),
        *(Column(f"Field {place}", "text", "", _one_of("a", "b", "", f"value {place}")) for place in range(50)),
    ),
    "bad cells": (
        *(ID, FIRST, LAST),
        Column("Email", "email", "email", _bad(_email, *sheets.BAD_EMAILS)),
        Column("Phone", "phone", "phone", _bad(PHONE.make, *sheets.BAD_PHONES)),
        Column("Balance", "number", "custom:Balance", _bad(BALANCE.make, "n/a", "12,3,4", "about 5"), type="number"),
        Column("Last Order", "datetime", "custom:Last Order", _bad(SINCE.make, "2024-13-01", "soon"), type="date"),
    ),
    "other scripts": (ID, Column("Name", "name", "full_name", _one_of(*CJK)), EMAIL, PHONE),
    "long notes": (ID, FIRST, LAST, PHONE, NOTES),
}
"""What is measured, by name."""


def rows(columns: tuple[Column, ...], count: int) -> Iterator[list[str]]:
    """The rows below the header."""
    dice = random.Random(7)
    return ([column.make(number, dice) for column in columns] for number in range(1, count + 1))


def write(folder: Path, name: str, count: int, kind: str) -> None:
    """Write the sheet, its custom fields and what the plain script must know."""
    columns = SHAPES[name]
    header = [column.header for column in columns]
    path = folder / f"{name}.{kind}"
    if kind == "xlsx":
        import xlsxwriter

        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
            sheet = book.add_worksheet("People")
            for place, row in enumerate([header, *rows(columns, count)]):
                sheet.write_row(place, 0, row)
    else:
        # Its characters are those of the encoding, so that a sheet of Western Europe stays one.
        encoding = "cp1252" if name == "full names" else "utf-8"
        with path.open("w", newline="", encoding=encoding, errors="replace") as stream:
            writer = csv.writer(stream)
            writer.writerow(header)
            writer.writerows(rows(columns, count))
    customs = [
        {"key": f"k{place}", "name": column.field.partition(":")[2], "type": column.type}
        for place, column in enumerate(columns)
        if column.type
    ]
    (folder / "fields.json").write_text(json.dumps({"data": customs}), encoding="utf-8")
    spec = {column.header: column.kind for column in columns if column.field or column.kind == "region"}
    (folder / "spec.json").write_text(json.dumps(spec), encoding="utf-8")


def main() -> None:
    """Write the sheet that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--kind", choices=["csv", "xlsx"], default="csv")
    options = parser.parse_args()
    write(options.folder, options.shape, options.rows, options.kind)


if __name__ == "__main__":
    main()
