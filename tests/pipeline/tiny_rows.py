"""Sheets of very many, very short rows, each made by code: the most rows that a file of its size can hold."""

from __future__ import annotations

import csv
import io
import random
from itertools import islice, product
from typing import TYPE_CHECKING

from tests.spreadsheet.hostile_files import HEAD, document, workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_SIGNS = f"{_LETTERS} +-()./@"
_CHANCE_CELLS = 4
_SHARED = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
_ODS_CELLS = (
    "<table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>1</text:p></table:table-cell>"
)
_ODS_NAMES = "<table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell>"
_ODS_NAMES += "<table:table-cell><text:p>Phone</text:p></table:table-cell></table:table-row>"


def _numbers(count: int) -> Iterator[str]:
    return map(str, range(count))


def _chance_texts(count: int) -> Iterator[str]:
    chance = random.Random(count)
    return ("".join(chance.choices(_LETTERS, k=_CHANCE_CELLS)) for _ in range(count))


def _chance_signs(count: int) -> Iterator[str]:
    chance = random.Random(count)
    return ("".join(chance.choices(_SIGNS, k=chance.randint(2, 2 * _CHANCE_CELLS))) for _ in range(count))


def _two_letters(number: int) -> str:
    return f"{_LETTERS[number % 26]}{_LETTERS[number // 26 % 26]}"


TEXT: dict[str, tuple[str, Callable[[int], Iterator[str]]]] = {
    "one column, all alike": ("Name", lambda count: iter(["a"] * count)),
    "one column, all distinct": ("Name", lambda count: (f"{number:x}a" for number in range(count))),
    "two columns": ("Name,Phone", lambda count: iter(["a,1"] * count)),
    "two columns, short rows": ("Name,Phone", lambda count: iter(["a"] * count)),
    "all duplicates": ("Name,Phone", lambda count: iter(["a,4155550101"] * count)),
    "all good": ("Name,Phone", lambda count: (f"a,4155{number:06d}" for number in range(count))),
    "all rejects, alike": ("Phone", lambda count: iter(["1"] * count)),
    "all rejects, distinct": ("Phone", _numbers),
    "all rejects, any text": ("Phone", _chance_texts),
    "all rejects, a plus and hex": (
        "Phone",
        lambda count: (f"+{2654435761 * number % 2**32:x}" for number in range(count)),
    ),
    "all rejects, a letter behind": ("Phone", lambda count: (f"{number:04}x" for number in range(count))),
    "all rejects, any signs": ("Phone", _chance_signs),
    "phones, digits apart": ("Phone", lambda count: (" ".join(f"{number:012}") for number in range(count))),
    "phones, slashes": ("Phone", lambda count: ("/".join(f"{number:08}") for number in range(count))),
    "phones of eleven digits": ("Phone", lambda count: (f"{7919 * number % 10**11:011}" for number in range(count))),
    "phones beside words": ("Phone", lambda count: (f"{number} abc {number}" for number in range(count))),
    "bad emails": ("Email", lambda count: iter(["a"] * count)),
    "bad emails, distinct": ("Email", lambda count: (f"{number:x}@" for number in range(count))),
    "bad emails, any signs": ("Email", _chance_signs),
    "names of two letters": (
        "Name",
        lambda count: (f"{_two_letters(number)} {_two_letters(number // 676)}" for number in range(count)),
    ),
    "names of initials": (
        "Name",
        lambda count: map(" ".join, islice(product(_LETTERS[:26], repeat=4), count)),
    ),
    "names with nicknames": (
        "Name",
        lambda count: (f"{_two_letters(number)} ({_two_letters(number // 676)})" for number in range(count)),
    ),
    "phones beside labels": ("Phone", lambda count: (f"cell {number:07}" for number in range(count))),
    "phones without a country": ("Phone", lambda count: (f"+{number:08}" for number in range(count))),
    "emails of other scripts": ("Email", lambda count: (f"a@ü{number:x}.co" for number in range(count))),
    "one name, other notes": ("Name,Notes", lambda count: (f"a,{number:x}-" for number in range(count))),
    "open quotes in all lines": ("Name,Phone", lambda count: iter(['"a,1'] * count)),
    "rows with too many cells": ("Name,Phone", lambda count: iter(["a,1,1,1"] * count)),
    "an id for all": ("Name,Phone,External id", lambda count: iter(["a,1,1"] * count)),
    "an id each": ("Name,External id", lambda count: (f"a,{number:x}" for number in range(count))),
    "one person, other addresses": (
        "Name,Phone,Email",
        lambda count: (f"a,4155550101,{number:x}@x.co" for number in range(count)),
    ),
    "a comma in quotes": ("Name,Phone", lambda count: iter(['","'] * count)),
    "separators": ("Name,Phone,Email,Company", lambda count: iter([",,,"] * count)),
    "blank lines": ("Name,Phone", lambda count: iter([""] * count)),
}
"""The header of a sheet and its lines, as many as are asked for."""


