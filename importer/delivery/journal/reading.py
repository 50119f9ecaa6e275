"""Reading what a journal keeps for good: runs, rows, problems and contacts. Nothing here changes it."""

from __future__ import annotations

import json
import zlib
from hashlib import blake2b
from itertools import islice, starmap
from typing import TYPE_CHECKING

from importer.delivery.journal.conditions import ID_AT_SERVICE, IS_GONE
from importer.delivery.journal.problems import PROBLEM_COLUMNS, to_problem
from importer.delivery.journal.records import BeforeImage, RunRecord
from importer.delivery.journal.store import JournalPart
from importer.model import Outcome, Reject, Severity, Status
from importer.model.added_columns import OPEN_QUESTION
from importer.model.delivery import HANDED_BACK
from importer.plan import Known, State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from importer.model import Problem

# To be selected in this order, and handed to `to_known`.
KNOWN_COLUMNS = (
    "contacts.state, contacts.contact_id, contacts.digest, sent_at, attempts, unsure, contacts.detail, policy, added, "
    "left_as, id_at_service"
)
# What the rows of the last run were, and by what its contacts are known. Not in it: when runs took place and what they
# sent, and `way`, which tells of the last reading and decides nothing.
_STATE = {
    "rows": "row, external_id, status, detail, contact_id, repeats",
    "problems": f"number, {PROBLEM_COLUMNS}",
    "known_by": "external_id, kind, mark",
    "returned": "row, mark, cells, torn",
    "sheet_files": "start, file",
    "contacts": f"external_id, {KNOWN_COLUMNS}, cells, identity, facts, had_row, made_run, made_row",
}
_BATCH = 1000
_new = tuple.__new__


def to_known(
    state: str | None, contact_id: str, digest: str, sent_at: int | None, attempts: int, unsure: int, *texts: str
) -> Known:
    """Return what a line of `KNOWN_COLUMNS` says of a contact; without a state the journal has never met it."""
    if state is None:
        return Known(State.PENDING)
    return Known(State(state), contact_id, digest, sent_at, attempts, unsure > 0, *texts)


