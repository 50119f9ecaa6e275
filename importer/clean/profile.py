"""A look at whole columns before any cell is cleaned: what their unambiguous cells show about the others."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from importer.clean.cells import date, number
from importer.clean.characters.characters import trimmed
from importer.clean.finding import shown
from importer.clean.phone.damage import lost_digits
from importer.clean.rules import CleanRules, ColumnDecisions, DateOrder, NumberStyle
from importer.model import ColumnMapping, FieldType, Mapping, Problem, Severity, SourceChunk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as MappingOf

_WITH_COUNTRY = re.compile(r"[^\d+]*(?:\+|00)")
_DECIMAL_SIGN = re.compile("[.,]")
_ENOUGH_DIGITS = re.compile(r"(?:\D*\d){7}")


@dataclass(slots=True)
class _Tally:
    """How many cells of a column were of which sort, and the first example of each."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, sorts: Sequence[str], texts: Sequence[str]) -> None:
        """Count cells by their sorts; those without one do not count."""
        for sort, count in Counter(sorts).items():
            if sort:
                self.counts[sort] += count
                self.examples.setdefault(sort, texts[sorts.index(sort)])

    def has(self, *sorts: str) -> bool:
        """Whether cells of all these sorts were counted."""
        return all(sort in self.counts for sort in sorts)

    def example(self, sort: str) -> str:
        """The first cell of a sort, in quotation marks."""
        return shown(self.examples[sort])

    def count(self, sort: str, noun: str) -> str:
        """How many cells of a sort there were, with an example: `3 dates such as “3/4/24”`."""
        count = self.counts[sort]
        return f"{count} {noun}{'' if count == 1 else 's'} such as {self.example(sort)}"

    @property
    def date_order(self) -> DateOrder | None:
        """The order of day and month that cells show, None where they show none or both."""
        if self.has("dmy") == self.has("mdy"):
            return None
        return "dmy" if self.has("dmy") else "mdy"

    @property
    def number_style(self) -> NumberStyle | None:
        """The decimal sign that cells show, None where they show none."""
        if self.has("comma", "dot"):
            return "mixed"
        return "comma" if self.has("comma") else "dot" if self.has("dot") else None


class SheetProfile:
    """Feed it every chunk of a sheet, then ask for the decisions and the column-wide warnings.

    Keeps a few counters a column, whatever the number of rows.
    """

    def __init__(self, mapping: Mapping, rules: CleanRules) -> None:
        self._rules = rules
        self._names = mapping.names
        self._sorters = {column.position: sorter for column in mapping.mapped if (sorter := _sorter(column, rules))}
        self._tallies = {position: _Tally() for position in self._sorters}

    @property
    def needed(self) -> bool:
        """Whether any mapped column needs a look at the whole of it; if not, feeding has no effect."""
        return bool(self._sorters)

    def feed(self, chunk: SourceChunk) -> None:
        """Look at the cells of a chunk."""
        for position, sorter in self._sorters.items():
            tally = self._tallies[position]
            tally.add([sorter(text) if text else "" for text in chunk.columns[position]], chunk.columns[position])

    @property
    def decides(self) -> bool:
        """Whether the cells seen so far decide how others are read; if not, cells can be cleaned without the rest."""
        return any(tally.date_order or tally.number_style for tally in self._tallies.values())

    def decisions(self) -> ColumnDecisions:
        """What the columns seen so far decide; a column whose cells contradict each other decides no date order."""
        tallies = self._tallies.items()
        orders = {position: order for position, tally in tallies if (order := tally.date_order)}
        styles = {position: style for position, tally in tallies if (style := tally.number_style)}
        return ColumnDecisions(MappingProxyType(orders), MappingProxyType(styles))

    def problems(self) -> tuple[Problem, ...]:
        """The warnings about whole columns, each once and without a row, in column order."""
        return tuple(
            Problem(None, self._names[position], "", rule, Severity.WARNING, message, position)
            for position, tally in sorted(self._tallies.items())
            for rule, warning in _WARNINGS.items()
            if (message := warning(f"Column {shown(self._names[position])}", tally, self._rules))
        )


def _sorter(column: ColumnMapping, rules: CleanRules) -> Callable[[str], str] | None:
    """The function that sorts the cells of a column, None where nothing depends on the whole column."""
    if column.target is None:
        return None
    if column.target.field == "phone":
        return _phone_sort if rules.region_position is None else None
    kind = column.target.custom.type if column.target.custom else None
    if kind is FieldType.MULTI_SELECT:
        return partial(_choice_sort, separator=rules.list_separator)
    return {FieldType.DATE: _date_sort, FieldType.NUMBER: _number_sort}.get(kind) if kind else None


