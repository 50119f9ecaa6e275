"""One session with Postgres: each fact is one transaction, sent whole and awaited once."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import psycopg

from importer.delivery.journal.postgres import lease as leases
from importer.delivery.journal.postgres.connection import reason
from importer.delivery.journal.postgres.dialect import bulk_insert, compiled
from importer.delivery.journal.postgres.schema import DURABLE, TAKEN_OVER
from importer.delivery.journal.store import BATCH
from importer.errors import DiskFailed, TakenOver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from psycopg import Pipeline

    from importer.delivery.journal.postgres.connection import Session
    from importer.delivery.journal.postgres.heartbeat import Heartbeat
    from importer.delivery.journal.postgres.lease import Lease
    from importer.delivery.journal_place import DatabasePlace

BULK = 2000
FEW = 4
ANALYSED_FROM = 1000
ANALYSED_GROWTH = 4
CLOCK = getattr(time, "CLOCK_BOOTTIME", None)


def awake_seconds() -> float:
    """Return a clock that also goes on while the computer sleeps, where there is one."""
    return time.monotonic() if CLOCK is None else time.clock_gettime(CLOCK)


class PostgresLines:
    """The results of statements; reading them waits for the statements to finish."""

    def __init__(self, cursors: Sequence[psycopg.Cursor[tuple[Any, ...]]], pipeline: Pipeline) -> None:
        self._cursors, self._pipeline = cursors, pipeline

    @property
    def rowcount(self) -> int:
        """How many lines were changed."""
        self._pipeline.sync()
        return sum(max(cursor.rowcount, 0) for cursor in self._cursors)

    def fetchone(self) -> Any:
        """Return the next line, None if there is none."""
        return self._cursors[-1].fetchone()

    def fetchall(self) -> list[Any]:
        """Return the lines that are left."""
        return self._cursors[-1].fetchall()


class PostgresTransaction:
    """Statements that were sent and will be committed together. `grown` counts lines put into tables of `scratch`."""

    def __init__(self, session: Session, pipeline: Pipeline, grown: Counter[str]) -> None:
        self._session, self._pipeline, self._grown = session, pipeline, grown

    def execute(self, query: str, values: Sequence[Any] | Mapping[str, Any] = (), /) -> PostgresLines:
        """Send one statement."""
        return PostgresLines([self._sent(query, values)], self._pipeline)

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> PostgresLines:
        """Send a statement for each of `values`, or one for very many of them."""
        cursors = []
        lines = iter(values)
        bulk = bulk_insert(query)
        while batch := list(islice(lines, BULK)):
            if bulk is None or len(batch) < FEW:
                cursors += [self._sent(query, line) for line in batch]
                continue
            cursor = self._session.cursor()
            cursor.execute(bulk.text, bulk.arrays(batch))
            cursors.append(cursor)
            self._count(query, len(batch))
        return PostgresLines(cursors, self._pipeline)

    def _sent(self, query: str, values: Sequence[Any] | Mapping[str, Any]) -> psycopg.Cursor[tuple[Any, ...]]:
        statement = compiled(query)
        cursor = self._session.cursor()
        cursor.execute(statement.text, statement.values(values))
        self._count(query, 1)
        return cursor

    def _count(self, query: str, lines: int) -> None:
        if query.startswith("INSERT INTO scratch."):
            # Of an INSERT from a query it is not known yet how many lines it makes.
            self._grown[query[20:].split(" ", 1)[0]] += lines if "VALUES" in query else ANALYSED_FROM


class PostgresStore:
    """The journal at `place` in a session; with a `lease` it is held for this process alone. `fault`: see `Store`."""

    def __init__(
        self,
        session: Session,
        place: DatabasePlace,
        fault: Callable[[str], None] | None = None,
        lease: Lease | None = None,
        heartbeat: Heartbeat | None = None,
    ) -> None:
        self.name = str(place)
        self._session, self._place, self._fault = session, place, fault
        self._lease, self._heartbeat = lease, heartbeat
        self._committed = awake_seconds()
        self._failure: DiskFailed | None = None
        self._grown: Counter[str] = Counter()
        self._analysed: Counter[str] = Counter()
        self._numbers = count(1)

    @property
    def holds_key(self) -> bool:
        """Whether no other journal in this database can be delivered with the same key while the store is open."""
        return self._lease is not None and self._lease.holds_key

    def must_be_in_place(self) -> None:
        """Do nothing: each transaction looks first whether the journal is still ours."""

    @contextmanager
    def writing(self, moment: str) -> Iterator[PostgresTransaction]:
        """Open a transaction, committed at the end or rolled back.

        Raises TakenOver if another worker has the journal, DiskFailed if it cannot be committed.
        """
        self._analyse()
        try:
            with self._session.pipeline() as pipeline:
                self._session.execute("BEGIN")
                if self._lease is not None:
                    hold = f"SELECT {self._place.schema}.hold($1::integer, $2)"
                    self._session.execute(hold, (self._lease.journal, self._lease.fence))
                yield PostgresTransaction(self._session, pipeline, self._grown)
                if self._fault is not None:
                    self._fault(f"before:{moment}")
                end = self._session.execute("COMMIT")
            # A COMMIT of what has failed is answered by a ROLLBACK, without an error.
            if end.statusmessage != "COMMIT":
                raise psycopg.OperationalError(f"the commit was answered by {end.statusmessage}")
        except psycopg.Error as error:
            self._roll_back()
            raise self._failed("written", error) from error
        except BaseException:
            self._roll_back()
            raise
        self._committed = awake_seconds()
        if self._fault is not None:
            self._fault(f"after:{moment}")

    def _roll_back(self) -> None:
        with suppress(psycopg.Error):
            if self._session.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                self._session.execute("ROLLBACK")

    @contextmanager
    def erasing(self, moment: str) -> Iterator[PostgresTransaction]:
        """Do as `writing`, and free the space of what is deleted; logs and copies of the server may still have it."""
        with self.writing(moment) as transaction:
            yield transaction
        for table in DURABLE:
            with suppress(psycopg.Error):
                self._session.execute(f"VACUUM {self._place.schema}.{table}")

    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query, of which there are not very many. Raises DiskFailed if they cannot be read."""
        self._analyse()
        statement = compiled(query)
        try:
            return self._session.execute(statement.text, statement.values(values)).fetchall()
        except psycopg.Error as error:
            raise self._failed("read", error) from error

    def lines(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, of which there may be millions: the server keeps them. Raises DiskFailed."""
        self._analyse()
        statement = compiled(query)
        cursor = f"lines_{next(self._numbers)}"
        try:
            # WITH HOLD, since what is read is often written about in between.
            declare = f"DECLARE {cursor} NO SCROLL CURSOR WITH HOLD FOR {statement.text}"
            self._session.execute(declare, statement.values(values))
            try:
                while batch := self._session.execute(f"FETCH {BATCH} FROM {cursor}").fetchall():
                    yield from batch
            finally:
                with suppress(psycopg.Error):
                    self._session.execute(f"CLOSE {cursor}")
        except psycopg.Error as error:
            raise self._failed("read", error) from error

    def matching(self, query: str, keys: Sequence[str | int]) -> list[tuple[Any, ...]]:
        """Return the rows of `query`, which has one `(?)` for any number of keys."""
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(keys), BULK):
            rows += self.rows(query, (list(keys[start : start + BULK]),))
        return rows

    def number(self, query: str, values: Sequence[Any] = ()) -> int:
        """Return the single number that a query gives, such as a count."""
        return next(int(number) for (number,) in self.rows(query, values))

    def keeping_pages(self) -> AbstractContextManager[None]:
        """Do nothing: the server has memory of its own."""
        return nullcontext()

    def is_sound(self) -> bool:
        """Return True: damage is an error of every read."""
        return True

    def send_deadline(self) -> Callable[[], bool] | None:
        """Return a function that tells whether what was committed just now may still be sent."""
        if self._lease is None:
            return None
        latest = self._committed + self._place.times.deadline
        return lambda: awake_seconds() <= latest

    def still_ours(self) -> Callable[[], bool] | None:
        """Return the same for a request without an intent, once the journal has been seen to be ours a moment ago.

        A worker that wakes up after it was followed would otherwise go on with its lookups, beside those of the other
        one. While rows are written this asks the database nothing. Raises TakenOver or DiskFailed.
        """
        if self._lease is not None and awake_seconds() > self._committed + self._place.times.deadline / 2:
            with self.writing("hold"):
                pass
        return self.send_deadline()

    def quiet_seconds(self) -> float:
        """How long nothing may be sent yet, since a former holder of the key may have sent a moment ago."""
        return 0.0 if self._lease is None else max(0.0, self._lease.quiet_until - time.monotonic())

    def unsettled_seconds(self, settle_seconds: float) -> float:
        """How long requests of other journals with this key may still arrive, of workers that died a moment ago."""
        sent_until = None if self._lease is None else self._lease.others_sent_until
        return 0.0 if sent_until is None else max(0.0, sent_until + settle_seconds - time.monotonic())

    def close(self) -> None:
        """Give the journal back and end the session."""
        with suppress(psycopg.Error):
            if self._lease is not None and not self._session.closed:
                leases.release(self._session, self._place, self._lease)
        self._session.close()
        if self._heartbeat is not None:
            self._heartbeat.stop()

    def _analyse(self) -> None:
        """Have the server look at temporary tables that have grown, since it never does so by itself."""
        for table, lines in self._grown.items():
            if lines >= ANALYSED_FROM and lines >= ANALYSED_GROWTH * self._analysed[table]:
                self._analysed[table] = lines
                with suppress(psycopg.Error):
                    self._session.execute(f"ANALYZE pg_temp.{table}")

    def _failed(self, participle: str, error: psycopg.Error) -> DiskFailed:
        # What comes after the first failure only says that the session has gone.
        if self._failure is None or not (self._session.closed or self._session.broken):
            self._failure = self._judged(participle, error)
        return self._failure

    def _judged(self, participle: str, error: psycopg.Error) -> DiskFailed:
        is_lost = self._session.closed or self._session.broken
        if error.sqlstate == TAKEN_OVER or (
            is_lost and self._lease is not None and leases.was_taken_over(self._place, self._lease)
        ):
            return TakenOver(
                f"Another worker has taken over the journal {self.name}, since this one was not heard of for long.",
                "Nothing to do here: the other worker goes on, and nothing is sent twice.",
            )
        step = "Check that the database runs and has room, then run the same command again: nothing is sent twice."
        why = reason(error, self._place.url)
        return DiskFailed(f"The journal {self.name} could not be {participle} ({why}).", step)
