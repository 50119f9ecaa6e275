"""Rows as vCards again, so that a person corrects rejects in the program that the file came from, or in an editor.

What is read from a written card is, cell by cell, what was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.spreadsheet.vcard.cards import ADDED_PROPERTIES, ADDRESS_PARTS, LABEL, NUMBERED, SINGLE, VALUE
from importer.spreadsheet.vcard.content_lines import escaped, folded
from importer.spreadsheet.vcard.names import COMPANY, DEPARTMENT, DISPLAYED, FULL_NAME, NAME_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PROPERTIES = {column: name for name, column in (*SINGLE.items(), *ADDED_PROPERTIES.items())}


def card_text(cells: Mapping[str, str]) -> str:
    """Return the card of a row: its cells by column name, those that this program added among them."""
    return "".join(f"{folded(line)}\r\n" for line in _lines({name: text for name, text in cells.items() if text}))


def _lines(cells: dict[str, str]) -> Iterator[str]:
    names = [cells.get(part, "") for part in NAME_PARTS]
    shown = cells.get(DISPLAYED) or cells.get(FULL_NAME) or " ".join(filter(None, (names[1], names[2], names[0])))
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"N:{';'.join(map(escaped, names))}"
    yield f"FN:{escaped(shown or cells.get(COMPANY, ''))}"
    if COMPANY in cells or DEPARTMENT in cells:
        yield f"ORG:{escaped(cells.get(COMPANY, ''))}" + (
            f";{escaped(cells[DEPARTMENT])}" if DEPARTMENT in cells else ""
        )
    written = {*NAME_PARTS, DISPLAYED, FULL_NAME, COMPANY, DEPARTMENT}
    group = 0
    for property_name, column in NUMBERED.items():
        for number in range(1, len(cells) + 1):
            prefix = f"{column} {number} - "
            parts = {name.removeprefix(prefix): text for name, text in cells.items() if name.startswith(prefix)}
            if not parts:
                continue
            written |= {f"{prefix}{part}" for part in parts}
            group += 1
            if property_name == "ADR":
                value = ";".join(escaped(parts.get(part, "")) for part in ADDRESS_PARTS)
            else:
                value = escaped(parts.get(VALUE, ""))
            yield f"item{group}.{property_name}:{value}"
            if LABEL in parts:
                yield f"item{group}.X-ABLABEL:{escaped(parts[LABEL])}"
    for column, text in cells.items():
        if column not in written:
            yield f"{_PROPERTIES.get(column, column)}:{escaped(text)}"
    yield "END:VCARD"
