"""Columns that hold a part of the numbers beside them: area codes and extensions."""

from __future__ import annotations

import re
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

from importer.mapping.suggest.columns import Columns, SheetColumns, ignored, leave_out, sent, undecided, unsure
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.value_types import filled, share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.regex import regex
from importer.shell import shell_quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import ColumnMapping

_AREA_CODE = regex(r"\(?0?[1-9]\d{0,5}\)?-?(?:\.0)?")
_EXTENSION = regex(r"\D{0,12}\d{1,7}(?:\.0)?")
_LONGEST_CALLING_CODE = 3
_HALF = 0.5
_LONGEST_LOCAL = 8  # digits
_FARTHEST = 2  # columns: one with the type of the phone may stand between


def number_parts(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Area Code" and "Ext": no fields themselves, but parts of the numbers in a phone column near them."""
    linked = list(columns)
    for column in undecided(columns):
        values = filled(sheet.samples[column.position])
        title = sheet.titles[column.position]
        if is_extension(column.header, values):
            phone = _phone_of(column, [phone for phone in sent(linked, "phone") if phone.extension_position is None])
            if phone:
                linked[phone.position] = replace(phone, extension_position=column.position)
                reason = f"Holds the extensions of {sheet.titles[phone.position]!r}, which go into the labels."
                linked[column.position] = ignored(column, reason)
            else:
                reason = "It may hold extensions, of which phones is not clear; write each extension after its number."
                linked[column.position] = unsure(column, None, reason)
        elif is_area_code(column.header, values):
            if _may_be_country(column.header, values):
                reason = f"It may hold country codes (then give --region-column {shell_quote(title)}) or area codes"
                reason += " (then write them before the numbers)."
                linked[column.position] = leave_out(column, reason)
                continue
            phones = [phone for phone in sent(linked, "phone") if phone.area_position is None]
            if not _labels(column.header):
                # Those whose numbers are too short to have an area code, where there are any.
                phones = [phone for phone in phones if _are_local(sheet, [phone])] or phones
            # Several columns of numbers without area codes may all need it, and it is put before one.
            phone = _phone_of(column, phones) if len(phones) == 1 or not _are_local(sheet, phones) else None
            if phone:
                linked[phone.position] = replace(phone, area_position=column.position)
                reason = f"Holds the area codes of {sheet.titles[phone.position]!r}."
                linked[column.position] = ignored(column, reason)
            else:
                reason = "It may hold area codes, of which phones is not clear; write each area code before its number."
                linked[column.position] = unsure(column, None, reason)
    return linked


def _are_local(sheet: SheetColumns, phones: Columns) -> bool:
    """Whether most numbers of each phone column are too short to have an area code."""
    return all(
        share(sheet.samples[phone.position], lambda number: 0 < sum(map(str.isdecimal, number)) <= _LONGEST_LOCAL)
        > _HALF
        for phone in phones
    )


def is_extension(header: str, values: Sequence[str]) -> bool:
    """Whether a header names extensions and no value of the column is anything else."""
    return _is_part(header, vocabulary().extensions) and all(map(_EXTENSION.fullmatch, values))


def is_area_code(header: str, values: Sequence[str]) -> bool:
    """Whether a header names area codes and no value of the column is anything else."""
    return _is_part(header, vocabulary().area_codes) and all(map(_AREA_CODE.fullmatch, values))


def _is_part(header: str, names: frozenset[str]) -> bool:
    """Whether a header is one of the names, beside words for phones ("Work Phone Ext.")."""
    header_words = words(header)
    part_words = [word for word in header_words if word not in vocabulary().point_words]
    return "".join(header_words) in names or "".join(part_words) in names


def _may_be_country(header: str, values: Sequence[str]) -> bool:
    """Whether a header means area codes as well as country codes ("Vorwahl"), and the values do not show which."""
    is_either = vocabulary().calling_codes.issuperset(words(header))
    digits = [re.sub(r"\.0$|\D", "", value) for value in values]
    shows_area = any(value.startswith("0") or len(value) > _LONGEST_CALLING_CODE for value in digits)
    return is_either and not shows_area


def _phone_of(column: ColumnMapping, phones: Columns) -> ColumnMapping | None:
    """The phone column that a part belongs to: of the same label, else the nearest on its side, else the only one."""
    labels = _labels(column.header)
    same = [phone for phone in phones if labels and _labels(phone.header) == labels]
    if len(same) == 1:
        return same[0]
    if labels and not same and len(phones) > 1:
        return None
    is_before = _is_part(column.header, vocabulary().area_codes)
    distances = [(phone.position - column.position) * (1 if is_before else -1) for phone in phones]
    near = [phone for distance, phone in sorted(zip(distances, phones, strict=True), key=itemgetter(0)) if distance > 0]
    if near and abs(near[0].position - column.position) <= _FARTHEST:
        return near[0]
    return phones[0] if len(phones) == 1 else None


def _labels(header: str) -> set[str]:
    """The labels and numbers in a header, by which a part is known to belong to a phone: "Work Ext", "Phone 2 Ext"."""
    terms = vocabulary()
    labels = {**terms.labels, **terms.kinds}
    return {labels.get(word, word) for word in words(header) if word in labels or word.isdecimal()}
