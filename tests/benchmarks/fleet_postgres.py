"""What a journal in Postgres costs, beside one in a file, in the same minutes; the figures are printed.

    python tests/benchmarks/fleet_postgres.py [--rows 2000]

For each store: milliseconds of waiting and of our CPU for a row that is staged, and for a contact that is created (its
intent, and its end); for Postgres also the CPU of the server, its commits and its WAL for a contact. The server is
one of its own on this computer (or that of OPENPHONE_TEST_DATABASE), with fsync on.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from importer.delivery.journal import Journal, RunRecord, SettledRow  # noqa: E402
from importer.delivery.journal.records import ACCEPTED, AnswerRecord, RequestRecord  # noqa: E402
from importer.model import ContactDraft, Status  # noqa: E402
from importer.plan import OnMatch, State, decide_all  # noqa: E402
from tests.database import Server  # noqa: E402
from tests.delivery.conftest import body  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.delivery.journal_place import JournalPlace

PAGE = 500


@contextmanager
def measured(what: str, rows: int) -> Iterator[None]:
    """Print what a row of a block took."""
    began, cpu = time.perf_counter(), time.process_time()
    yield
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"{what:<34} {seconds / rows * 1000:8.3f} ms {cpu / rows * 1000:8.3f} ms CPU")


def deliver(name: str, place: JournalPlace, rows: int) -> None:
    """Stage rows and create a contact for each, as a run does that meets no trouble."""
    with Journal.open(place, "sandbox", "key") as journal:
        journal.begin(RunRecord("run-1", "run", "people.csv", None, "2026-01-01T00:00:00Z"))
        with measured(f"{name}: a row that is staged", rows):
            for first in range(0, rows, PAGE):
                numbers = range(first, min(first + PAGE, rows))
                drafts = [ContactDraft(n + 2, f"id-{n}", body(n), f"{n:016x}") for n in numbers]
                ids = [draft.external_id for draft in drafts]
                journal.stage(decide_all(drafts, journal.seen(ids), journal.known(ids), OnMatch.CREATE_ONLY))
        tasks = journal.tasks(0, rows)
        journal.read_people_ahead([task.row for task in tasks])
        with measured(f"{name}: a contact that is created", rows):
            for task in tasks:
                journal.sending(task, 1767225600)
                answer = AnswerRecord(task.row, task.external_id, RequestRecord.MAKE, ACCEPTED)
                contact_id = f"{task.row:024x}"
                end = SettledRow(Status.CREATED, State.CREATED, contact_id, created=True, left_as="f", heard=answer)
                journal.settle(task, end)
        with measured(f"{name}: a row that is read back", rows):
            assert sum(1 for _ in journal.outcomes()) == rows


def server_seconds(server: Server) -> float:
    """The CPU that the processes of the server have used."""
    if server.process is None:
        return 0.0
    ticks, parent = 0, str(server.process.pid)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if words[1] == parent:
            ticks += int(words[11]) + int(words[12])
        elif stat.parent.name == parent:
            ticks += sum(map(int, words[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2000)
    rows = parser.parse_args().rows
    counted = (
        "SELECT xact_commit, pg_current_wal_lsn() - '0/0' FROM pg_stat_database WHERE datname = current_database()"
    )
    with tempfile.TemporaryDirectory() as folder:
        deliver("file", Path(folder) / "journal.sqlite", rows)
    server = Server.start(is_durable=True)
    try:
        before, seconds = server.rows(counted)[0], server_seconds(server)
        deliver("Postgres", server.place(), rows)
        seconds = server_seconds(server) - seconds
        # The server sums its commits up when a session ends.
        time.sleep(1)
        commits, wal = (int(now - then) for now, then in zip(server.rows(counted)[0], before, strict=True))
        print(f"{'Postgres: all of it, its own part':<34} {seconds / rows * 1000:20.3f} ms CPU")
        print(f"{'Postgres: commits a contact':<34} {commits / rows:8.2f}")
        print(f"{'Postgres: WAL a contact':<34} {wal / rows:8.0f} B")
    finally:
        server.remove()


if __name__ == "__main__":
    main()
