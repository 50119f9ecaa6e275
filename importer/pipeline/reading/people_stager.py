"""What identifies each row of a sheet, noted while the rows are staged (design, "Who a row is")."""

from __future__ import annotations

import json
from itertools import compress, repeat, zip_longest
from operator import not_
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.records import PersonKind, PersonRow
from importer.identity.marks import cells_mark, names_and_points, own_cells
from importer.identity.twins import TwinFinder, keys_of_rows
from importer.mapping.contacts.chunk_columns import point_columns
from importer.mapping.contacts.external_id import digest_id
from importer.model import MAYBE_HEADING, Status
from importer.model.fields import ARRAYS, PERSON_NAMES, SCALARS
from importer.model.made_ids import is_digest_id
from importer.plan.step import ID_TWICE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.model import ContactDraft, NormalisedChunk, Problem, SourceChunk, SourceTable
    from importer.plan import RowStep


class PeopleStager:
    """Notes what identifies the rows of a sheet, a chunk at a time; `joins`: rows of one person become one contact."""

    def __init__(
        self, table: SourceTable, journal: Journal, source: str, *, to_send: bool, joins: bool = False
    ) -> None:
        self._journal, self._source, self._to_send = journal, source, to_send
        self._mark = journal.marker
        self.knows_people = to_send and journal.knows_people()
        self.own_cells = own_cells(table.headers)
        self.twins = TwinFinder()
        # Adding to a contact needs the row of that contact, even if that row has not changed.
        self._joins_all = joins
        self._joined = {
            external_id
            for kind in ("twin", "joined")
            for external_ids in (journal.known_as(kind).values() if self.knows_people else ())
            for external_id in external_ids
        }

    @property
    def may_be_joined(self) -> Collection[str] | None:
        """The external ids of contacts that may be joined with another row; None where all may be."""
        return None if self._joins_all else self._joined

    def cell_hashes(self, chunk: SourceChunk) -> dict[int, int]:
        """Return a hash of the raw cells of each row, by which repeats are told; spaces do not count."""
        rows = zip(chunk.rows, map(self.own_cells, chunk.originals), strict=True)
        return {row: hash("\0".join(cells).replace(" ", "")) for row, cells in rows}

    def without_doubt_of_contacts(self, chunk: SourceChunk) -> Sequence[Problem]:
        """The problems of reading, without the doubt whether a row is a contact where it has just the cells of one.

        A person has said so by importing the rejects, or an earlier version had no doubt; no night asks it again.
        """
        doubtful = {problem.row for problem in chunk.problems if problem.rule == MAYBE_HEADING}
        if not (self.knows_people and doubtful):
            return chunk.problems
        rows = [row for row in zip(chunk.rows, chunk.originals, strict=True) if row[0] in doubtful]
        marks = {row: cells_mark(self._mark, self.own_cells(own)) for row, own in rows}
        known = self._journal.contacts_of_cells(list(marks.values()))
        return [
            problem
            for problem in chunk.problems
            if problem.rule != MAYBE_HEADING or marks.get(problem.row or 0) not in known
        ]

    def feed(
        self,
        chunk: SourceChunk,
        normalised: NormalisedChunk,
        drafts: Sequence[ContactDraft],
        steps: Iterable[RowStep],
        unchanged: Collection[int] = (),
    ) -> None:
        """Take a chunk: its cells, its rows as cleaned, and the drafts and steps of rows, rejected ones too.

        `unchanged`: good rows that need no draft, since all that is noted of them is known.
        """
        # Neither a repeat of a row nor a second row with its id is another person; the latter stays in conflict.
        decided = [step for step in steps if step.status is not Status.UNFINISHED]
        originals = dict(zip(chunk.rows, chunk.originals, strict=True))
        second = self._unanswered(decided, originals)
        repeats = {step.row for step in decided if step.status is Status.DUPLICATE}
        rows = {draft.row for draft in drafts}.union(unchanged)
        self._feed_twins(normalised, rows.difference(second, repeats) if second or repeats else rows)
        if not self._to_send:
            return
        bodies = {draft.row: draft for draft in drafts}
        # A row that was skipped for its contact (it differs, or was deleted) is still that contact's row.
        steps = [step for step in steps if step.status is not Status.SKIPPED or step.row in bodies]
        stated = dict(zip(normalised.rows, normalised.columns["identity"], strict=True))
        # Rows that are as the journal knows them need nothing more than that.
        entries = self._journal.cells_of([step.external_id for step in steps]) if self.knows_people else {}
        indexes = {row: index for index, row in enumerate(normalised.rows)}
        noted = []
        for step in steps:
            draft = bodies.get(step.row)
            cells = cells_mark(self._mark, self.own_cells(originals[step.row]))
            is_good = draft is not None and step.row not in second
            kind = PersonKind.GOOD if is_good else PersonKind.REJECTED
            if step.row in repeats:
                kind = PersonKind.REPEAT
            may_change = self.knows_people and (kind is not PersonKind.GOOD or entries.get(step.external_id) != cells)
            # After an answer, any row may belong to another person.
            may_change |= bool(stated[step.row])
            may_change |= self._joins_all or step.external_id in self._joined
            # Nothing else keeps the body of a row that is asked about, and contacts of other folders may be compared.
            may_change |= not self.knows_people and step.status is Status.CONFLICT and is_good
            external_id = draft.external_id if draft else step.external_id
            withheld = normalised.withheld.get(step.row, ())
            body = draft.body if draft else _cleaned_body(normalised, indexes[step.row]) if may_change else None
            noted.append(
                PersonRow(
                    step.row,
                    external_id,
                    cells,
                    self._identity(external_id, body) if draft else 0,
                    stated[step.row],
                    kind,
                    step.digest,
                    step.clears,
                    json.dumps(body) if may_change and body else "",
                    withheld,
                )
            )
        self._journal.stage_people(noted)

    def _unanswered(self, steps: Iterable[RowStep], originals: Mapping[int, Sequence[str]]) -> Collection[int]:
        """The rows with the id of an earlier row of which no person has said who they are.

        What was said of a row in the rejects stands: it is joined with the earlier one, or has a contact of its own.
        """
        second = {
            step.row: (step.external_id, cells_mark(self._mark, self.own_cells(originals[step.row])))
            for step in steps
            if step.problem and step.problem.rule == ID_TWICE
        }
        if not (second and self.knows_people):
            return second.keys()
        joined = self._journal.known_as("joined")
        contacts = self._journal.contacts_of_cells([cells for _, cells in second.values()])
        return {
            row
            for row, (external_id, cells) in second.items()
            if cells not in joined and not contacts.get(cells, set()) - {external_id}
        }

    def feed_left_out(
        self, normalised: NormalisedChunk, originals: Mapping[int, Sequence[str]], external_ids: Sequence[str]
    ) -> None:
        """Take the rows of a chunk that are not to be imported; `originals` are their own cells."""
        noted = []
        for index, (row, external_id) in enumerate(zip(normalised.rows, external_ids, strict=True)):
            cells, body = cells_mark(self._mark, originals[row]), _cleaned_body(normalised, index)
            withheld = normalised.withheld.get(row, ())
            identity = self._identity(external_id, body)
            left_out = PersonKind.LEFT_OUT
            text = json.dumps(body)
            noted.append(PersonRow(row, external_id, cells, identity, kind=left_out, body_text=text, withheld=withheld))
        self._journal.stage_people(noted)

    def _feed_twins(self, normalised: NormalisedChunk, rows: Collection[int]) -> None:
        names: list[Sequence[str]] = [normalised.columns[name] for name in PERSON_NAMES]
        points: list[Sequence[str]] = [values for name in ARRAYS for values, _ in point_columns(normalised, name)]
        numbers, ids = normalised.rows, normalised.columns["external_id"]
        if normalised.withheld:
            points += zip_longest(*(normalised.withheld.get(row, ()) for row in numbers), fillvalue="")
        if len(rows) < len(numbers):
            is_fed = [row in rows for row in numbers]
            numbers = list(compress(numbers, is_fed))
            names = [list(compress(texts, is_fed)) for texts in names]
            points, ids = [list(compress(texts, is_fed)) for texts in points], list(compress(ids, is_fed))
        if any(ids):
            is_reached = map(any, zip(*points, strict=True)) if points else repeat(False, len(ids))
            is_unreached = list(map(not_, is_reached))
            self.twins.feed_ids(list(compress(numbers, is_unreached)), list(compress(ids, is_unreached)))
        for own_rows, keys in keys_of_rows(numbers, names, points):
            self.twins.feed(own_rows, keys)
        self.twins.compatible.feed(numbers, names, points)

    def _identity(self, external_id: str, body: dict[str, Any] | None) -> int:
        """The mark of a row's cleaned identity: of the id that it would have without an id column."""
        if not is_digest_id(external_id) and body:
            names, phones, emails = names_and_points(body)
            external_id = digest_id(names[0], names[1], phones, emails, names[2], self._source)
        return self._mark(f"identity {external_id}") if external_id else 0


def _cleaned_body(normalised: NormalisedChunk, index: int) -> dict[str, Any]:
    """The names and numbers of a row that is not sent, as a request body: by these its contact is found."""
    fields: dict[str, Any] = {SCALARS[name]: normalised.columns[name][index] for name in PERSON_NAMES}
    for name, key in ARRAYS.items():
        fields[key] = [{"value": values[index]} for values, _ in point_columns(normalised, name) if values[index]]
    return {"defaultFields": fields}
