"""Columns that say which numbers of a column of phones are not to be called: "Phone 2 DNC" beside "Phone 2"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importer.languages.words import forbidden
from importer.languages.yes_no import says_no, says_yes
from importer.mapping.suggest.columns import Columns, SheetColumns, ignored, sent, undecided
from importer.mapping.suggest.do_not_call import allows_calls, forbidding_words, permitting_words
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.value_types import ENOUGH, filled, is_long_phone, likely_type, share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import CallFlag, CallFlagKind, FieldType, Fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import ColumnMapping

_HALF = 0.5
_MOST_STATES, _LONGEST_STATE = 12, 3  # states, words of each


def forbidden_numbers(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Phone 1 DNC" and "Cell DNC": no fields themselves, but what leaves out single numbers of other columns.

    Also of a column that is not sent, or not yet. A column that names no phone ("DNC") or the only one there is ("Phone
    DNC") is about the person.
    """
    phones = [
        *sent(columns, "phone"),
        *(
            column
            for column in columns
            if column.fit is Fit.UNSURE and column.target and column.target.field == "phone"
        ),
        *(column for column in undecided(columns) if share(sheet.samples[column.position], is_long_phone) >= ENOUGH),
    ]
    flags: dict[int, list[CallFlag]] = {}
    are_named = False
    for column in undecided(columns):
        values = filled(sheet.samples[column.position])
        kind = _kind(column.header, values)
        phone = None if kind is None or column in phones else _phone_of(column.header, phones)
        if kind is None or phone is None or not _is_plain(column.header, kind, values):
            continue
        flags.setdefault(phone.position, []).append(CallFlag(column.position, kind))
        is_counted = any(map(str.isdecimal, words(column.header)))
        are_named |= is_counted or (len(phones) > 1 and bool(_own_words(phone.header)))
    linked = list(columns)
    for position, flags_of_phone in flags.items() if are_named or len(flags) > 1 else ():
        linked[position] = replace(columns[position], call_flags=tuple(flags_of_phone))
        reason = f"Says which numbers of {sheet.titles[position]!r} are not to be called."
        for flag in flags_of_phone:
            linked[flag.position] = ignored(linked[flag.position], reason)
    return linked


def _phone_of(header: str, phones: Columns) -> ColumnMapping | None:
    """The one phone that a header about calls names: by its words ("Phone 1 DNC"), or by those that tell it from other
    phones ("Cell DNC Date" for "Cell Phone", "DNC 1" for "Phone 1")."""
    about_calls = words(forbidding_words(header) or permitting_words(header))
    named = [word for word in words(header) if word not in about_calls]
    same = [phone for phone in phones if list(words(phone.header)) == named]
    if len(same) == 1:
        return same[0]
    lengths: dict[int, list[ColumnMapping]] = {}
    for phone in phones:
        own = _own_words(phone.header)
        if _are_within(own, named) and (own or _names_only_phone(named)):
            lengths.setdefault(len(own), []).append(phone)
    nearest = lengths[max(lengths)] if lengths else []
    return nearest[0] if len(nearest) == 1 else None


def _own_words(header: str) -> list[str]:
    """The words of a phone's header that tell it from other phones: "cell" of "Cell Phone", none of "Phone Number"."""
    terms = vocabulary()
    return [word for word in words(header) if word not in terms.phone | terms.filler]


def _names_only_phone(named: Sequence[str]) -> bool:
    """Whether a header names the phone of a sheet that has one: "Phone DNC", "Phone 1 DNC Flag"."""
    return not vocabulary().phone.isdisjoint(named) and {word for word in named if word.isdecimal()} <= {"1"}


def _are_within(own: Sequence[str], named: Sequence[str]) -> bool:
    """Whether all words of a phone stand in a header, in their order."""
    rest = iter(named)
    return all(word in rest for word in own)


def _kind(header: str, values: Sequence[str]) -> CallFlagKind | None:
    """What a column says of numbers; None where it says nothing that is certain."""
    if forbidding_words(header):
        is_date = bool(values) and likely_type(list(values)) is FieldType.DATE
        return CallFlagKind.FORBIDDEN_SINCE if is_date else CallFlagKind.FORBIDDEN
    if permitting_words(header):
        # A column that says only yes may have been filled in for some rows.
        return CallFlagKind.PERMITTED if any(map(says_no, values)) else None
    # Remarks are not read as an answer: they may be about something else, and are worth sending.
    are_states = len(set(values)) <= _MOST_STATES and all(len(value.split()) <= _LONGEST_STATE for value in values)
    return None if not are_states or all(allows_calls(header, value) for value in values) else CallFlagKind.STATUS


def _is_plain(header: str, kind: CallFlagKind, values: Sequence[str]) -> bool:
    """Whether most values that forbid calls are a plain yes, a date or words for it: a remark among them forbids too.

    A single remark must not have all numbers sent that the others forbid.
    """
    if kind is CallFlagKind.STATUS:
        return True
    refusing = [value for value in values if not allows_calls(header, value)]
    answers = says_no if kind is CallFlagKind.PERMITTED else _forbids_plainly
    return not refusing or share(refusing, answers) > _HALF


def _forbids_plainly(text: str) -> bool:
    return says_yes(text) or bool(forbidden(text)) or likely_type([text]) is FieldType.DATE
