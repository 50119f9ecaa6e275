"""Which function cleans which column, and how it is applied to a whole column."""

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

JOINED: dict[FieldType, Callable[[Iterable[str]], str]] = {
    FieldType.ADDRESS: address.join,
    FieldType.MULTI_SELECT: choice.merge,
}
"""The custom fields that several columns may fill together, and how their values are joined."""

# Most names and ids stay as they are. One search over the whole column finds these, and only the others are cleaned.
_UNCHANGED: dict[Callable[[str], object], re.Pattern[str]] = {
    name.clean: name.PLAIN,
    identifier.external_id: identifier.PLAIN,
}


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
    return {
        FieldType.ADDRESS: address.clean,
        FieldType.BOOLEAN: boolean.clean,
        FieldType.STRING: text.clean,
        FieldType.URL: url.clean,
    }[kind]


@dataclass(frozen=True, slots=True)
class CleanedColumn(Generic[Result]):
    """A column after cleaning: its texts, and the results of those that may have changed or have findings."""

    texts: Sequence[str]
    results: Mapping[str, Result]

    def result(self, index: int) -> Result | Cleaned:
        """The result of the cell in a row (from 0)."""
        text = self.texts[index]
        return self.results[text] if text in self.results else Cleaned(text)

    @property
    def rows_with_findings(self) -> list[int]:
        """The rows (from 0) whose cells have findings."""
        texts = {text for text, result in self.results.items() if result.findings}
        return [index for index, text in enumerate(self.texts) if text in texts] if texts else []


def values(column: CleanedColumn[Cleaned]) -> list[str]:
    """The value of each cell."""
    changed = {text: result.value for text, result in column.results.items() if result.value != text}
    return [changed.get(text, text) for text in column.texts] if changed else list(column.texts)


def clean_column(texts: Sequence[str], clean: Callable[[str], Result]) -> CleanedColumn[Result]:
    """The texts cleaned, equal ones only once, and those that surely stay as they are not at all."""
    distinct = set(texts)
    unchanged = _UNCHANGED.get(clean)
    if unchanged is not None:
        # A text with a line break in it is not among these, since each line is looked at by itself.
        distinct.difference_update(unchanged.findall("\n".join(distinct)))
    return CleanedColumn(texts, {text: clean(text) for text in distinct})


def each_distinct(keys: Sequence[Key], make: Callable[[Key], Made]) -> list[Made]:
    """What a function makes of each key, called once for equal ones."""
    made = {key: make(key) for key in set(keys)}
    return [made[key] for key in keys]
