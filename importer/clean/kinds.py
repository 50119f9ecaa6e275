"""Which function cleans which column: the one place where fields, field types and decisions meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from importer.clean import address, boolean, choice, date, identifier, name, number, text, url
from importer.clean.finding import Cleaned
from importer.model import ColumnMapping, FieldType

if TYPE_CHECKING:
    from importer.clean.rules import CleanRules, ColumnDecisions

Cleaner = Callable[[str], Cleaned]
Result = TypeVar("Result")

SINGLE: dict[str, Cleaner] = {
    "identity": identifier.identity,
    "external_id": identifier.external_id,
    "first_name": name.clean,
    "last_name": name.clean,
    "company": name.clean,
    "role": name.clean,
    "source_url": url.source,
    "created_by": identifier.created_by,
}
"""The cleaners of the fields that hold one text, in the order of the normalised sheet."""


def custom_cleaner(column: ColumnMapping, kind: FieldType, rules: CleanRules, decisions: ColumnDecisions) -> Cleaner:
    """The cleaner of a custom field's column, with what was decided for that column."""
    if kind is FieldType.DATE:
        order = rules.date_order or decisions.date_orders.get(column.position)
        return partial(date.clean, order=order, date_1904=rules.date_1904)
    if kind is FieldType.NUMBER:
        style = decisions.number_styles.get(column.position)
        return partial(number.clean, style=style, decimal_comma=rules.decimal_comma)
    if kind is FieldType.MULTI_SELECT:
        return partial(choice.clean, separator=rules.list_separator)
    return _PLAIN[kind]


_PLAIN: dict[FieldType, Cleaner] = {
    FieldType.ADDRESS: address.clean,
    FieldType.BOOLEAN: boolean.clean,
    FieldType.STRING: text.clean,
    FieldType.URL: url.clean,
}

JOINED: dict[FieldType, Callable[[Iterable[str]], str]] = {
    FieldType.ADDRESS: address.join,
    FieldType.MULTI_SELECT: choice.merge,
}
"""The custom fields that several columns may fill together, and how their values are joined."""


def each(texts: Sequence[str], clean: Callable[[str], Result]) -> list[Result]:
    """The texts cleaned, equal ones only once."""
    known = {text: clean(text) for text in set(texts)}
    return [known[text] for text in texts]
