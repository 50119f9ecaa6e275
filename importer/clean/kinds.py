"""Which function cleans which column: the one place where fields, field types and decisions meet."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from importer.clean.cells import address, boolean, choice, date, identifier, number, text, url
from importer.clean.finding import Cleaned
from importer.clean.names import name
from importer.clean.names.full_name import FullName
from importer.model import ColumnMapping, FieldType
from importer.model.fields import SHEET_FIELDS

if TYPE_CHECKING:
    import re

    from importer.clean.rules import CleanRules, ColumnDecisions

Cleaner = Callable[[str], Cleaned]
Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")
Result = TypeVar("Result", Cleaned, FullName)

_BY_KIND: dict[str, Cleaner] = {
    "id": identifier.external_id,
    "text": name.clean,
    "url": url.source,
    "user": identifier.created_by,
}
SINGLE: dict[str, Cleaner] = {
    "identity": identifier.identity,
    **{field.name: _BY_KIND[field.kind] for field in SHEET_FIELDS},
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


_STAYING: dict[Callable[[str], object], re.Pattern[str]] = {
    name.clean: name.PLAIN,
    identifier.external_id: identifier.PLAIN,
}
"""What the cells look like that a cleaner leaves as they are, where that can be told of many at once."""


@dataclass(frozen=True, slots=True)
class CleanedColumn(Generic[Result]):
    """A column as it was read: its texts, and what became of each of them, but for those that stay as they are."""

    texts: Sequence[str]
    known: Mapping[str, Result]

    def at(self, place: int) -> Result | Cleaned:
        """What became of the cell at a place (from 0)."""
        text = self.texts[place]
        return self.known[text] if text in self.known else Cleaned(text)

    @property
    def noted(self) -> list[int]:
        """The places of the cells that there is something to say of."""
        said = {text for text, result in self.known.items() if result.findings}
        return [at for at, text in enumerate(self.texts) if text in said] if said else []


def values(read: CleanedColumn[Cleaned]) -> list[str]:
    """The value of each cell."""
    known = {text: result.value for text, result in read.known.items() if result.value != text}
    return [known.get(text, text) for text in read.texts] if known else list(read.texts)


def read(texts: Sequence[str], clean: Callable[[str], Result]) -> CleanedColumn[Result]:
    """The texts cleaned, equal ones only once, and those that stay as they are not at all."""
    distinct = set(texts)
    staying = _STAYING.get(clean)
    if staying is not None:
        # In one go over all of them: a text with a line break in it is none of those that are found.
        distinct.difference_update(staying.findall("\n".join(distinct)))
    return CleanedColumn(texts, {text: clean(text) for text in distinct})


def each(texts: Sequence[Key], clean: Callable[[Key], Made]) -> list[Made]:
    """The texts (or whatever else) turned into something, equal ones only once."""
    known = {text: clean(text) for text in set(texts)}
    return [known[text] for text in texts]