class JournalReader(JournalPart):
    """The part of a journal that answers questions also after its runs are over."""

    # ------------------------------------------------------------------------------------------------ runs

    def runs(self) -> tuple[RunRecord, ...]:
        """Return all runs, oldest first, the current one included."""
        query = (
            "SELECT run_id, command, file, sheet, started_at, settings, finished_at, counts, exit_code, facts "
            "FROM runs ORDER BY number"
        )
        return tuple(
            RunRecord(
                run_id,
                command,
                file,
                sheet,
                started_at,
                json.loads(settings),
                finished_at,
                None if counts is None else json.loads(counts),
                exit_code,
                json.loads(facts),
            )
            for run_id, command, file, sheet, started_at, settings, finished_at, counts, exit_code, facts in (
                self._store.rows(query)
            )
        )

    # ------------------------------------------------------------------------------------------------ contacts

    def known(self, external_ids: Sequence[str]) -> dict[str, Known]:
        """Return what earlier runs know of these ids; an id that no run has met is left out."""
        if not any(self._store.rows("SELECT 1 FROM contacts LIMIT 1")):
            return {}
        query = f"SELECT external_id, {KNOWN_COLUMNS} FROM contacts WHERE external_id IN (?)"  # noqa: S608 - constants
        return {external_id: to_known(*columns) for external_id, *columns in self._store.matching(query, external_ids)}

    def probe_ids(self, limit: int) -> dict[str, str]:
        """Return up to `limit` external ids with the contact ids they had in the workspace under the previous key.

        If the new key finds one of them, it opens the same workspace; if there are none, any key will do.
        """
        query = (
            f"SELECT {ID_AT_SERVICE}, contact_id FROM contacts WHERE contact_id <> '' "  # noqa: S608 - constants
            f"AND NOT {IS_GONE} LIMIT ?"
        )
        return dict(self._store.rows(query, (limit,)))

    def images(self, run_id: str) -> Iterator[BeforeImage]:
        """Yield the contacts that a run changed, as they were before."""
        query = (
            "SELECT external_id, contact_id, contact FROM images JOIN runs ON runs.number = images.run "
            "WHERE run_id = ? ORDER BY external_id"
        )
        for external_id, contact_id, contact in self._store.lines(query, (run_id,)):
            yield BeforeImage(run_id, external_id, contact_id, json.loads(contact))

    # ------------------------------------------------------------------------------------------- rows and problems

    def has_created(self) -> bool:
        """Whether a contact of this folder has been created, and is not known to be gone."""
        query = "SELECT EXISTS (SELECT 1 FROM contacts WHERE created_run IS NOT NULL AND contact_id <> '')"
        return bool(self._store.number(query))

    def counts(self) -> dict[Status, int]:
        """Return how many rows of the latest sheet ended in each of the eight ways."""
        rows_by_status = dict(self._store.rows("SELECT status, count(*) FROM rows GROUP BY status"))
        return {status: int(rows_by_status.get(str(status), 0)) for status in Status}

    def rows_checksum(self) -> int:
        """Return a checksum over the rows of the latest sheet, their ids and statuses."""
        checksum = 0
        for row in self._store.lines("SELECT row, external_id, contact_id, status FROM rows ORDER BY row"):
            checksum = zlib.crc32("\0".join(map(str, row)).encode("utf-8", "surrogatepass"), checksum)
        return checksum

    def state_digest(self) -> str:
        """Return a digest of all that a reading of the same sheet, which sends nothing, depends on in the journal."""
        digest = blake2b(digest_size=16)
        for table, columns in _STATE.items():
            digest.update(table.encode())
            # The key of each table comes first; that of `known_by` is all three.
            order = "1, 2, 3" if table == "known_by" else "1"
            lines = self._store.lines(f"SELECT {columns} FROM {table} ORDER BY {order}")  # noqa: S608 - constants
            while batch := list(islice(lines, _BATCH)):
                digest.update(repr(batch).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def outcomes(self) -> Iterator[Outcome]:
        """Yield the lines of `id_map.csv` in row order; a duplicate has the contact id of the row it repeats.

        The external id is the one that the contact has in the workspace, or the row's own where the contact was found
        by phone or email: such a contact may have none.
        """
        query = (
            # Contacts are looked at for repeats alone, and for their other ids, of which there is an index: to look up
            # that of each row would take longer than all else here.
            "WITH named AS MATERIALIZED (SELECT external_id, id_at_service FROM contacts WHERE id_at_service <> '') "  # noqa: S608
            "SELECT one.row, coalesce(named.id_at_service, contacts.external_id, one.external_id), "
            "CASE WHEN one.repeats IS NULL THEN one.contact_id "
            # The contact of a question is only who the row may be.
            f"WHEN first.external_id LIKE '{OPEN_QUESTION}%' THEN '' "
            "ELSE first.contact_id END, one.status, one.detail "
            "FROM rows AS one LEFT JOIN rows AS first ON first.row = one.repeats "
            "LEFT JOIN contacts ON contacts.external_id = CASE WHEN one.repeats IS NOT NULL THEN first.external_id END "
            "LEFT JOIN named ON named.external_id = coalesce(first.external_id, one.external_id) ORDER BY one.row"
        )
        # Calling the enumeration for each of a million rows takes three times as long.
        statuses = {str(status): status for status in Status}
        for row, external_id, contact_id, status, detail in self._store.lines(query):
            yield Outcome(row, external_id, contact_id or "", statuses[status], detail)

    def problems(self) -> Iterator[Problem]:
        """Yield all problems: the sheet's first, then in row order, those of one row in the order they were found."""
        query = f"SELECT {PROBLEM_COLUMNS} FROM problems ORDER BY problems.row NULLS FIRST, number"  # noqa: S608
        return starmap(to_problem, self._store.lines(query))

    def problem_counts(self) -> Iterator[tuple[Problem, int]]:
        """Yield the first problem of each severity, rule and column, and how many there are; the order is theirs."""
        query = (
            f"SELECT times, {PROBLEM_COLUMNS} FROM "  # noqa: S608 - constants
            "(SELECT count(*) AS times, min(number) AS first FROM problems "
            'GROUP BY severity, rule, "column", position) AS counted '
            "JOIN problems ON problems.number = counted.first ORDER BY problems.row NULLS FIRST, number"
        )
        for times, *columns in self._store.lines(query):
            yield to_problem(*columns), times

    def problems_by_rule(self, rules: Collection[str]) -> Iterator[Problem]:
        """Yield the problems of some rules, in the order of `problems`."""
        query = (
            f"SELECT {PROBLEM_COLUMNS} FROM problems WHERE rule IN ({', '.join('?' * len(rules))}) "  # noqa: S608
            "ORDER BY problems.row NULLS FIRST, number"
        )
        return starmap(to_problem, self._store.lines(query, sorted(rules)))

    def problems_of(self, row: int) -> Iterator[Problem]:
        """Yield the problems of one row in the order they were found."""
        query = f"SELECT {PROBLEM_COLUMNS} FROM problems WHERE problems.row = ? ORDER BY number"  # noqa: S608
        return (to_problem(*columns) for columns in self._store.rows(query, (row,)))

    def rejects(self, problems: Iterable[Problem] | None = None) -> Iterator[Reject]:
        """Yield rejected and conflicting rows with their problems, in row order.

        `problems`: all problems in the order of `problems()`, for one who reads them anyway.
        """
        rejected = tuple(map(str, HANDED_BACK))
        if problems is None:
            query = (
                f"SELECT {PROBLEM_COLUMNS} FROM problems JOIN rows ON rows.row = problems.row "  # noqa: S608 - constants
                "WHERE status IN (?, ?) ORDER BY rows.row, number"
            )
            problems = starmap(to_problem, self._store.lines(query, rejected))
        rows = self._store.lines("SELECT row, external_id FROM rows WHERE status IN (?, ?) ORDER BY row", rejected)
        return _with_problems(rows, problems)

    def problem_span(self) -> tuple[int, int]:
        """Return how many problems there are and the number of the last: the pair changes with every addition."""
        return next(
            (int(count), int(last))
            for count, last in self._store.rows("SELECT count(*), coalesce(max(number), 0) FROM problems")
        )

    def warnings(self) -> int:
        """Return the number of warnings."""
        return self._store.number("SELECT count(*) FROM problems WHERE severity = ?", (str(Severity.WARNING),))

    def rules(self) -> dict[str, int]:
        """Return how often each rule was broken, the most frequent first."""
        return dict(self._store.rows("SELECT rule, count(*) FROM problems GROUP BY rule ORDER BY count(*) DESC, rule"))


def _with_problems(rows: Iterable[tuple[int, str]], problems: Iterable[Problem]) -> Iterator[Reject]:
    """Yield the rejects of some rows, given by number and external id; both rise by row."""
    # Not grouped by `itertools`, since all rows of a large sheet may be rejected.
    listed = iter(problems)
    problem = next(listed, None)
    for row, external_id in rows:
        own = []
        while problem is not None and ((number := problem[0]) is None or number <= row):
            if number == row:
                own.append(problem)
            problem = next(listed, None)
        yield _new(Reject, (row, external_id, tuple(own)))
