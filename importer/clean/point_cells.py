"""The phones and email addresses of a chunk: a column of points becomes the points of each row."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar, cast

from importer.clean.call_flags import refusal_of
from importer.clean.cells import email
from importer.clean.contact_points import PointCell, gather, label_of
from importer.clean.finding import shown
from importer.clean.kinds import each_distinct
from importer.clean.phone import cell as phone
from importer.clean.phone import joined
from importer.clean.phone.joined import PartedNumber
from importer.clean.phone.origin import NOWHERE
from importer.clean.phone.region import Region, numbered_regions, region_of
from importer.clean.point_columns import PointColumns, doubtful
from importer.clean.problems import ProblemCollector
from importer.languages.words import forbidden_beside, is_fax

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importer.clean.finding import ContactPoints
    from importer.clean.rules import CleanRules, ColumnDecisions
    from importer.model import ColumnMapping, Mapping, SourceChunk

Frame = dict[str, list[str]]
"""Clean texts of a chunk, by field and number, such as `phone_1`."""
Key = TypeVar("Key")
CleanPlainAll = Callable[[Collection[Key]], dict[Key, str]]
"""The values of the cells about which there is nothing to say; other cells are missing."""


class PointCleaning:
    """One chunk being cleaned: its cells by column, the rules, and the problems so far."""

    def __init__(self, chunk: SourceChunk, mapping: Mapping, rules: CleanRules, decisions: ColumnDecisions) -> None:
        self._texts = list(chunk.columns)
        self._mapped = mapping.mapped
        self._rules, self._decisions = rules, decisions
        self._height = len(chunk.rows)
        self.withheld: dict[int, tuple[str, ...]] = {}
        """By row (from 0) the phones that are not to be used; by them a person is known all the same."""
        self.problems = ProblemCollector(chunk.rows, mapping.names, rules)

    def _columns(self, *fields: str) -> list[ColumnMapping]:
        return [column for column in self._mapped if column.target and column.target.field in fields]

    def phones(self) -> Frame:
        """The phones of each row, read in the region of the row."""
        columns, policy = self._columns("phone"), self._rules.phones
        texts = [self._texts[column.position] for column in columns]
        position = self._rules.region_position
        if any(column.area_position is not None or column.extension_position is not None for column in columns):
            return self._parted_phones(columns, texts, position)
        if position is None:
            regions = [
                Region(
                    self._rules.region_of(column.position), abroad=self._decisions.abroad.get(column.position, NOWHERE)
                )
                for column in columns
            ]
            clean_plain_all = [partial(phone.clean_plain_all, region=region) for region in regions]
            cleaners = [partial(phone.clean, region=region, policy=policy) for region in regions]
            return self._points("phone", columns, texts, clean_plain_all, cleaners)

        regions, numbers = numbered_regions(self._texts[position], self._rules.region)
        return self._points(
            "phone",
            columns,
            [list(zip(column_texts, numbers, strict=True)) for column_texts in texts],
            [partial(phone.clean_plain_in, regions=regions)] * len(columns),
            [lambda cell: phone.clean(cell[0], regions[cell[1]], policy)] * len(columns),
        )

    def _parted_phones(
        self, columns: list[ColumnMapping], texts: Sequence[Sequence[str]], region_position: int | None
    ) -> Frame:
        """The phones of a sheet in which columns hold area codes or extensions of others."""
        empty = [""] * self._height
        cells: list[list[PartedNumber]] = []
        for column, column_texts in zip(columns, texts, strict=True):
            if region_position is None:
                abroad = self._decisions.abroad.get(column.position, NOWHERE)
                regions = [Region(self._rules.region_of(column.position), abroad=abroad)] * self._height
            else:
                regions = each_distinct(self._texts[region_position], partial(region_of, default=self._rules.region))
            parts = [
                empty if part is None else self._texts[part]
                for part in (column.area_position, column.extension_position)
            ]
            cells.append(list(map(PartedNumber, column_texts, regions, *parts)))
        return self._points(
            "phone",
            columns,
            cells,
            [lambda distinct: {cell: e164 for cell in distinct if (e164 := joined.clean_plain(cell))}] * len(columns),
            [partial(joined.clean, policy=self._rules.phones)] * len(columns),
        )

    def emails(self) -> Frame:
        """The email addresses of each row."""
        columns = self._columns("email")
        texts = [self._texts[column.position] for column in columns]
        return self._points(
            "email", columns, texts, [email.clean_plain_all] * len(columns), [email.clean] * len(columns)
        )

    def _labels(self, column: ColumnMapping) -> list[str]:
        """The label of each row's point: that of the row wins over that of the column ("work" of "Work phone")."""
        own = column.target.label if column.target else ""
        if column.label_position is None:
            return [own] * self._height
        return [label or own for label in each_distinct(self._texts[column.label_position], label_of)]

    def _refusals(self, column: ColumnMapping) -> Sequence[str]:
        """What other columns say of each row against calling the number in this one; "" where they say nothing."""
        flags = column.call_flags
        if not flags:
            return [""] * self._height
        titles = [shown(self.problems.names[flag.position]) for flag in flags]
        kinds = [flag.kind for flag in flags]
        cells = list(zip(*(self._texts[flag.position] for flag in flags), strict=True))
        refusals = {texts: refusal_of(kinds, titles, texts) for texts in set(cells)}
        return [refusals[texts] for texts in cells]

    def _points(
        self,
        kind: str,
        columns: list[ColumnMapping],
        cells: Sequence[Sequence[Key]],
        clean_plain_all: Sequence[CleanPlainAll[Key]],
        cleaners: Sequence[Callable[[Key], ContactPoints]],
    ) -> Frame:
        """The points of each row: most cells hold one about which there is nothing to say; the others are cleaned.

        `cells` are the keys that are cleaned, column by column, each by its cleaner; a row without any understood phone
        is rejected.
        """
        if not columns:
            return {}
        texts = [self._texts[column.position] for column in columns]
        labels = [self._labels(column) for column in columns]
        refusals = [self._refusals(column) for column in columns]
        plain = list(map(_plain_points, texts, cells, clean_plain_all))
        sent = [kind != "phone" or (column.target is not None and is_fax(column.target.label)) for column in columns]
        for points, column_labels, column_refusals, is_sent in zip(plain, labels, refusals, sent, strict=True):
            labels_left = {label for label in set(column_labels) if is_fax(label) or forbidden_beside(label)}
            _clear(points, map(labels_left.__contains__, column_labels) if labels_left and not is_sent else ())
            _clear(points, map(bool, column_refusals) if any(column_refusals) else ())

        # Rows of plain cells go into the sheet a column at a time, the others one by one.
        point_columns, rows = PointColumns(self._height), doubtful(plain)
        for points, column_labels in zip(plain, labels, strict=True):
            certain = cast("list[str]", list(points))
            for index in rows:
                certain[index] = ""
            point_columns.add(certain, column_labels)
        # Rows with the same cells are gathered once.
        rows_by_cells: dict[tuple[Key | str, ...], list[int]] = {}
        own_cells = list(zip(*cells, *labels, *refusals, strict=True)) if rows else []
        for index in rows:
            rows_by_cells.setdefault(own_cells[index], []).append(index)
        cached = [cache(clean) for clean in cleaners]
        for indexes in rows_by_cells.values():
            first = indexes[0]
            row_cells = [
                PointCell(
                    column.position, column_texts[first], column_labels[first], clean(keys[first]), is_sent, why[first]
                )
                for column, clean, is_sent, column_texts, column_labels, keys, why in zip(
                    columns, cached, sent, texts, labels, cells, refusals, strict=True
                )
            ]
            row = gather(row_cells, self.problems.names, essential=kind == "phone")
            for cell, finding in row.findings:
                self.problems.take_all(indexes, cell.position, cell.text, finding, costs_row=row.costs_row)
            for index in indexes if row.points else ():
                point_columns.put(index, row.points)
            if row.withheld:
                self.withheld |= dict.fromkeys(indexes, row.withheld)
        return point_columns.columns(kind)


def _plain_points(texts: Sequence[str], keys: Sequence[Key], clean_plain: CleanPlainAll[Key]) -> list[str | None]:
    """The points of the cells of a column: None where there is something to say, "" where the cell is blank."""
    point = clean_plain(set(keys))
    found: Iterable[str | None] = map(point.get, keys)
    if not all(texts):
        found = (value if text else "" for text, value in zip(texts, found, strict=True))
    return list(found)


def _clear(points: list[str | None], are_left_out: Iterable[bool]) -> None:
    """Let the plain points that may be left out be looked at one by one; blank cells stay blank."""
    for index, is_left_out in enumerate(are_left_out):
        if is_left_out and points[index]:
            points[index] = None
