"""A chunk of source rows, cleaned column by column into the normalised sheet."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

from importer.clean import email
from importer.clean.finding import Cleaned
from importer.clean.fullname import FullName, split
from importer.clean.kinds import JOINED, SINGLE, custom_cleaner, each
from importer.clean.names import NameCell, row_names, unused
from importer.clean.notes import Notes
from importer.clean.phone import cell as phone
from importer.clean.phone.region import Region, region_of
from importer.clean.points import Labelled, PointCell, gather, joined, label_of
from importer.model import ColumnMapping, CustomField, Mapping, NormalisedChunk, SourceChunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from importer.clean.finding import Points
    from importer.clean.rules import CleanRules, ColumnDecisions

Frame = dict[str, list[str]]
Key = TypeVar("Key")
_NAMES = ("first_name", "last_name", "full_name", "company", "role")


def clean(chunk: SourceChunk, mapping: Mapping, rules: CleanRules, decisions: ColumnDecisions) -> NormalisedChunk:
    """Clean every mapped column of a chunk.

    Gives the columns that `NormalisedChunk` describes (text, "" where empty) and the problems in row order, without the
    chunk's own. A phone that is not understood costs its row unless the row has another one; any other bad cell is left
    out with a warning, or costs its row where `rules.bad_cells` says so.
    """
    work = _Work(chunk, mapping, rules, decisions)
    columns: Frame = {field: [""] * work.height for field in SINGLE}
    phones, emails = work.phones(), work.emails()
    columns |= work.singles()
    columns |= work.names([bool(phone or email) for phone, email in zip(phones, emails, strict=True)])
    columns |= _numbered("phone", phones) | _numbered("email", emails) | work.customs()
    return NormalisedChunk(chunk.rows, columns, work.notes.problems())


def _numbered(kind: str, rows: Sequence[Sequence[Labelled]]) -> Frame:
    """`phone_1 phone_1_label phone_2 ...`, as many as the widest row has."""
    columns: Frame = {}
    for index in range(max(map(len, rows), default=0)):
        cells = [row[index] if index < len(row) else ("", "") for row in rows]
        columns[f"{kind}_{index + 1}"] = [value for value, _ in cells]
        columns[f"{kind}_{index + 1}_label"] = [label for _, label in cells]
    return columns


def _field(column: ColumnMapping) -> str:
    return column.target.field if column.target else ""


def _all_rows_need_care(columns: Iterable[ColumnMapping]) -> bool:
    """Do several columns meet in one name, so that each row has to be put together by itself?"""
    fields = list(map(_field, columns))
    return "full_name" in fields or len(set(fields)) < len(fields)


def _plain(texts: Sequence[str], cells: Sequence[Key], plainly: Callable[[Key], str]) -> list[str | None]:
    """The value of each cell that needs no thought, "" for an empty one; None for any other."""
    known = {cell: plainly(cell) or None for cell in set(cells)}
    return [known[cell] if text else "" for text, cell in zip(texts, cells, strict=True)]


class _Work:
    """One chunk being cleaned: its cells by column, the rules, and the notes taken so far."""

    def __init__(self, chunk: SourceChunk, mapping: Mapping, rules: CleanRules, decisions: ColumnDecisions) -> None:
        self._cells = chunk.columns
        self._mapped = mapping.mapped
        self._rules = rules
        self._decisions = decisions
        self.height = len(chunk.rows)
        self.notes = Notes(chunk.rows, mapping.columns, rules)

    def _texts(self, position: int) -> Sequence[str]:
        return self._cells[position]

    def _columns(self, *fields: str) -> list[ColumnMapping]:
        return [column for column in self._mapped if column.target and column.target.field in fields]

    def singles(self) -> Frame:
        """The columns of the fields that hold one text, names apart."""
        frame: Frame = {}
        for field, cleaner in SINGLE.items():
            columns = [] if field in _NAMES else self._columns(field)
            if columns:
                frame[field] = self._first_given([(column, cleaner) for column in columns])
        return frame

    def customs(self) -> Frame:
        """The columns of the custom fields, each typed as the workspace says."""
        by_field: dict[CustomField, list[ColumnMapping]] = {}
        for column in self._columns("custom"):
            if column.target and column.target.custom:
                by_field.setdefault(column.target.custom, []).append(column)
        return {f"custom:{field.key}": self._custom(field, columns) for field, columns in by_field.items()}

    def _custom(self, field: CustomField, columns: list[ColumnMapping]) -> list[str]:
        cleaners = [(column, custom_cleaner(column, field.type, self._rules, self._decisions)) for column in columns]
        if field.type not in JOINED or len(columns) == 1:
            return self._first_given(cleaners)
        parts = [self._cleaned(column, cleaner) for column, cleaner in cleaners]
        return [JOINED[field.type](row) for row in zip(*parts, strict=True)]

    def _cleaned(self, column: ColumnMapping, cleaner: Callable[[str], Cleaned]) -> list[str]:
        texts = self._texts(column.position)
        results = each(texts, cleaner)
        for at, result in enumerate(results):
            for finding in result.findings:
                self.notes.take(at, column.position, texts[at], finding)
        return [result.value for result in results]

    def _first_given(self, columns: list[tuple[ColumnMapping, Callable[[str], Cleaned]]]) -> list[str]:
        """The values of the first column, with those of the others where it is empty."""
        values = self._cleaned(*columns[0])
        for column, cleaner in columns[1:]:
            for at, value in enumerate(self._cleaned(column, cleaner)):
                for finding in unused(values[at], value) if values[at] else ():
                    self.notes.take(at, column.position, value, finding)
                values[at] = values[at] or value
        return values

    def names(self, reachable: list[bool]) -> Frame:
        """First and last name, company and role; `reachable` tells which rows have a phone or an email."""
        read = [(column, self._name_results(column)) for column in self._columns(*_NAMES)]
        frame: Frame = {field: [""] * self.height for field in _NAMES if field != "full_name"}
        careful = _all_rows_need_care(column for column, _ in read)
        for column, results in () if careful else read:
            frame[_field(column)] = [result.value for result in results if isinstance(result, Cleaned)]
        texts = {column.position: self._texts(column.position) for column, _ in read}
        for at in range(self.height):
            if careful or not reachable[at] or any(results[at].findings for _, results in read):
                cells = [
                    NameCell(one.position, _field(one), texts[one.position][at], results[at]) for one, results in read
                ]
                values = self._row_names(at, cells, reachable[at])
                for field, column_values in frame.items():
                    column_values[at] = values.get(field, "")
        return frame

    def _name_results(self, column: ColumnMapping) -> list[Cleaned] | list[FullName]:
        texts = self._texts(column.position)
        return each(texts, split) if _field(column) == "full_name" else each(texts, SINGLE[_field(column)])

    def _row_names(self, at: int, cells: list[NameCell], reachable: bool) -> dict[str, str]:
        row = row_names(cells, reachable=reachable)
        for cell, finding in row.said:
            self.notes.take(at, cell.position, cell.text, finding)
        return row.values

    def phones(self) -> list[list[Labelled]]:
        """The phones of each row, read in the region of the row."""
        columns, policy = self._columns("phone"), self._rules.phones
        position = self._rules.region_position
        if position is None:
            region = Region(self._rules.region)
            texts = [self._texts(column.position) for column in columns]
            plainly = partial(phone.plainly, region=region)
            return self._points(columns, texts, plainly, partial(phone.clean, region=region, policy=policy), costs=True)
        regions = each(self._texts(position), partial(region_of, default=self._rules.region))
        cells = [list(zip(self._texts(column.position), regions, strict=True)) for column in columns]
        return self._points(
            columns, cells, lambda cell: phone.plainly(*cell), lambda cell: phone.clean(*cell, policy), costs=True
        )

    def emails(self) -> list[list[Labelled]]:
        """The email addresses of each row."""
        columns = self._columns("email")
        texts = [self._texts(column.position) for column in columns]
        return self._points(columns, texts, email.plainly, email.clean, costs=False)

    def _points(
        self,
        columns: list[ColumnMapping],
        cells: Sequence[Sequence[Key]],
        plainly: Callable[[Key], str],
        clean: Callable[[Key], Points],
        *,
        costs: bool,
    ) -> list[list[Labelled]]:
        """The points of each row: most cells hold one that needs no thought, and only the others are cleaned.

        `cells` are what is cleaned, column by column; `costs`: a row without any point is rejected.
        """
        if not columns:
            return [[] for _ in range(self.height)]
        texts = [self._texts(column.position) for column in columns]
        plain = [_plain(*pair, plainly) for pair in zip(texts, cells, strict=True)]
        labels = [self._labels(column) for column in columns]
        clean = cache(clean)
        rows: list[list[Labelled]] = []
        for at, (values, given) in enumerate(zip(zip(*plain, strict=True), zip(*labels, strict=True), strict=True)):
            found = None if None in values else joined(values, given)
            if found is None:
                four = zip(columns, texts, given, cells, strict=True)
                read = [PointCell(one.position, all_[at], label, clean(keys[at])) for one, all_, label, keys in four]
                found = gather(at, read, self.notes, essential=costs)
            rows.append(found)
        return rows

    def _labels(self, column: ColumnMapping) -> list[str]:
        given = column.target.label if column.target else ""
        if column.label_position is None:
            return [given] * self.height
        return [label or given for label in each(self._texts(column.label_position), label_of)]
