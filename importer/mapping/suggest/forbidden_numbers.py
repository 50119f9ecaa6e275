"""Columns that say which numbers of a column of phones are not to be called: "Phone 2 DNC" beside "Phone 2"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importer.languages.words import forbidden
from importer.languages.yes_no import says_yes
from importer.mapping.suggest.columns import Columns, SheetColumns, ignored, sent, undecided
from importer.mapping.suggest.do_not_call import allows_calls, forbidding_words
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.value_types import filled, likely_type, share
from importer.model import FieldType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import ColumnMapping

_HALF = 0.5


def forbidden_numbers(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Phone 1 DNC" and "Mobile DNC": no fields themselves, but what leaves out single numbers of other columns.

    A column that names no phone ("DNC") or the only one there is ("Phone DNC") is about the person.
    """
    pairs = [
        (column, phone)
        for column in undecided(columns)
        if (phone := _phone_of(column, sent(columns, "phone"))) is not None
        and _is_plain(column.header, filled(sheet.samples[column.position]))
    ]
    phones = [phone.position for _, phone in pairs]
    linked = list(columns)
    for column, phone in pairs:
        is_counted = any(map(str.isdecimal, words(column.header)))
        if phones.count(phone.position) > 1 or not (is_counted or len(pairs) > 1):
            continue
        linked[phone.position] = replace(phone, forbidding_position=column.position)
        reason = f"Says which numbers of {sheet.titles[phone.position]!r} are not to be called."
        linked[column.position] = ignored(column, reason)
    return linked


def _phone_of(column: ColumnMapping, phones: Columns) -> ColumnMapping | None:
    """The one phone that a header about calls names by its words ("Phone 1 DNC") or by its number alone ("DNC 1")."""
    forbidding = words(forbidding_words(column.header))
    named = [word for word in words(column.header) if word not in forbidding]
    if not forbidding or not named:
        return None
    same = [phone for phone in phones if list(words(phone.header)) == named]
    if not same and all(map(str.isdecimal, named)):
        same = [phone for phone in phones if [word for word in words(phone.header) if word.isdecimal()] == named]
    return same[0] if len(same) == 1 else None


def _is_plain(header: str, values: Sequence[str]) -> bool:
    """Whether most values that forbid calls are a plain yes, a date or words for it: a remark among them forbids too.

    A single remark must not have all numbers sent that the others forbid.
    """
    refusing = [value for value in values if not allows_calls(header, value)]
    return not refusing or share(refusing, _forbids_plainly) > _HALF


def _forbids_plainly(text: str) -> bool:
    return says_yes(text) or bool(forbidden(text)) or likely_type([text]) is FieldType.DATE
