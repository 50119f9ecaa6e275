"""Sheets to measure with: people as an export of a customer list holds them, the same ones for the same number.

    python tests/benchmarks/sheets.py people.csv --rows 100000 [--bad 0.02]

A process of its own writes them, which is not counted.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEADER = (
    "Customer No",
    "First Name",
    "Last Name",
    "Company",
    "Job Title",
    "Mobile Phone",
    "Work Phone",
    "Email",
    "Lead Source",
    "Customer Since",
    "VIP",
)
# As `--fields` takes them.
CUSTOM_FIELDS = [
    {"key": "lead", "name": "Lead Source", "type": "string"},
    {"key": "since", "name": "Customer Since", "type": "date"},
    {"key": "vip", "name": "VIP", "type": "boolean"},
]
FIRST = ("Ada", "Grace", "José", "Zoë", "Mary Ann", "Liam", "Olivia", "Noah", "Renée", "O'Neil", "Wei", "Fatima")
LOGINS = {name: "".join(letter for letter in name if letter.isascii() and letter.isalpha()).lower() for name in FIRST}
LAST = ("Lovelace", "Hopper", "García", "Müller", "Smith", "de la Cruz", "Nguyen", "O'Brien", "Kim", "Ivanova")
COMPANIES = ("Acme", "Globex", "Initech", "Umbrella", "Hooli", "Stark & Sons", "Café Noir", "Vandelay")
TITLES = ("CEO", "Sales Manager", "Engineer", "Head of Operations", "Office Assistant", "")
LEADS = ("Website", "Referral", "Trade show", "Cold call", "")
DOMAINS = ("example.com", "mail.example.org", "acme-inc.example.com", "example.net")
AREAS = ("212", "303", "312", "404", "415", "503", "617", "702", "718", "808")
# How numbers are written, and how often; N is an area code, the others are digits.
SHAPES = (
    (30, "({n}) {a}-{b}"),
    (20, "{n}-{a}-{b}"),
    (15, "+1{n}{a}{b}"),
    (10, "+1 {n} {a} {b}"),
    (8, "{n}{a}{b}"),
    (5, "{n}.{a}.{b}"),
    (3, "1-{n}-{a}-{b}"),
    (3, "+44 20 7946 {b}"),
    (3, "+49 30 12{a}{b}"),
    (2, "+33 6 12 {c} {d} {e}"),
    (1, "+61 4{c} {a} {a}"),
)
BAD_PHONES = ("12345", "n/a", "see notes", "1.41556E+10", "+1 415 555")
BAD_EMAILS = ("paula(at)example.com", "nobody", "two@@example.com", "a b@example.com")


def phone(dice: random.Random) -> str:
    """A number that exists, as people write it."""
    (shape,) = dice.choices([text for _, text in SHAPES], [weight for weight, _ in SHAPES])
    parts = {"n": dice.choice(AREAS), "a": f"{dice.randrange(200, 1000)}", "b": f"{dice.randrange(10_000):04}"}
    return shape.format(**parts, c=f"{dice.randrange(10, 100)}", d=dice.randrange(10, 100), e=dice.randrange(10, 100))


def person(number: int, dice: random.Random, bad: float) -> list[str]:
    """One row; `bad` is the chance that its mobile phone cannot be understood, and that its email cannot."""
    first, last = dice.choice(FIRST), dice.choice(LAST)
    return [
        f"C-{number:07}",
        first,
        last,
        f"{dice.choice(COMPANIES)} {number % 997}",
        dice.choice(TITLES),
        dice.choice(BAD_PHONES) if dice.random() < bad else phone(dice),
        "" if dice.random() < max(bad, 0.3) else phone(dice),
        dice.choice(BAD_EMAILS) if dice.random() < bad else f"{LOGINS[first]}.{number}@{dice.choice(DOMAINS)}",
        dice.choice(LEADS),
        f"20{dice.randrange(10, 26)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}",
        dice.choice(("yes", "no", "")),
    ]


def people(rows: int, bad: float) -> Iterator[list[str]]:
    """The rows below the header."""
    dice = random.Random(7)
    return (person(number, dice, bad) for number in range(1, rows + 1))


def write_csv(path: Path, rows: Iterable[list[str]]) -> None:
    """Write a text file, comma and UTF-8."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        writer.writerows(rows)


def write_xlsx(path: Path, rows: Iterable[list[str]]) -> None:
    """Write a workbook with one sheet, all cells text."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("People")
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)


def main() -> None:
    """Write the sheet that is asked for, and its custom fields beside it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--bad", type=float, default=0.005)
    options = parser.parse_args()
    write = write_xlsx if options.path.suffix == ".xlsx" else write_csv
    write(options.path, people(options.rows, options.bad))
    fields = json.dumps({"data": CUSTOM_FIELDS})
    options.path.with_name("fields.json").write_text(fields, encoding="utf-8")


if __name__ == "__main__":
    main()
