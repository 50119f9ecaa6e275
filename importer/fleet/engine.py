"""Gives the work of a fleet to its workers: a queue in the database, behind one small protocol.

A workflow is one attempt to import the sheet of a workspace on an occasion: `fleet/workspace/occasion` is its only
argument, and with the number of the attempt its id. Keys and cells never reach the tables of the engine. What became of
an occasion is known to our own table, not to the engine (see `importer.delivery.journal.postgres.occasions`).
"""

from __future__ import annotations

import io
import logging
import threading
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from importer.delivery.journal.postgres import INSTALL
from importer.delivery.journal.postgres.connection import plain_session, refused
from importer.errors import JournalError, SettingsError
from importer.version import PROGRAM

try:
    import sqlalchemy
    from dbos import DBOS, DBOSClient
    from dbos import error as dbos_errors
except ImportError as error:
    raise SettingsError(
        "Several workers share a queue, and the package for that is not installed.",
        INSTALL,
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from dbos import DBOSConfig, EnqueueOptions

    from importer.delivery.journal_place import DatabasePlace

# All versions of this program take each other's work: what a workflow says has not changed.
VERSION = "1"
WORKFLOW = "deliver"
WAITING, RUNNING = "ENQUEUED", "PENDING"
ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_SESSIONS = 4
_NO_RIGHT = "42501"


class Engine(Protocol):
    """Keeps workflows until a worker takes them; of one `lane_key` it gives out one at a time, apart from resumed ones.

    A workflow whose worker has died stays with that worker until it is resumed. Methods raise JournalError.
    """

    def enqueue(self, workflow: str, lane_key: str) -> None:
        """Enqueue a workflow; does nothing for one that was enqueued before."""

    def listen(self, worker: str, lanes: int, work: Callable[[str], None]) -> None:
        """Begin to call `work` with the ids of workflows, `lanes` at a time, each in a thread."""

    def leave(self, seconds: int) -> None:
        """Take no more workflows, and wait so long until those that are under way have ended."""

    def lost(self, living: Collection[str]) -> list[str]:
        """Return the workflows that are with workers other than the living ones."""

    def resume(self, workflows: Sequence[str]) -> None:
        """Give workflows out again, before those that wait already, unless they have ended."""

    def cancel(self, workflows: Sequence[str]) -> None:
        """Remove workflows that no worker has taken yet."""

    def listing(self) -> set[str]:
        """Return the workflows that wait or are under way."""

    def forget(self, days: int) -> None:
        """Delete workflows that ended so long ago."""

    def close(self) -> None:
        """End the sessions with the database."""


class DbosEngine:
    """The engine in the database of a fleet, by DBOS, in a schema of its own."""

    def __init__(self, place: DatabasePlace, fleet: str) -> None:
        _be_quiet()
        self._place, self._queue = place, f"sheets-{fleet}"
        # A queue has no order, so the work that dead workers have left has a queue of its own.
        self._left = f"left-{fleet}"
        self._sessions = _sessions(place)
        self._is_listening = False
        with self._translated():
            self._client = DBOSClient(
                system_database_engine=self._sessions,
                dbos_system_schema=place.engine_schema,
                application_name=PROGRAM,
                retry_connection_errors=False,
            )
            try:
                # Where it has no tables, that is found out before anything is said to be queued.
                self._client.retrieve_queue(self._queue)
            except BaseException:
                self.close()
                raise

    def enqueue(self, workflow: str, lane_key: str) -> None:
        """See `Engine`."""
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": self._queue,
            "workflow_id": workflow,
            "queue_partition_key": lane_key,
        }
        with self._translated():
            self._client.enqueue(options, workflow.rpartition("/")[0])

    def listen(self, worker: str, lanes: int, work: Callable[[str], None]) -> None:
        """See `Engine`."""
        # The limit holds for the whole queue, so it is the largest worker's: in a smaller worker some wait for a lane.
        free = threading.Semaphore(lanes)

        def deliver(_occasion: str) -> None:
            workflow = DBOS.workflow_id
            assert workflow is not None  # noqa: S101 - it is always called as a workflow
            with free:
                work(workflow)

        with self._translated():
            for queue in (self._queue, self._left):
                registered = self._client.retrieve_queue(queue)
                most = max(lanes, (registered.worker_concurrency or 0) if registered else 0)
                self._client.register_queue(
                    queue, partition_concurrency=1, worker_concurrency=most, polling_interval_sec=self._place.times.poll
                )
            _launch(self._place, self._sessions, worker, (self._queue, self._left), deliver)
            self._is_listening = True

    def leave(self, seconds: int) -> None:
        """See `Engine`."""
        if self._is_listening:
            self._is_listening = False
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=seconds)

    def lost(self, living: Collection[str]) -> list[str]:
        """See `Engine`."""
        return [flow.workflow_id for flow in self._open(RUNNING) if flow.executor_id not in living]

    def resume(self, workflows: Sequence[str]) -> None:
        """See `Engine`."""
        if workflows:
            with self._translated():
                self._client.resume_workflows(list(workflows), queue_name=self._left)

    def cancel(self, workflows: Sequence[str]) -> None:
        """See `Engine`."""
        waiting = {flow.workflow_id for flow in self._open(WAITING)}
        with self._translated():
            for workflow in waiting.intersection(workflows):
                self._client.cancel_workflow(workflow)

    def listing(self) -> set[str]:
        """See `Engine`."""
        return {flow.workflow_id for flow in self._open(WAITING, RUNNING)}

    def _open(self, *states: str) -> list[Any]:
        with self._translated():
            return list(
                self._client.list_workflows(
                    status=list(states), queue_name=[self._queue, self._left], load_input=False, load_output=False
                )
            )

    def forget(self, days: int) -> None:
        """See `Engine`."""
        before = datetime.now(UTC) - timedelta(days=days)
        with self._translated():
            old = self._client.list_workflows(
                status=list(ENDED),
                queue_name=[self._queue, self._left],
                completed_before=before.isoformat(),
                load_input=False,
                load_output=False,
                limit=1000,
            )
            if old:
                self._client.delete_workflows([flow.workflow_id for flow in old])

    def close(self) -> None:
        """See `Engine`."""
        self.leave(0)
        self._client.destroy()
        self._sessions.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with _translated(self._place):
            yield


