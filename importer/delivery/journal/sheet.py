"""Writing what a run knows of its sheet: the run itself, the rows as they are read, and their problems."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from importer.delivery.journal.problems import StorableTexts, insert_problems, storable
from importer.delivery.journal.run_facts import merged_facts
from importer.delivery.journal.store import JournalPart, upsert
from importer.model import MAYBE_HEADING, Status
from importer.model.question import DECIDE_NOTES
from importer.plan import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.delivery.journal.records import RunRecord
    from importer.delivery.journal.store import Transaction
    from importer.model import Problem
    from importer.model.row_names import RowNames
    from importer.plan import RowStep

_SHEET_TABLES = (
    "scratch.seen",
    "scratch.queue",
    "scratch.planned",
    "scratch.people",
    "scratch.recognised",
    "scratch.part",
    "scratch.reading",
)
_OF_NUMBER = " this number"  # behind the row that the rule `phone-shared` names
_WHOLE_SHEET = ("rows", "problems")
# A conflict that differs from an earlier row is not a first row either, but needs no entry here: the row that it
# differs from is in the table already, and DO NOTHING keeps that one.
_NEVER_FIRST = (Status.REJECTED, Status.DUPLICATE)
_DECIDED = upsert("rows", "row", "external_id", "status", "detail", "contact_id", "repeats", reset=("way",))
_WAITING = upsert(
    *("rows", "row", "external_id"),
    fixed=(("status", str(Status.UNFINISHED)), ("detail", ""), ("contact_id", "")),
    reset=("repeats", "way"),
)


class SheetWriter(JournalPart):
    """The part of a journal that stores runs and the rows of their sheet."""

    _is_part = False

    def begin(self, run: RunRecord) -> None:
        """Start a run that reads a sheet: the rows of the previous sheet are dropped, what is known of contacts stays.

        Calling it twice for one run starts the reading over. A run of rejects is about some rows of the sheet: the
        others stay as they are, and of its own rows those that are read (see `enter_part`).
        """
        self._is_part = run.is_part
        with self._store.writing("begin") as transaction:
            for table in (*_SHEET_TABLES, *(() if self._is_part else _WHOLE_SHEET)):
                transaction.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
            self._run = _insert_run(transaction, run)

    def name_rows(self, names: RowNames) -> None:
        """Keep what the rows of the sheet are called, before any of them is stored; none for a sheet of one file."""
        if self._is_part:
            return  # rows of rejects have the numbers, and so the names, of the sheet they come from
        lines = [(start, storable(file)) for start, file in zip(names.starts, names.files, strict=True)]
        with self._store.writing("name rows") as transaction:
            transaction.execute("DELETE FROM sheet_files")
            transaction.executemany("INSERT INTO sheet_files (start, file) VALUES (?, ?)", lines)
        self._names = None  # read again from what was stored

    def enter(self, run: RunRecord) -> None:
        """Start a run that reads no sheet, such as an undo: what is known of the rows stays too."""
        with self._store.writing("enter") as transaction:
            self._run = _insert_run(transaction, run)

    def stage(
        self,
        steps: Sequence[RowStep],
        problems: Iterable[Problem] = (),
        *,
        to_send: bool = True,
        with_first: bool = True,
    ) -> None:
        """Store a chunk of rows with their problems (those inside the steps included), in one transaction.

        Without `to_send` the bodies are not kept: `tasks` and `to_send` will not know of these rows. Without
        `with_first` neither will `seen`.
        """
        names = self.row_names()
        # Of most rows there is nothing to say but their id, and a line takes as long as it has values.
        waiting, decided = [], []
        details = StorableTexts(names)
        for row, external_id, status, _, detail, _, _, contact_id, repeats, _, _, _ in steps:
            if status is Status.UNFINISHED and not detail and not contact_id and repeats is None:
                waiting.append((row, external_id))
            else:
                decided.append((row, external_id, str(status), details[detail], contact_id, repeats))
        with self._store.writing("stage") as transaction:
            # How a row was recognised is found out again.
            transaction.executemany(_DECIDED, decided)
            transaction.executemany(_WAITING, waiting)
            transaction.executemany(
                "INSERT INTO scratch.seen (external_id, row, digest, cells) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [
                    (step.external_id, step.row, step.digest, step.cells)
                    for step in (steps if with_first else ())
                    if step.external_id and step.digest and step.status not in _NEVER_FIRST
                ],
            )
            transaction.executemany(
                upsert(
                    "scratch.queue",
                    *("row", "external_id", "digest", "action", "body", "clears"),
                    reset=("link", "expected", "done"),
                ),
                [
                    (
                        step.row,
                        step.external_id,
                        step.digest,
                        str(step.action),
                        json.dumps(step.body),
                        json.dumps(step.clears) if step.clears else "[]",
                    )
                    for step in (steps if to_send else ())
                    if step.action is not Action.NONE
                ],
            )
            stated = [*problems, *(step.problem for step in steps if step.problem is not None)]
            insert_problems(transaction, stated, names)

    def enter_part(self, rows: Iterable[int]) -> None:
        """Take rows that are read again into the part of the sheet that this run is about; their problems go."""
        if not self._is_part:
            return
        with self._store.writing("part") as transaction:
            numbers = [(row,) for row in rows]
            transaction.executemany("INSERT INTO scratch.part (row) VALUES (?) ON CONFLICT DO NOTHING", numbers)
            transaction.executemany("DELETE FROM problems WHERE row = ?", numbers)

    def close_questions(self) -> None:
        """Take away the question about notes where a run of rejects has settled the last of them."""
        if not self._is_part:
            return
        with self._store.writing("close questions") as transaction:
            transaction.execute(
                "DELETE FROM problems WHERE row IS NULL AND rule = ? "
                "AND NOT EXISTS (SELECT 1 FROM problems WHERE rule = ?)",
                (DECIDE_NOTES, MAYBE_HEADING),
            )

    def forget_rows(self, rows: Sequence[int]) -> None:
        """Forget how rows were decided, because they are about to be decided again; what they say is kept."""
        if not rows:
            return
        with self._store.writing("forget-rows") as transaction:
            # A row that is asked about is recognised again, by its names and numbers, once the workspace was asked.
            transaction.executemany(
                "UPDATE scratch.people SET body = (SELECT body FROM scratch.queue WHERE row = ?1) WHERE row = ?1 "
                "AND coalesce(body, '') = '' AND EXISTS (SELECT 1 FROM scratch.queue WHERE row = ?1)",
                [(row,) for row in rows],
            )
            transaction.executemany(
                # By its key: without an index of rows, each DELETE would read the whole table.
                "DELETE FROM scratch.seen WHERE row = ?1 "
                "AND external_id = (SELECT rows.external_id FROM rows WHERE rows.row = ?1)",
                [(row,) for row in rows],
            )
            transaction.executemany("DELETE FROM scratch.queue WHERE row = ?", [(row,) for row in rows])
            transaction.executemany(
                "DELETE FROM problems WHERE row = ? "
                "AND rule IN ('maybe-known', 'external-id-twice', 'contact-differs', 'contact-gone', "
                "'contact-left-out', 'id-kept', 'join-unproven', 'joined-rows', 'joined-unsent')",
                [(row,) for row in rows],
            )

    def forget_shared_numbers(self, first_rows: Mapping[int, int]) -> None:
        """Forget that rows share a number with one of their person; `first_rows`: by row the first of its person."""
        query = "SELECT number, row, message FROM problems WHERE rule = 'phone-shared' AND row IN (?)"
        # A row of several files is named by its file, so a message does not say its number in the sheet.
        names = self.row_names()
        first_by_start = {storable(names.in_text(f"Row {row} has")): first for row, first in first_rows.items()}
        same = [
            (number,)
            for number, row, message in self._store.matching(query, list(first_rows))
            if first_by_start.get(message.partition(_OF_NUMBER)[0]) == first_rows[row]
        ]
        if same:
            with self._store.writing("shared numbers") as transaction:
                transaction.executemany("DELETE FROM problems WHERE number = ?", same)

    def restage(self, steps: Sequence[RowStep]) -> None:
        """Store steps in place of those that the rows had."""
        if steps:
            self.forget_rows([step.row for step in steps])
            self.stage(steps)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Store problems; where a part of the sheet is read, not those of whole columns that are there already."""
        if self._is_part:
            query = 'SELECT rule, "column" FROM problems WHERE row IS NULL'
            present = set(self._store.rows(query))
            problems = [
                problem
                for problem in problems
                if problem.row is not None or (problem.rule, problem.column) not in present
            ]
        # There may be one in every row, so they are not made into a list; most often there is none at all.
        rest = iter(problems)
        if (first := next(rest, None)) is None:
            return
        names = self.row_names()
        with self._store.writing("problems") as transaction:
            insert_problems(transaction, chain([first], rest), names)

    def finish(
        self, run_id: str, counts: Mapping[Status, int], exit_code: int, facts: Mapping[str, Any] | None = None
    ) -> None:
        """Store the end of a run; `facts` are merged into those it began with."""
        self._store.must_be_in_place()
        with self._store.writing("finish") as transaction:
            # `stopped` tells the next run whether it goes on with this one: rows were left in the queue.
            transaction.execute(
                "UPDATE runs SET finished_at = ?, counts = ?, exit_code = ?, facts = ?, "
                "stopped = CAST(EXISTS (SELECT 1 FROM scratch.queue WHERE done = 0) AS INTEGER) WHERE run_id = ?",
                (
                    datetime.now(UTC).isoformat(timespec="seconds"),
                    json.dumps({str(status): number for status, number in counts.items()}),
                    exit_code,
                    merged_facts(transaction, run_id, facts or {}),
                    run_id,
                ),
            )


def _insert_run(transaction: Transaction, run: RunRecord) -> int:
    """Store the start of a run and return its number."""
    cursor = transaction.execute(
        "INSERT INTO runs (number, run_id, command, file, sheet, started_at, settings, facts) "
        "SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, ? FROM runs WHERE true "
        # A sheet is read a second time when the workspace has other custom fields than the first reading assumed.
        # That is still the same run.
        "ON CONFLICT (run_id) DO UPDATE SET settings = excluded.settings, facts = excluded.facts RETURNING number",
        (
            run.run_id,
            run.command,
            run.file,
            run.sheet,
            run.started_at,
            json.dumps(dict(run.settings), default=str),
            json.dumps(dict(run.facts), default=str),
        ),
    )
    return int(cursor.fetchone()[0])
