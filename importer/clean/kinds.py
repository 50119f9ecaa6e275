"""Which function cleans which column, and how it is applied to a whole column."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from importer.clean.cells import address, boolean, choice, date, identifier, number, text, url
from importer.clean.finding import LONGEST_CELL, Cleaned
from importer.clean.names import name
from importer.clean.names.full_name import FullName
from importer.clean.plain import PlainForm, plain_values
from importer.languages.words import is_birthday
from importer.model import ColumnMapping, FieldType
from importer.model.fields import SHEET_FIELDS

if TYPE_CHECKING:
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
    "company": name.company,
}
"""The cleaners of the fields that hold one text, in the order of the normalised sheet."""

JOINED: dict[FieldType, Callable[[Iterable[str]], str]] = {
    FieldType.ADDRESS: address.join,
    FieldType.MULTI_SELECT: choice.merge,
}
"""The custom fields that several columns may fill together, and how their values are joined."""

PLAIN_FORMS: dict[Callable[..., object], tuple[PlainForm, ...]] = {
    name.clean: name.PLAIN,
    name.company: name.PLAIN,
    identifier.external_id: identifier.PLAIN,
    date.clean: date.PLAIN,
    number.clean: number.PLAIN,
    text.clean: text.PLAIN,
    url.clean: url.PLAIN,
}
"""The plain forms of each kind of cell that has some, by its cleaner; what a column decides must not change them."""


def custom_cleaner(column: ColumnMapping, kind: FieldType, rules: CleanRules, decisions: ColumnDecisions) -> Cleaner:
    """The cleaner of a custom field's column, with what was decided for that column."""
    if kind is FieldType.DATE:
        order = rules.date_order or decisions.date_orders.get(column.position)
        names = [column.header, *([column.target.custom.name] if column.target and column.target.custom else [])]
        is_past = any(map(is_birthday, names))
        return partial(date.clean, order=order, date_1904=rules.date_1904, today=rules.today, is_past=is_past)
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
    """A column after cleaning: its texts, the results of those that may have findings, the values of plain ones.

    A text that is in neither stays as it is.
    """

    texts: Sequence[str]
    results: Mapping[str, Result]
    plain: Mapping[str, str]

    def result(self, index: int) -> Result | Cleaned:
        """The result of the cell in a row (from 0)."""
        return self.of_text(self.texts[index])

    def of_text(self, text: str) -> Result | Cleaned:
        """The result of the cells with a text."""
        return self.results[text] if text in self.results else Cleaned(self.plain.get(text, text))

    @property
    def rows_with_findings(self) -> list[int]:
        """The rows (from 0) whose cells have findings."""
        texts = {text for text, result in self.results.items() if result.findings}
        return [index for index, text in enumerate(self.texts) if text in texts] if texts else []


def values(column: CleanedColumn[Cleaned]) -> list[str]:
    """The value of each cell."""
    changed = dict(column.plain)
    changed.update((text, result.value) for text, result in column.results.items() if result.value != text)
    return [changed.get(text, text) for text in column.texts] if changed else list(column.texts)


def clean_column(texts: Sequence[str], clean: Callable[[str], Result]) -> CleanedColumn[Result]:
    """The texts cleaned, equal ones only once; plain ones all at once, and those that stay as they are not at all."""
    distinct = set(texts)
    is_long = max(map(len, distinct), default=0) > LONGEST_CELL
    too_long = {text for text in distinct if len(text) > LONGEST_CELL} if is_long else set[str]()
    ordinary = distinct - too_long if too_long else distinct
    # What was decided for a column does not change the value of a plain cell.
    function = clean.func if isinstance(clean, partial) else clean
    # But of a day that is written plainly there is something to say where it must be in the past.
    has_limit = isinstance(clean, partial) and clean.keywords.get("is_past")
    changed, others = plain_values(ordinary, () if has_limit else PLAIN_FORMS.get(function, ()))
    return CleanedColumn(texts, {text: clean(text) for text in others | too_long}, changed)


def each_distinct(keys: Sequence[Key], make: Callable[[Key], Made]) -> list[Made]:
    """What a function makes of each key, called once for equal ones."""
    made = {key: make(key) for key in set(keys)}
    return [made[key] for key in keys]