def make_tables(place: DatabasePlace) -> None:
    """Make the tables of the engine or bring them up to date. Raises JournalError."""
    _be_quiet()
    sessions = _sessions(place)
    try:
        with _translated(place):
            _launch(place, sessions, "init", (), lambda _: None, makes_tables=True)
            DBOS.destroy(destroy_registry=True)
    finally:
        sessions.dispose()


def tables_sql(engine_schema: str) -> str:
    """Return the SQL that makes the tables of the engine in a database that has none of them; nothing is connected."""
    from dbos.cli.migration import print_dbos_migrations

    lines = io.StringIO()
    with redirect_stdout(lines):
        print_dbos_migrations(None, schema=engine_schema)
    return lines.getvalue()


def _launch(
    place: DatabasePlace,
    sessions: sqlalchemy.Engine,
    worker: str,
    queues: Sequence[str],
    deliver: Callable[[str], None],
    *,
    makes_tables: bool = False,
) -> None:
    config: DBOSConfig = {
        "name": PROGRAM,
        "system_database_engine": sessions,
        "dbos_system_schema": place.engine_schema,
        "application_version": VERSION,
        "executor_id": worker,
        "run_migrations": makes_tables,
        "use_listen_notify": False,
        "enable_otlp": False,
    }
    DBOS(config=config)
    DBOS.listen_queues(queues)
    DBOS.workflow(name=WORKFLOW)(deliver)
    try:
        DBOS.launch()
    except BaseException:
        DBOS.destroy(destroy_registry=True)
        raise


def _sessions(place: DatabasePlace) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: plain_session(place),
        pool_size=_SESSIONS,
        max_overflow=_SESSIONS,
        pool_timeout=30,
        pool_pre_ping=True,
    )


@contextmanager
def _translated(place: DatabasePlace) -> Iterator[None]:
    """Raise JournalError for the engine's errors if the database is away or lacks its tables."""
    try:
        yield
    except (sqlalchemy.exc.ProgrammingError, dbos_errors.DBOSException) as error:
        if getattr(getattr(error, "orig", None), "sqlstate", "") == _NO_RIGHT:
            raise refused(place, place.engine_schema, getattr(error, "orig", None)) from error
        raise JournalError(
            f"The database of {place.variable} has no tables for the queue of a fleet, or older ones.",
            f"Run openphone-import fleet init {place.file}, which makes them, then run this command again.",
        ) from error
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise refused(place, place.engine_schema, getattr(error, "orig", None) or error) from error


def _be_quiet() -> None:
    """Silence the engine's log, which is for its developers; our own messages say what to do."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
