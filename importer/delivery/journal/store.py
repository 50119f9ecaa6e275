"""What a journal needs of the database that it is kept in: transactions that happen whole or not at all, and queries.

There is one text of each statement, in the SQL that SQLite and Postgres both understand: parameters are `?`, `?1` or
`:name`; `IN (?)` takes any number of keys (see `Store.matching`); tables of `scratch` die with the connection; what is
kept for good is that of one journal, and keys do not name the journal.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol

from importer.identity.marks import marker as salted_marker
from importer.model.row_names import RowNames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

BATCH = 500
FORMER_COLUMNS = "contact_id, state, digest, created_run, detail, policy, added, left_as, id_at_service"
"""What `former` keeps of a line of `contacts`."""
SET_META = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


@cache
def upsert(
    table: str, key: str, *columns: str, reset: tuple[str, ...] = (), fixed: tuple[tuple[str, str], ...] = ()
) -> str:
    """Return the INSERT of `key` and `columns` that replaces a line of the same key.

    `reset`: the other columns, which get their defaults then. `fixed`: columns with the text that they have in all
    lines, which has no quotation mark.
    """
    constant = [column for column, _ in fixed]
    names = (key, *columns, *constant)
    values = ", ".join(["?"] * (len(columns) + 1) + [f"'{text}'" for _, text in fixed])
    sets = ", ".join(f"{column} = excluded.{column}" for column in (*columns, *constant, *reset))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values}) ON CONFLICT ({key}) DO UPDATE SET {sets}"  # noqa: S608


class Lines(Protocol):
    """What a statement has given."""

    @property
    def rowcount(self) -> int:
        """How many lines it has changed."""
        ...

    def fetchone(self) -> Any:
        """Return the next line, None if there is none."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the lines that are left."""
        ...


class Transaction(Protocol):
    """Statements that will be committed together."""

    def execute(self, query: str, values: Sequence[Any] | Mapping[str, Any] = (), /) -> Lines:
        """Carry out one statement."""
        ...

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> Lines:
        """Carry out a statement for each of `values`; `rowcount` counts the lines of all."""
        ...


class Store(Protocol):
    """An open journal in its database; `name` is for messages.

    A store is given the seam of tests for crashes: a function that is called with `before:<moment>` and
    `after:<moment>` around each commit, and an exception that it raises happens there.
    """

    name: str

    def must_be_in_place(self) -> None:
        """Raise DiskFailed if the next run would not find here what is written now."""
        ...

    def writing(self, moment: str) -> AbstractContextManager[Transaction]:
        """Open a transaction, committed at the end or rolled back. Raises DiskFailed if it cannot be committed."""
        ...

    def erasing(self, moment: str) -> AbstractContextManager[Transaction]:
        """Do as `writing`, and leave no byte of what is deleted in the database, as far as it can promise that."""
        ...

    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query, of which there are not very many. Raises DiskFailed if they cannot be read."""
        ...

    def lines(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, of which there may be millions, in little memory. Raises DiskFailed."""
        ...

    def matching(self, query: str, keys: Sequence[str | int]) -> list[tuple[Any, ...]]:
        """Return the rows of `query`, which has one `(?)` for any number of keys."""
        ...

    def number(self, query: str, values: Sequence[Any] = ()) -> int:
        """Return the single number that a query gives, such as a count."""
        ...

    def keeping_pages(self) -> AbstractContextManager[None]:
        """Keep as much of the database in memory as a large sheet needs, as long as all of its rows are looked at."""
        ...

    def is_sound(self) -> bool:
        """Whether the database finds the journal undamaged."""
        ...

    def send_deadline(self) -> Callable[[], bool] | None:
        """Return a function that tells whether what was committed just now may still be acted on; None: it always may.

        Where another worker can take a journal over, a request may not leave long after its intent was committed.
        """
        ...

    def still_ours(self) -> Callable[[], bool] | None:
        """Return the same for a request that has no intent, such as a lookup; raises TakenOver or DiskFailed."""
        ...

    def quiet_seconds(self) -> float:
        """How long nothing may be sent yet, since a former holder may have sent a moment ago."""
        ...

    def unsettled_seconds(self, settle_seconds: float) -> float:
        """How long requests with this key, of other journals, may still arrive if they take `settle_seconds`."""
        ...

    @property
    def holds_key(self) -> bool:
        """Whether no other process can deliver with this key while the store is open."""
        ...

    def close(self) -> None:
        """Close the connection and release the journal for the next run."""
        ...


class RunPart:
    """The base of a part of a journal that is an object of its own; `run` tells the number of the run under way."""

    def __init__(self, store: Store, run: Callable[[], int]) -> None:
        self._store = store
        self._run = run


class JournalPart:
    """The base of the parts of a journal: the store they share, and the number of the run that is under way."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._run = 0
        self._names: RowNames | None = None

    @cached_property
    def marker(self) -> Callable[[str], int]:
        """The function that makes marks under this journal's own salt (see `identity.marks`)."""
        query = "SELECT value FROM meta WHERE name = 'salt'"
        salt = next((str(value) for (value,) in self._store.rows(query)), "")
        return salted_marker(bytes.fromhex(salt))

    def row_names(self) -> RowNames:
        """Return what the rows of the latest sheet are called."""
        if self._names is None:
            lines = self._store.rows("SELECT start, file FROM sheet_files ORDER BY start")
            self._names = RowNames(tuple(start for start, _ in lines), tuple(file for _, file in lines))
        return self._names
