"""Columns that are not sent and yet of use: they name each row's country, or the rows that are not to be called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.mapping.suggest.do_not_call import (
    ALLOWS_CALLS,
    allows_calls,
    forbidding_words,
    is_answer_about_calls,
    permitting_words,
)
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.value_types import ENOUGH, filled, is_long_phone, share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.regex import regex
from importer.shell import shell_quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.mapping.suggest.columns import SheetColumns
    from importer.model import ColumnMapping

_CALLING_CODE = regex(r"(?:\+|00)?\s*[1-9]\d{0,2}(?:\.0)?|\+?1[\s-]\d{3}")
_LONGEST_STATE = 40  # characters: a longer text is a note
_MOST_STATES = 3


class Offer(NamedTuple):
    """What a column that is not sent is good for, with the option that makes use of it.

    `conditions`: for `only`, those that leave out the rows in which the column says that a contact is not to be called.
    """

    text: str
    conditions: tuple[str, ...] = ()


def offer(sheet: SheetColumns, column: ColumnMapping) -> Offer | None:
    """What a column that is not sent is good for; None for any other column."""
    values, title = filled(sheet.samples[column.position]), sheet.titles[column.position]
    if sheet.keys[column.position] in vocabulary().ids:
        return None
    if values and holds_calling_codes(column.header, values):
        return Offer(
            f"It may hold the country code of each phone: to read them so, give --region-column {shell_quote(title)}."
        )
    denies = forbidding_words(column.header)
    if denies and share(values, is_long_phone) >= ENOUGH:
        return Offer(f"Its name says {denies!r}, so its numbers should not be used.")
    return _filter(title, column.header, values)


def holds_calling_codes(header: str, values: Sequence[str], *, named: bool = False) -> bool:
    """Whether values may be country codes of phones by their form and their header; `named`: its words say so."""
    terms, header_words = vocabulary(), set(words(header))
    # "Code" alone, or beside a word for phones, may be one of a country; "Product Code" is another.
    is_code = not named and bool(header_words & terms.codes) and header_words <= terms.codes | terms.point_words
    is_named = bool(header_words & terms.calling_codes)
    return (is_code or is_named) and all(map(_CALLING_CODE.fullmatch, values))


def _filter(title: str, header: str, values: Sequence[str]) -> Offer | None:
    """The condition that leaves out the rows in which a column says that a contact is not to be called.

    It is about all values that mean so, since the first rows need not have every one of them.
    """
    condition = f"{title} {ALLOWS_CALLS}"
    option = f"--only {shell_quote(condition)}"
    if forbidding_words(header):
        return Offer(f"It says who is not to be contacted: to import only the others, give {option}.", (condition,))
    if permitting_words(header):
        # A remark about when to call does not answer whether to call.
        is_answered = any(map(is_answer_about_calls, values))
        text = f"It says who may be contacted: to import only these, give {option}."
        return Offer(text, (condition,)) if is_answered else None
    texts = dict.fromkeys(" ".join(value.split()) for value in values)
    denied = [text for text in texts if len(text) <= _LONGEST_STATE and not allows_calls(header, text)]
    if not denied:
        return None
    listed = ", ".join(map(repr, denied[:_MOST_STATES]))
    text = f"Some of its values say that a contact is not to be called ({listed}): to leave these out, give {option}."
    return Offer(text, (condition,))
