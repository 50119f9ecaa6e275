"""A look at whole columns before any cell is cleaned: what their unambiguous cells show about the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, get_args

from importer.clean.cells import choice, date, number
from importer.clean.finding import shown
from importer.clean.phone import damage
from importer.clean.phone.damage import evidence as phone_evidence
from importer.clean.phone.origin import NOWHERE
from importer.clean.phone.origin_tally import OriginTally
from importer.clean.plain import PlainForm, plain_cells
from importer.clean.rules import CleanRules, ColumnDecisions, NumberStyle
from importer.model import ColumnMapping, FieldType, Mapping, Problem, Severity, SourceChunk
from importer.model.choices import DateOrder

if TYPE_CHECKING:
    from collections.abc import Iterator


_DATE_ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)
PlainEvidence = Sequence[tuple[PlainForm, str]]
PLAIN_EVIDENCE: dict[Callable[..., str], PlainEvidence] = {
    phone_evidence: damage.PLAIN_EVIDENCE,
    date.evidence: date.PLAIN_EVIDENCE,
    number.evidence: number.PLAIN_EVIDENCE,
}
"""What each kind of evidence says of plain cells, which no cell meets in two forms."""


@dataclass(slots=True)
class _Tally:
    """How many cells of a column were of which sort, and the first of each, in quotation marks."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, texts: Sequence[str], sorter: Callable[[str], str], plain: PlainEvidence) -> None:
        """Count cells by their sorts; those without one do not count. `plain`: what `sorter` says of plain cells."""
        counts: Counter[str] = Counter()
        filled = len(texts) - texts.count("")
        texts_by_column: list[list[str]] = []
        for form, sort in plain:
            # Most columns are written in one way.
            if counts.total() < filled:
                texts_by_column.append(plain_cells(texts, form))
                counts[sort] += len(texts_by_column[-1])
        if counts.total() < filled:
            is_sorted = set(chain(*texts_by_column))
            # What is odd is often the same: n/a, or 0 for none.
            unsorted = Counter([text for text in texts if text and text not in is_sorted])
            for text, count in unsorted.items():
                counts[sorter(text)] += count
        for sort, count in counts.items():
            if sort and count:
                self.counts[sort] += count
                if sort not in self.examples:
                    self.examples[sort] = shown(next(text for text in texts if text and sorter(text) == sort))

    def has(self, *sorts: str) -> bool:
        """Whether cells of all these sorts were counted."""
        return all(sort in self.counts for sort in sorts)

    def count(self, sort: str, noun: str) -> str:
        """How many cells of a sort there were, with an example: `3 dates such as “3/4/24”`."""
        count = self.counts[sort]
        return f"{count} {noun}{'' if count == 1 else 's'} such as {self.examples[sort]}"

    @property
    def date_order(self) -> DateOrder | None:
        """The order of day and month that cells show, None where they show none or both."""
        shown_orders = [order for order in _DATE_ORDERS if self.has(order)]
        return shown_orders[0] if len(shown_orders) == 1 else None

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
        self._origins = {
            column.position: OriginTally(region)
            for column in mapping.mapped
            if rules.region_position is None and column.target and column.target.field == "phone"
            if (region := rules.region_of(column.position))
        }

    @property
    def needed(self) -> bool:
        """Whether any mapped column needs a look at the whole of it; if not, feeding has no effect."""
        return bool(self._sorters)

    def feed(self, chunk: SourceChunk) -> None:
        """Look at the cells of a chunk."""
        for position, sorter in self._sorters.items():
            function = sorter.func if isinstance(sorter, partial) else sorter
            self._tallies[position].add(chunk.columns[position], sorter, PLAIN_EVIDENCE.get(function, ()))
        for position, origins in self._origins.items():
            origins.feed(chunk.columns[position])

    def decisions(self) -> ColumnDecisions:
        """What the columns seen so far decide; a column whose cells contradict each other decides no date order."""
        tallies = self._tallies.items()
        orders = {position: order for position, tally in tallies if (order := tally.date_order)}
        styles = {position: style for position, tally in tallies if (style := tally.number_style)}
        abroad = {position: where for position, tally in self._origins.items() if (where := tally.abroad()) != NOWHERE}
        return ColumnDecisions(MappingProxyType(orders), MappingProxyType(styles), MappingProxyType(abroad))

    def problems(self) -> tuple[Problem, ...]:
        """The warnings about whole columns, each once and without a row, in column order."""
        return tuple(
            Problem(None, self._names[position], "", rule, Severity.WARNING, message, position)
            for position, tally in sorted(self._tallies.items())
            for rule, message in _warnings(
                f"Column {shown(self._names[position])}",
                tally,
                replace(self._rules, region=self._rules.region_of(position)),
            )
        )