def text(kind: str, count: int) -> str:
    """The sheet of a kind with so many rows."""
    header, lines = TEXT[kind]
    return "\n".join([header, *lines(count), ""])


def _old_workbook(count: int) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Contacts")
    for row in range(min(count, 65_535) + 1):
        for column, cell in enumerate(("a", "1") if row else ("Name", "Phone")):
            sheet.write(row, column, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _html(count: int) -> bytes:
    head = "<html><body><table><tr><th>Name</th><th>Phone</th></tr>"
    return f"{head}{'<tr><td>a</td><td>1</td></tr>' * count}</table></body></html>".encode()


def _ods(count: int) -> bytes:
    rows = f'<table:table-row table:number-rows-repeated="{count}">{_ODS_CELLS}</table:table-row>'
    return document(rows, names=_ODS_NAMES)


def _xlsx(count: int) -> bytes:
    head = '<row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>'
    strings = "".join(f"<si><t>{cell}</t></si>" for cell in ("a", "1", "Name", "Phone"))
    return workbook(head + _SHARED * count, strings=strings)


def _xlsx_of_dates(count: int) -> bytes:
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    row = '<row><c s="1"><v>{0}</v></c><c s="1"><v>{0}.5</v></c></row>'
    return workbook(HEAD + "".join([row.format(number) for number in range(count)]), styles=styles, noise_bytes=250_000)


def _workbook_of(row: str) -> Callable[[int], bytes]:
    """A workbook with so many rows, each with its number, beside noise that makes its ratio look honest."""
    return lambda count: workbook(HEAD + "".join([row.format(number) for number in range(count)]), noise_bytes=250_000)


WORKBOOKS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "xlsx, shared texts": ("xlsx", _xlsx),
    "ods, a repeated row": ("ods", _ods),
    "xls": ("xls", _old_workbook),
    "an HTML table": ("xls", _html),
    "xlsx, hidden rows": ("xlsx", _workbook_of('<row hidden="1"><c><v>{}</v></c></row>')),
    "xlsx, dates": ("xlsx", _xlsx_of_dates),
    "xlsx, formulas": ("xlsx", _workbook_of("<row><c><f>{0}+1</f></c><c><f>A1</f><v>{0}</v></c></row>")),
    "vCards": ("vcf", lambda count: b"BEGIN:VCARD\nFN:a\nTEL:1\nEND:VCARD\n" * count),
}


def written(kind: str, count: int, folder: Path) -> Path:
    """Write the sheet of a kind with so many rows, and return where."""
    if kind in TEXT:
        path = folder / "tiny.csv"
        path.write_text(text(kind, count), encoding="utf-8", newline="")
        return path
    ending, make = WORKBOOKS[kind]
    path = folder / f"tiny.{ending}"
    path.write_bytes(make(count))
    return path


def columns(kind: str) -> dict[str, str]:
    """The mapping of a kind's sheet as a person gives it, since a column of nothing but bad cells is not recognised."""
    header = next(csv.reader([TEXT[kind][0]])) if kind in TEXT else ["Name", "Phone"]
    fields = {
        "Name": "full_name",
        "Phone": "phone",
        "Email": "email",
        "Company": "company",
        "External id": "external_id",
        "Notes": "ignore",
    }
    return {name: fields[name] for name in header}
