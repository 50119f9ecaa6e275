"""A chunk of source rows, cleaned column by column into the normalised sheet."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar, cast

from importer.clean.cells import email
from importer.clean.contact_points import PointCell, gather, label_of
from importer.clean.kinds import JOINED, SINGLE, CleanedColumn, custom_cleaner, each, read, values
from importer.clean.names.full_name import FullName, split
from importer.clean.names.row_names import NameCell, row_names, unused
from importer.clean.phone import cell as phone
from importer.clean.phone.region import Region, region_of
from importer.clean.point_columns import PointColumns, doubtful
from importer.clean.problems import ProblemCollector
from importer.model import ColumnMapping, CustomField, Mapping, NormalisedChunk, SourceChunk
from importer.model.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importer.clean.finding import Cleaned, ContactPoints
    from importer.clean.rules import CleanRules, ColumnDecisions

Frame = dict[str, list[str]]
Key = TypeVar("Key")
Plainly = Callable[[Collection[Key]], dict[Key, str]]
"""The values of the cells that need no thought."""
_NAMES = tuple(field.name for field in FIELDS if field.kind in ("text", "whole_name"))


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
    columns |= work.names(_somewhere(phones, emails, work.height))
    columns |= phones | emails | work.customs()
    return NormalisedChunk(chunk.rows, columns, work.notes.problems())


def _somewhere(phones: Frame, emails: Frame, height: int) -> list[bool]:
    """Which rows have a phone or an email: a row that has any has a first one."""
    nowhere = [""] * height
    pairs = zip(phones.get("phone_1", nowhere), emails.get("email_1", nowhere), strict=True)
    return [bool(phone or email) for phone, email in pairs]


def _sure(texts: Sequence[str], cells: Sequence[Key], plainly: Plainly[Key]) -> list[str | None]:
    """The value of each cell that needs no thought, "" for an empty one; None for any other."""
    known = plainly(set(cells))
    return [known.get(cell) if text else "" for text, cell in zip(texts, cells, strict=True)]


def _field(column: ColumnMapping) -> str:
    return column.target.field if column.target else ""


def _all_rows_need_care(columns: Iterable[ColumnMapping]) -> bool:
    """Do several columns meet in one name, so that each row has to be put together by itself?"""
    fields = list(map(_field, columns))
    return "full_name" in fields or len(set(fields)) < len(fields)


class _Work:
    """One chunk being cleaned: its cells by column, the rules, and the notes taken so far."""

    def __init__(self, chunk: SourceChunk, mapping: Mapping, rules: CleanRules, decisions: ColumnDecisions) -> None:
        self._cells = chunk.columns
        self._mapped = mapping.mapped
        self._rules = rules
        self._decisions = decisions
        self.height = len(chunk.rows)
        self.notes = ProblemCollector(chunk.rows, mapping.names, rules)

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
        found = read(texts, cleaner)
        for at in found.noted:
            for finding in found.at(at).findings:
                self.notes.take(at, column.position, texts[at], finding)
        return values(found)

    def _first_given(self, columns: list[tuple[ColumnMapping, Callable[[str], Cleaned]]]) -> list[str]:
        """The values of the first column, with those of the others where it is empty."""
        given = self._cleaned(*columns[0])
        for column, cleaner in columns[1:]:
            for at, value in enumerate(self._cleaned(column, cleaner)):
                for finding in unused(given[at], value) if given[at] else ():
                    self.notes.take(at, column.position, value, finding)
                given[at] = given[at] or value
        return given

    def names(self, reachable: list[bool]) -> Frame:
        """First and last name, company and role; `reachable` tells which rows have a phone or an email."""
        found = [(column, self._read_names(column)) for column in self._columns(*_NAMES)]
        frame: Frame = {field: [""] * self.height for field in _NAMES if field != "full_name"}
        careful = _all_rows_need_care(column for column, _ in found)
        for column, names in () if careful else found:
            frame[_field(column)] = values(cast("CleanedColumn[Cleaned]", names))
        noted = {at for _, names in found for at in names.noted}
        for at in range(self.height):
            if careful or not reachable[at] or at in noted:
                cells = [NameCell(one.position, _field(one), names.texts[at], names.at(at)) for one, names in found]
                row = self._row_names(at, cells, reachable[at])
                for field, texts in frame.items():
                    texts[at] = row.get(field, "")
        return frame

    def _read_names(self, column: ColumnMapping) -> CleanedColumn[Cleaned] | CleanedColumn[FullName]:
        texts = self._texts(column.position)
        return read(texts, split) if _field(column) == "full_name" else read(texts, SINGLE[_field(column)])

    def _row_names(self, at: int, cells: list[NameCell], reachable: bool) -> dict[str, str]:
        row = row_names(cells, reachable=reachable)
        for cell, finding in row.said:
            self.notes.take(at, cell.position, cell.text, finding)
        return row.values

    def phones(self) -> Frame:
        """The phones of each row, read in the region of the row."""
        columns, policy = self._columns("phone"), self._rules.phones
        position = self._rules.region_position
        if position is None:
            region = Region(self._rules.region)
            texts = [self._texts(column.position) for column in columns]
            plainly = partial(phone.plainly_all, region=region)
            return self._points("phone", columns, texts, plainly, partial(phone.clean, region=region, policy=policy))
        regions = each(self._texts(position), partial(region_of, default=self._rules.region))
        cells = [list(zip(self._texts(column.position), regions, strict=True)) for column in columns]
        return self._points(
            *("phone", columns, cells),
            lambda some: {cell: e164 for cell in some if (e164 := phone.plainly(*cell))},
            lambda cell: phone.clean(*cell, policy),
        )

    def emails(self) -> Frame:
        """The email addresses of each row."""
        columns = self._columns("email")
        return self._points(
            *("email", columns, [self._texts(column.position) for column in columns]), email.plainly_all, email.clean
        )

    def _points(
        self,
        kind: str,
        columns: list[ColumnMapping],
        cells: Sequence[Sequence[Key]],
        plainly: Plainly[Key],
        clean: Callable[[Key], ContactPoints],
    ) -> Frame:
        """The points of each row: most cells hold one that needs no thought, and only the others are cleaned.

        `cells` are what is cleaned, column by column; a row without any phone is rejected.
        """
        if not columns:
            return {}
        texts = [self._texts(column.position) for column in columns]
        labels = [self._labels(column) for column in columns]
        plain = [_sure(*pair, plainly) for pair in zip(texts, cells, strict=True)]
        slots, clean, careful = PointColumns(self.height), cache(clean), doubtful(plain)
        for sure, given in zip(plain, labels, strict=True):
            certain = [value or "" for value in sure]
            for at in careful:
                certain[at] = ""
            slots.add(certain, given)
        for at in careful:
            four = zip(columns, texts, labels, cells, strict=True)
            row = [PointCell(one.position, all_[at], given[at], clean(keys[at])) for one, all_, given, keys in four]
            slots.put(at, gather(at, row, self.notes, essential=kind == "phone"))
        return slots.columns(kind)

    def _labels(self, column: ColumnMapping) -> list[str]:
        given = column.target.label if column.target else ""
        if column.label_position is None:
            return [given] * self.height
        return [label or given for label in each(self._texts(column.label_position), label_of)]