def _phone_sort(text: str) -> str:
    if _WITH_COUNTRY.match(text):
        return "with-country"
    if not _ENOUGH_DIGITS.match(text):
        return ""
    # A number that lost its digits is not a number, and has a warning of its own.
    return "" if _DECIMAL_SIGN.search(text) and lost_digits(text) else "without-country"


def _date_sort(text: str) -> str:
    if text[4:5] == "-":
        return ""
    value = trimmed(text)
    if date.is_serial(value):
        return "serial"
    return date.order_shown(value) or ("either-order" if date.is_ambiguous(value) else "")


def _number_sort(text: str) -> str:
    if text.isdigit():
        return ""
    return number.style_shown(text) or ("either-style" if number.is_ambiguous(text) else "")


def _choice_sort(text: str, separator: str) -> str:
    if text[:1] in ("[", '"'):
        return ""
    if separator in text or " ::: " in text or "\n" in text:
        return "separated"
    return "with-comma" if "," in text else ""


def _mixed_countries(column: str, tally: _Tally, rules: CleanRules) -> str:
    if not tally.has("with-country", "without-country"):
        return ""
    how = f"are read as numbers dialled in {rules.region}" if rules.region else "are rejected, since no region is set"
    counts = f"{tally.counts['with-country']} with a country code and {tally.counts['without-country']} without"
    return (
        f"{column} mixes phone numbers: {counts}. Those without, such as {tally.example('without-country')}, {how}. "
        "Check --region, or name the column of each row's country with --region-column."
    )


def _unknown_order(column: str, tally: _Tally, rules: CleanRules) -> str:
    if rules.date_order or not tally.has("either-order") or tally.date_order:
        return ""
    why = "shows both orders" if tally.has("dmy", "mdy") else "does not show which comes first"
    return (
        f"{column} has {tally.count('either-order', 'date')}, and {why}: day or month. "
        "They cannot be used. Give --date-order dmy or --date-order mdy and run again."
    )


def _contradicted_order(column: str, tally: _Tally, rules: CleanRules) -> str:
    contrary = {"dmy": "mdy", "mdy": "dmy"}.get(rules.date_order or "", "")
    if not tally.has(contrary):
        return ""
    return (
        f"{column} has {tally.count(contrary, 'date')}, which cannot be read in the order {rules.date_order}. "
        "They cannot be used. Check --date-order, or correct the cells and run again."
    )


def _serials(column: str, tally: _Tally, rules: CleanRules) -> str:
    if not tally.has("serial"):
        return ""
    return (
        f"{column} has {tally.count('serial', 'plain number')}, "
        "taken as Excel's count of days. If that is wrong, format the column as Date and export again."
    )


def _either_style(column: str, tally: _Tally, rules: CleanRules) -> str:
    if not tally.has("either-style"):
        return ""
    style = tally.number_style
    cells = f"{column} has {tally.count('either-style', 'number')}"
    if style == "mixed" or (style == "dot" and rules.decimal_comma):
        return f"{cells}, and both dot and comma for decimals. They cannot be used. Write all in one way and run again."
    sign = "comma" if style == "comma" or (style is None and rules.decimal_comma) else "dot"
    why = f"as {tally.example(style)} shows" if style else "since no cell shows which it is"
    remedy = "Write them without thousands separators" if sign == "comma" else "Give --decimal-comma"
    return f"{cells}; the {sign} is taken for the decimal sign, {why}. {remedy} if that is wrong."


def _other_separator(column: str, tally: _Tally, rules: CleanRules) -> str:
    if not tally.has("with-comma") or tally.has("separated"):
        return ""
    return (
        f"{column} has {tally.count('with-comma', 'cell')}, each taken as one choice, since choices are separated by "
        f"{rules.list_separator} and no cell has it. If commas separate them, give --list-separator , and run again."
    )


_WARNINGS: MappingOf[str, Callable[[str, _Tally, CleanRules], str]] = {
    "phone-column-mixed": _mixed_countries,
    "date-order-unknown": _unknown_order,
    "date-order-contradicted": _contradicted_order,
    "date-column-serial": _serials,
    "number-style-unclear": _either_style,
    "choice-separator-unclear": _other_separator,
}
"""Slug of a rule -> its warning about a column, "" where it does not apply."""
