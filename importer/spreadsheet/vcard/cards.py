"""The cards of a file, and what each says as named cells: the columns are those of Google's own export of contacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.model import Severity
from importer.model.added_columns import FILE_COLUMN, FILE_ROW_COLUMN, REJECT_COLUMNS
from importer.regex import regex
from importer.spreadsheet.grid import CellFault
from importer.spreadsheet.vcard.content_lines import BINARY, ContentLine, plain_text, split_parts
from importer.spreadsheet.vcard.names import names_of
from importer.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LABEL, VALUE = "Label", "Value"
NUMBERED = {"TEL": "Phone", "EMAIL": "E-mail", "ADR": "Address", "URL": "Website"}
"""The properties that a card may have several times, each in columns of its own: `Phone 1 - Value`."""
ADDRESS_PARTS = ("PO Box", "Extended Address", "Street", "City", "Region", "Postal Code", "Country")
SINGLE = {
    "NICKNAME": "Nickname",
    "TITLE": "Organization Title",
    "ROLE": "Function",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "NOTE": "Notes",
    "CATEGORIES": "Labels",
    "UID": "UID",
}
ADDED_PROPERTIES = {
    f"X-OPENPHONE-IMPORT-{name.strip('_').replace('_', '-').upper()}": name
    for name in (*REJECT_COLUMNS, FILE_COLUMN, FILE_ROW_COLUMN)
}
"""What this program adds to a card that it hands back, as the columns of rejects."""
LIST_SIGN = ";"
# About the file and not about the person; some change with every export.
_SILENT = frozenset(
    {"VERSION", "PRODID", "REV", "END", "BEGIN", "KIND", "X-ADDRESSBOOKSERVER-KIND", "N", "FN", "ORG", "AGENT"}
)
_OF_LABEL = frozenset({"X-ABLABEL", "X-ABADR"})
_KINDS = {"cell": "mobile", "voice": "", "pref": "", "internet": "", "msg": "", "text": "", "x400": "", "dom": ""}
_SAYS_WHOSE = frozenset({"IMPP", "RELATED"})
"""Properties whose kind is half of what they say: which service, who of the family."""
_KINDS |= {"intl": "", "postal": "", "parcel": "", "video": "", "car": "car", "iphone": "iPhone"}
_APPLE_LABEL = regex(r"_\$!<(.*)>!\$_\Z")
_COMPACT_DATE = regex(r"(\d{4})(\d\d)(\d\d)(?:T.*)?\Z")
_TIMED_DATE = regex(r"(\d{4}-\d\d-\d\d)[T ].*\Z")


@dataclass(slots=True)
class Card:
    """A card: its place in the file, from 1, the line it begins in, its properties, and what is wrong with it."""

    number: int
    line: int
    lines: list[ContentLine] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        """Whether it is a list of other cards, and no person."""
        kinds = {line.value.strip().casefold() for line in self.lines if line.name.endswith("KIND")}
        return "group" in kinds

    def fault(self, rule: str, severity: Severity, text: str, value: str = "") -> None:
        """Note what is wrong, with the place where a person finds it."""
        place = f"Card {self.number:,} (line {self.line:,} of the file)"
        self.faults.append(CellFault(None, value, rule, severity, f"{place}: {text}"))


def cards_of(lines: Iterable[ContentLine]) -> Iterator[Card]:
    """Give the cards of a file; a card in a card (AGENT) is left out, and one that is not ended is said."""
    card: Card | None = None
    number = depth = 0
    for line in lines:
        word = line.value.strip().upper()
        if line.name == "BEGIN" and word == "VCARD":
            if card is not None and card.lines and card.lines[-1].name == "AGENT" and not card.lines[-1].value.strip():
                depth += 1
                continue
            if card is not None:
                card.fault("card-not-ended", Severity.WARNING, "it has no END:VCARD, and was read up to the next card.")
                yield card
            number, depth = number + 1, 0
            card = Card(number, line.number)
        elif line.name == "END" and word == "VCARD":
            if depth:
                depth -= 1
            elif card is not None:
                yield card
                card = None
        elif card is not None and not depth:
            _add(card, line)
    if card is not None:
        text = "the file ends before the card does, so the rest of the card is missing. Export the file again."
        card.fault("card-cut-off", Severity.ERROR, text)
        yield card


def _add(card: Card, line: ContentLine) -> None:
    if line.name:
        card.lines.append(line)
        return
    # Most likely a note that was broken without folding: it belongs to what is above it.
    if card.lines and card.lines[-1].name not in BINARY:
        last = card.lines[-1]
        card.lines[-1] = ContentLine(
            last.number, last.name, f"{last.value}\\n{line.value}", last.group, last.parameters
        )
    text = (
        f'line {line.number:,} ("{shorten(line.value)}") is not in the form of a vCard, and was added to the line '
        "above. Look at the contact, and correct the card if it is not right."
    )
    card.fault("card-line-unclear", Severity.WARNING, text, line.value)


def cells_of(card: Card) -> dict[str, str]:
    """Return what a card says, by column name; an empty value has no column."""
    cells: dict[str, str] = {}
    labels: dict[str, str] = {}
    for line in card.lines:
        if line.name == "X-ABLABEL" and line.group:
            label = plain_text(line.value)
            # Apple writes its own labels as `_$!<Work>!$_`, and those of a person as they are.
            labels[line.group.casefold()] = match[1] if (match := _APPLE_LABEL.match(label)) else label
    counts: dict[str, int] = {}

    def add(column: str, text: str) -> None:
        if text:
            sign = LIST_SIGN if column == SINGLE["CATEGORIES"] else "\n" if column == SINGLE["NOTE"] else "; "
            cells[column] = f"{cells[column]}{sign}{text}" if column in cells else text

    for line in card.lines:
        if line.name in NUMBERED:
            _add_numbered(cells, line, labels, counts)
        elif line.name in SINGLE:
            parts = split_parts(line.value, ",") if line.name in ("CATEGORIES", "NICKNAME") else [line.value]
            for part in parts:
                text = plain_text(part)
                add(SINGLE[line.name], _date(line, text) if line.name in ("BDAY", "ANNIVERSARY") else text)
        elif line.name in ADDED_PROPERTIES:
            add(ADDED_PROPERTIES[line.name], plain_text(line.value))
        elif line.name not in _SILENT | _OF_LABEL | BINARY:
            kind = labels.get(line.group.casefold(), "") if line.group else ""
            if line.name in _SAYS_WHOSE:
                kind = kind or " ".join(line.parameters.get("X-SERVICE-TYPE") or line.parameters.get("TYPE") or ())
            text = plain_text(line.value.replace(r"\;", ";"))
            add(line.name, f"{kind}: {text}" if kind and text else text)
    return cells | names_of(card.lines)


def _add_numbered(cells: dict[str, str], line: ContentLine, labels: dict[str, str], counts: dict[str, int]) -> None:
    parts: dict[str, str]
    if line.name == "ADR":
        texts = [
            " ".join(filter(None, map(plain_text, split_parts(part, ",")))) for part in split_parts(line.value, ";")
        ]
        parts = {name: text for name, text in zip(ADDRESS_PARTS, texts, strict=False) if text}
        if extra := ", ".join(filter(None, texts[len(ADDRESS_PARTS) :])):
            parts["Country"] = f"{parts.get('Country', '')} {extra}".strip()
        if not parts and (whole := plain_text(", ".join(line.parameters.get("LABEL", ())))):
            parts = {"Street": whole}
    else:
        text = plain_text(line.value)
        parts = {VALUE: _number(text) if line.name == "TEL" else text.removeprefix("mailto:")} if text else {}
    if not parts:
        return
    counts[line.name] = counts.get(line.name, 0) + 1
    column = f"{NUMBERED[line.name]} {counts[line.name]}"
    label = labels.get(line.group.casefold(), "") if line.group else ""
    kinds = [word.removeprefix("x-") for kind in line.types for word in kind.split()]
    label = label or " ".join(dict.fromkeys(filter(None, (_KINDS.get(kind, kind) for kind in kinds))))
    if label:
        cells[f"{column} - {LABEL}"] = label
    cells |= {f"{column} - {name}": text for name, text in parts.items()}


def _number(text: str) -> str:
    """A number as people write it, also from an address such as `tel:+1-415-555-0101;ext=5` (RFC 3966)."""
    if not text.casefold().startswith("tel:"):
        return text
    number, _, parameters = text[len("tel:") :].partition(";")
    extension = next((part[len("ext=") :] for part in parameters.casefold().split(";") if part.startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number


def _date(line: ContentLine, text: str) -> str:
    # Apple writes a year of its own where a birthday has none (RFC 6350, 4.3.1: `--0314`).
    for year in line.parameters.get("X-APPLE-OMIT-YEAR", ()):
        text = f"--{text[len(year) :].lstrip('-')}" if text.startswith(year) else text
    if match := _COMPACT_DATE.match(text):
        return "-".join(match.groups())
    return match[1] if (match := _TIMED_DATE.match(text)) else text
