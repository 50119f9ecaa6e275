"""A chunk of source rows, cleaned column by column into the normalised sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from importer.clean.finding import TOO_LONG, bad, shown
from importer.clean.kinds import JOINED, SINGLE, CleanedColumn, clean_column, custom_cleaner, values
from importer.clean.names.full_name import FullName, split
from importer.clean.names.note import notes_of
from importer.clean.names.particle import with_particle
from importer.clean.names.row_names import CleanedNames, NameCell, row_names, unused
from importer.clean.placeholders import is_placeholder, is_sign, may_be_no_person
from importer.clean.point_cells import Frame, PointCleaning
from importer.model import ColumnMapping, CustomField, Mapping, NormalisedChunk, SourceChunk
from importer.model.fields import FIELDS, NAME_HALVES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from importer.clean.finding import Cleaned
    from importer.clean.kinds import Cleaner
    from importer.clean.rules import CleanRules, ColumnDecisions

MOST_CHARACTERS = 10_000
"""A longer cell is no value of a contact; a cell of Excel may have three times as many."""
MOST_SHOWN = 200
_HALVES = frozenset(NAME_HALVES)
_PERSON = (*NAME_HALVES, "full_name")
_NAMES = tuple(field.name for field in FIELDS if field.kind in ("text", "whole_name"))


def clean(chunk: SourceChunk, mapping: Mapping, rules: CleanRules, decisions: ColumnDecisions) -> NormalisedChunk:
    """Clean every mapped column of a chunk.

    Gives the columns that `NormalisedChunk` describes (text, "" where empty) and the problems in row order, without the
    chunk's own. A phone that is not understood costs its row unless the row has another one; any other bad cell is left
    out with a warning, or costs its row where `rules.bad_cells` says so.
    """
    cleaning = _ChunkCleaning(chunk, mapping, rules, decisions)
    empty = [""] * len(chunk.rows)
    columns: Frame = {field: list(empty) for field in SINGLE}
    # Before the names: whether a row can be reached decides what a placeholder for its name means.
    phones, emails = cleaning.phones(), cleaning.emails()
    columns |= cleaning.singles()
    # A row that has any phone or email has a first one.
    firsts = zip(phones.get("phone_1", empty), emails.get("email_1", empty), strict=True)
    columns |= cleaning.names([bool(phone or email) for phone, email in firsts])
    columns |= phones | emails | cleaning.customs()
    withheld = {chunk.rows[index]: numbers for index, numbers in cleaning.withheld.items()}
    return NormalisedChunk(chunk.rows, columns, cleaning.problems.problems(), withheld)


class _ChunkCleaning(PointCleaning):
    """One chunk being cleaned, every field of it."""

    def __init__(self, chunk: SourceChunk, mapping: Mapping, rules: CleanRules, decisions: ColumnDecisions) -> None:
        super().__init__(chunk, mapping, rules, decisions)
        for column in self._columns("last_name"):
            if column.surname_parts:
                self._texts[column.position] = self._surnames(column)
        for position in {column.position for column in self._mapped}:
            if max(map(len, self._texts[position]), default=0) > MOST_CHARACTERS:
                self._texts[position] = self._short_texts(position)
        self._obey_notes(lambda part: PointCleaning(part, mapping, rules, decisions))

    def _surnames(self, column: ColumnMapping) -> list[str]:
        """The surnames of a column, put together with what other columns hold of them."""
        texts: list[str] = list(self._texts[column.position])
        if (fallback := column.fallback_position) is not None:
            pairs = zip(texts, self._texts[fallback], strict=True)
            texts = [other if other.strip() and (not text.strip() or is_sign(text)) else text for text, other in pairs]
        if (particle := column.particle_position) is not None:
            texts = list(map(with_particle, self._texts[particle], texts))
        if (second := column.second_position) is not None:
            texts = [" ".join(pair).strip() for pair in zip(texts, self._texts[second], strict=True)]
        return texts

    def _short_texts(self, position: int) -> list[str]:
        """The texts of a column without those that are too long for any field, each of which is a finding."""
        texts, names = list(self._texts[position]), {column.position for column in self._columns(*_NAMES)}
        for index, text in enumerate(texts):
            if len(text) > MOST_CHARACTERS:
                start = shown(text[:MOST_SHOWN])
                what = f"{start} goes on for {len(text):,} characters, and no value has more than {MOST_CHARACTERS:,}."
                finding = bad(TOO_LONG, what, "Shorten the cell, or check for a missing quote, and run again.")
                # A contact that lost its name could not be told from its household.
                costs_row = True if position in names else None
                self.problems.take(index, position, text[:MOST_SHOWN], finding, costs_row=costs_row)
                texts[index] = ""
        return texts

    def _obey_notes(self, cleaning_of: Callable[[SourceChunk], PointCleaning]) -> None:
        """Take notes such as "DO NOT CALL" out of the names, and the numbers out of the rows of these names."""
        of_phones = {column.position for column in self._columns("phone")}
        names = {column.position for column in self._columns(*_NAMES)} - of_phones
        person = {field: each.position for field in _PERSON for each in self._columns(field) if each.position in names}
        notes = notes_of(self._texts, person, names)
        for index, position, finding in notes.findings:
            self.problems.take(index, position, self._texts[position][index], finding)
        for position, texts in notes.texts.items():
            self._texts[position] = texts
        if not notes.rows:
            return
        indexes = sorted(notes.rows)
        rows = SourceChunk(indexes, [[texts[index] for index in indexes] for texts in self._texts], [()] * len(indexes))
        noted = cleaning_of(rows)
        phones = [texts for name, texts in noted.phones().items() if not name.endswith("_label")]
        for place, index in enumerate(indexes):
            numbers = (*filter(None, (texts[place] for texts in phones)), *noted.withheld.get(place, ()))
            if numbers:
                self.withheld[index] = numbers
        for position in of_phones:
            self._texts[position] = ["" if n in notes.rows else text for n, text in enumerate(self._texts[position])]

    def singles(self) -> Frame:
        """The columns of the fields that hold one text, names apart."""
        fields = {field: self._columns(field) for field in SINGLE if field not in _NAMES}
        return {
            field: self._first_filled([(column, SINGLE[field]) for column in columns])
            for field, columns in fields.items()
            if columns
        }

    def customs(self) -> Frame:
        """The columns of the custom fields, each typed as the workspace says."""
        by_field: dict[CustomField, list[ColumnMapping]] = {}
        for column in self._columns("custom"):
            if column.target and column.target.custom:
                by_field.setdefault(column.target.custom, []).append(column)

        frame: Frame = {}
        for field, columns in by_field.items():
            cleaners = [
                (column, custom_cleaner(column, field.type, self._rules, self._decisions)) for column in columns
            ]
            join = JOINED.get(field.type) if len(columns) > 1 else None
            parts = [self._cleaned(column, cleaner) for column, cleaner in cleaners] if join else []
            joined = [join(row) for row in zip(*parts, strict=True)] if join else self._first_filled(cleaners)
            frame[f"custom:{field.key}"] = joined
        return frame

    def _cleaned(self, column: ColumnMapping, cleaner: Cleaner) -> list[str]:
        texts = self._texts[column.position]
        cleaned = clean_column(texts, cleaner)
        rows_by_text: dict[str, list[int]] = {}
        for index in cleaned.rows_with_findings:
            rows_by_text.setdefault(texts[index], []).append(index)
        for text, indexes in rows_by_text.items():
            for finding in cleaned.result(indexes[0]).findings:
                self.problems.take_all(indexes, column.position, text, finding)
        return values(cleaned)

    def _first_filled(self, columns: list[tuple[ColumnMapping, Cleaner]]) -> list[str]:
        """The values of the first column, with those of the others where it is empty."""
        kept = self._cleaned(*columns[0])
        for column, cleaner in columns[1:]:
            for index, value in enumerate(self._cleaned(column, cleaner)):
                for finding in unused(kept[index], value) if kept[index] else ():
                    self.problems.take(index, column.position, value, finding)
                kept[index] = kept[index] or value
        return kept

    def names(self, reachable: list[bool]) -> Frame:
        """First and last name, company and role; `reachable` tells which rows have a phone or an email."""
        columns = [(column, column.target.field) for column in self._columns(*_NAMES) if column.target]
        cleaned: list[CleanedColumn[Cleaned] | CleanedColumn[FullName]] = []
        for column, field in columns:
            texts = self._texts[column.position]
            if field != "full_name":
                cleaned.append(clean_column(texts, SINGLE[field]))
                continue
            # Each is split; they are tidied as other names are.
            tidied = clean_column(texts, SINGLE["first_name"])
            cleaned.append(CleanedColumn(texts, {text: split(text, tidied.of_text(text)) for text in set(texts)}, {}))
        frame: Frame = {field: [""] * self._height for field in _NAMES if field != "full_name"}
        if not columns:
            return frame

        # Where several columns meet in one name, each row has to be put together by itself; else only odd rows.
        fields = [field for _, field in columns]
        rows: Iterable[int] = range(self._height)
        if len(set(fields)) == len(fields) and ("full_name" not in fields or _HALVES.isdisjoint(fields)):
            for field, names in zip(fields, cleaned, strict=True):
                if field == "full_name":
                    parts = cast("CleanedColumn[FullName]", names).results
                    frame["first_name"] = [parts[text].first for text in names.texts]
                    frame["last_name"] = [parts[text].last for text in names.texts]
                else:
                    frame[field] = values(cast("CleanedColumn[Cleaned]", names))
            rows = sorted(_odd_rows(frame, dict(zip(fields, cleaned, strict=True)), reachable))
        met: dict[tuple[bool, tuple[str, ...]], CleanedNames] = {}
        for index in rows:
            is_reachable, own = reachable[index], tuple([names.texts[index] for names in cleaned])
            # Rows with the same names are put together once.
            if (row := met.get((is_reachable, own))) is None:
                cells = [
                    NameCell(column.position, field, text, names.result(index))
                    for (column, field), text, names in zip(columns, own, cleaned, strict=True)
                ]
                row = met[is_reachable, own] = row_names(cells, reachable=is_reachable)
            for cell, finding in row.findings:
                self.problems.take(index, cell.position, cell.text, finding)
            for field, texts in frame.items():
                texts[index] = row.values.get(field, "")
        return frame


def _odd_rows(
    frame: Frame, columns: dict[str, CleanedColumn[Cleaned] | CleanedColumn[FullName]], reachable: Sequence[bool]
) -> set[int]:
    """The rows whose names are more than their cells by themselves: `columns` are by field, and `frame` holds these."""
    rows = {index for names in columns.values() for index in names.rows_with_findings}
    if columns.keys() >= _HALVES:
        # Half of a name may be a company's, which has no other half.
        pairs = zip(frame["first_name"], frame["last_name"], strict=True)
        rows |= {index for index, (first, last) in enumerate(pairs) if bool(first) != bool(last)}
    for field, names in columns.items():
        if field == "full_name":
            parts = cast("CleanedColumn[FullName]", names).results
            rows |= {index for index, text in enumerate(names.texts) if parts[text].company}
        # The name of no person may be in one of the columns, or in several together.
        rows |= _rows_with(may_be_no_person, names.texts)
        if not all(reachable):
            rows |= {index for index in _rows_with(is_placeholder, names.texts) if not reachable[index]}
    return rows


def _rows_with(is_odd: Callable[[str], bool], texts: Sequence[str]) -> set[int]:
    """The rows whose text is odd; each distinct one is asked about once."""
    odd = set(filter(is_odd, set(texts)))
    return {index for index, text in enumerate(texts) if text in odd} if odd else set()