def _sorter(column: ColumnMapping, rules: CleanRules) -> Callable[[str], str] | None:
    """The function that sorts the cells of a column, None where nothing depends on the whole column."""
    if column.target is None:
        return None
    if column.target.field == "phone":
        # With a country in each row, no phone depends on how the others are written.
        return phone_evidence if rules.region_position is None else None
    kind = column.target.custom.type if column.target.custom else None
    if kind is FieldType.MULTI_SELECT:
        return partial(choice.evidence, separator=rules.list_separator)
    return {FieldType.DATE: date.evidence, FieldType.NUMBER: number.evidence}.get(kind) if kind else None


def _warnings(column: str, tally: _Tally, rules: CleanRules) -> Iterator[tuple[str, str]]:
    """Rule and text of each warning about a column; the sorts of its cells tell which of them are about its kind."""
    if tally.has("with-country", "without-country"):
        are_read = f"are read as numbers dialled in {rules.region}"
        how = are_read if rules.region else "are rejected, since no region is set"
        counts = f"{tally.counts['with-country']} with a country code and {tally.counts['without-country']} without"
        what = (
            f"{column} mixes phone numbers: {counts}. Those without, such as "
            f"{tally.examples['without-country']}, {how}. "
            "Check --region, or name the column of each row's country with --region-column."
        )
        yield "phone-column-mixed", what

    yield from _date_warnings(column, tally, rules)

    style = tally.number_style
    # A person who has given the option, and whom no cell contradicts, has decided it.
    is_decided = rules.decimal_comma and style in (None, "comma")
    if tally.has("either-style") and not is_decided:
        what = f"{column} has {tally.count('either-style', 'number')}"
        # The option does not decide against what the column shows: the two together mean that something is wrong.
        if style == "mixed" or (style == "dot" and rules.decimal_comma):
            what += (
                ", and both dot and comma for decimals. These numbers cannot be used. "
                "Write all numbers in one way and run again."
            )
        else:
            sign = "comma" if style == "comma" else "dot"
            why = f"as {tally.examples[style]} shows" if style else "since no cell shows which it is"
            remedy = "Write the numbers without thousands separators" if sign == "comma" else "Give --decimal-comma"
            what += f"; the {sign} is read as the decimal sign, {why}. {remedy} if that is wrong."
        yield "number-style-unclear", what

    if tally.has("with-comma") and not tally.has("separated"):
        what = (
            f"{column} has {tally.count('with-comma', 'cell')}, each read as one choice, since choices are separated "
            f"by {rules.list_separator} and no cell has one. If commas separate the choices, "
            "give --list-separator , and run again."
        )
        yield "choice-separator-unclear", what


def _date_warnings(column: str, tally: _Tally, rules: CleanRules) -> Iterator[tuple[str, str]]:
    if tally.has("either-order") and not rules.date_order and not tally.date_order:
        orders = sum(tally.has(order) for order in _DATE_ORDERS)
        why = "shows both orders" if orders > 1 else "does not show which comes first"
        what = (
            f"{column} has {tally.count('either-order', 'date')}, and {why}: day or month. "
            "These dates cannot be used. Give --date-order dmy or --date-order mdy and run again."
        )
        yield "date-order-unknown", what

    # Each of these cells has a finding too, but only all of them together show that the option may be wrong.
    other_orders = [order for order in _DATE_ORDERS if rules.date_order and order != rules.date_order]
    for contrary in filter(tally.has, other_orders):
        what = (
            f"{column} has {tally.count(contrary, 'date')}, which cannot be read in the order {rules.date_order}. "
            "These dates cannot be used. Check --date-order, or correct the cells and run again."
        )
        yield "date-order-contradicted", what
    if tally.has("serial"):
        what = (
            f"{column} has {tally.count('serial', 'plain number')}, "
            "read as dates, since Excel stores dates as numbers. If that is wrong, "
            "format the column as Date and export again."
        )
        yield "date-column-serial", what
