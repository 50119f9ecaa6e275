"""What a card says of its person's name and company: `N`, `FN` and `ORG`, of which phones fill one or another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.spreadsheet.vcard.content_lines import plain_text, split_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.spreadsheet.vcard.content_lines import ContentLine

LAST, FIRST, MIDDLE = "Last Name", "First Name", "Middle Name"
NAME_PARTS = (LAST, FIRST, MIDDLE, "Name Prefix", "Name Suffix")
COMPANY, DEPARTMENT, DISPLAYED, FULL_NAME = "Organization Name", "Organization Department", "File As", "Full Name"


def names_of(lines: Sequence[ContentLine]) -> dict[str, str]:
    """Return the cells of names and company of a card, by column name.

    What `FN` alone has goes into the part that `N` lacks; where it says something else, it is a column of its own.
    """
    name_parts = _parts(lines)
    cells = _company(lines) | name_parts
    displayed = next((plain_text(line.value) for line in lines if line.name == "FN"), "")
    if not displayed or displayed == cells.get(COMPANY):
        return cells
    if not (name_parts.get(FIRST) or name_parts.get(LAST)):
        # The parts of the name are not told: which word is which is for the mapping to decide.
        return cells | {FULL_NAME: displayed}
    if missing := _missing(name_parts, displayed):
        return cells | missing
    shown = _words(displayed)
    if shown in (
        _words(" ".join(name_parts.values())),
        _words(f"{name_parts.get(FIRST, '')} {name_parts.get(LAST, '')}"),
    ):
        return cells
    return cells | {DISPLAYED: displayed}


def _parts(lines: Sequence[ContentLine]) -> dict[str, str]:
    """The parts of the first `N` that has any."""
    for line in lines:
        if line.name != "N":
            continue
        texts = [
            " ".join(filter(None, map(plain_text, split_parts(part, ",")))) for part in split_parts(line.value, ";")
        ]
        parts_by_name = {name: text for name, text in zip(NAME_PARTS, texts, strict=False) if text}
        if extra := " ".join(filter(None, texts[len(NAME_PARTS) :])):
            parts_by_name["Name Suffix"] = f"{parts_by_name.get('Name Suffix', '')} {extra}".strip()
        if parts_by_name:
            return parts_by_name
    return {}


def _company(lines: Sequence[ContentLine]) -> dict[str, str]:
    """The company of the first `ORG` that has one, with its department."""
    for line in lines:
        if line.name == "ORG":
            company, *units = [plain_text(part) for part in split_parts(line.value, ";")]
            cells = {COMPANY: company, DEPARTMENT: ", ".join(filter(None, units))}
            if filled := {name: text for name, text in cells.items() if text}:
                return filled
    return {}


def _missing(own: Mapping[str, str], displayed: str) -> dict[str, str]:
    """The one part of the name that `N` lacks and `FN` has: `N:Lee;;;;` with `FN:Ann Lee`, and a middle name."""
    words = displayed.replace(",", " ").split()
    present = " ".join(own.values()).casefold().split()
    words_left = [word for word in words if word.casefold() not in present]
    if len(words_left) + len(present) != len(words) or not all(word.replace("-", "").isalpha() for word in words_left):
        # Languages without spaces between the words of a name.
        part = own.get(LAST) or own.get(FIRST) or ""
        is_one_word = len(words) == 1 and len(own) == 1 and not part.isascii() and displayed.startswith(part)
        words_left = [displayed[len(part) :]] if is_one_word and displayed != part else []
    if not words_left:
        return {}
    lacking = [part for part in (FIRST, LAST) if part not in own]
    if not lacking:
        # Between the two it can only be a middle name; elsewhere it may be anything.
        is_inside = words[0] not in words_left and words[-1] not in words_left and MIDDLE not in own
        return {MIDDLE: " ".join(words_left)} if is_inside else {}
    return {lacking[0]: " ".join(words_left)}


def _words(text: str) -> set[str]:
    return set(text.casefold().replace(",", " ").split())
