"""Is the file a journal as this program writes it? A file from elsewhere may be wrong, but must not run anything.

The tables of a file must be exactly ours: a trigger or a view would run with our own statements. Whatever is read as
more than text (the state of a contact, the settings of a run) must be readable, so that no command stumbles over it
later; that is asked of a database too, whose tables are the business of the person whose database it is.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from importer.delivery.journal.checksum import way_back
from importer.delivery.journal.records import RequestRecord
from importer.delivery.journal.schema import MIGRATIONS
from importer.errors import JournalError
from importer.model import FieldType, QuestionKind, Severity, Status
from importer.plan import State
from importer.text import shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from importer.delivery.journal.store import Store
    from importer.delivery.journal_place import DatabasePlace

Schema = frozenset[tuple[str, str, str, str]]

# ANALYZE adds these tables, which SQLite uses to plan its queries.
_ANALYSED: Schema = frozenset(
    ("table", name, name, f"CREATE TABLE {name}({columns})")
    for name, columns in (("sqlite_stat1", "tbl,idx,stat"), ("sqlite_stat4", "tbl,idx,neq,nlt,ndlt,sample"))
)


@lru_cache(maxsize=len(MIGRATIONS))
def _made(version: int) -> Schema:
    """The tables and indexes that the migrations make, up to a version."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in MIGRATIONS[:version]:
            connection.executescript(script)
        return _schema(connection)


def _schema(connection: sqlite3.Connection) -> Schema:
    lines = connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
    return frozenset((kind, name, table, re.sub(r"\s+", " ", sql)) for kind, name, table, sql in lines)


def altered_schema(connection: sqlite3.Connection, version: int) -> str:
    """Return in words what is not as this program makes a journal of this version, "" if all is.

    Call this before anything is read: a view could stand in place of a table.
    """
    present, made = _schema(connection), _made(version)
    for kind, name, _, _ in sorted(present - made - _ANALYSED):
        return f"it has {'an' if kind == 'index' else 'a'} {kind} {name!r} that is not as this program makes it"
    for kind, name, _, _ in sorted(made - present):
        return f"it lacks the {kind} {name!r}"
    return ""


class _Document(BaseModel):
    """A part of what a journal keeps as JSON; what is not named here is shown as it is, or not read."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


class _JournalColumn(_Document):
    column: str
    field: str


class _Field(_Document):
    key: str
    name: str
    type: FieldType


class _Question(_Document):
    kind: QuestionKind
    typed: str | None = None
    proposed: dict[str, Any] | None


class _Left(_Document):
    mark: str
    problems: tuple[int, int]
    phones: list[tuple[str, int]]
    ids: int | None = None
    state: str = ""


class _ReadAs(_Document):
    region: str | None
    date_orders: dict[str, str]
    number_styles: dict[str, str]
    abroad: dict[str, tuple[list[str], list[str], bool]]


class _RunFacts(_Document):
    """Those facts of a run that some command reads (see `RunRecord.facts`)."""

    line: str = ""
    rejects_line: str = ""
    goes_on_with: list[str] = Field(default=[], max_length=2)
    mapping: list[_JournalColumn] = []
    joined: dict[str, str] = {}
    fields: list[_Field] = []
    read_as: _ReadAs | None = None
    questions: list[_Question] = []
    rules: list[tuple[Severity, str, int] | tuple[Severity, str, int, int | None]] = []
    left: _Left | None = None
    seconds: float = 0
    requests: int = 0
    retries: int = 0
    rate_limited: int = 0
    this_run: dict[str, int] = {}
    warnings: int = 0


class _RunSettings(_Document):
    """Those settings of a run that some command reads before they are validated as a whole."""

    map: list[tuple[str, str]] = []
    undoes: str = ""
    all: list[str] = []


# There may be an image of each of a million contacts, and a database itself looks at one ten times faster. It takes
# deeper lists than Python can read; those that are no longer than this are not.
_LONG = "CASE WHEN length(contact) > 800 THEN true"
_ALL_IMAGES = "SELECT contact FROM images"
_IMAGES_OF_SQLITE = (
    f"{_ALL_IMAGES} WHERE {_LONG} WHEN json_valid(contact) THEN json_type(contact) <> 'object' ELSE true END"
)
_IMAGES_OF_POSTGRES = f"{_ALL_IMAGES} WHERE {_LONG} ELSE contact IS NOT JSON OBJECT END"
_KNOWS_JSON = 16  # the version of Postgres
# What is read as more than text, and the form that it must have.
_VALUES: tuple[tuple[str, TypeAdapter[Any]], ...] = (
    ("SELECT settings FROM runs", TypeAdapter(_RunSettings)),
    ("SELECT facts FROM runs", TypeAdapter(_RunFacts)),
    ("SELECT counts FROM runs WHERE counts IS NOT NULL", TypeAdapter(dict[str, int])),
    ("SELECT value FROM meta WHERE name = 'returned_headers'", TypeAdapter(list[str])),
    ("SELECT cells FROM returned", TypeAdapter(list[str])),
    ("SELECT before FROM joins", TypeAdapter(dict[str, Any])),
)
_MOMENTS = "SELECT started_at FROM runs UNION ALL SELECT finished_at FROM runs WHERE finished_at IS NOT NULL"
# As seconds since 1970; no calendar has others than those of the years 1 to 9999.
_SECONDS = " UNION ALL ".join(
    f"SELECT {column} FROM {table} WHERE {column} NOT BETWEEN -62135596800 AND 253402300799"  # noqa: S608 - constants
    for table, column in (("contacts", "made_at"), ("exchanges", "asked_at"))
)
_WORDS: tuple[tuple[str, Iterable[str]], ...] = (
    ("SELECT DISTINCT state FROM contacts", State),
    ("SELECT DISTINCT state FROM former WHERE state <> ''", State),
    ("SELECT DISTINCT status FROM rows", Status),
    ("SELECT DISTINCT severity FROM problems", Severity),
    ("SELECT DISTINCT asked FROM exchanges", RequestRecord),
)
_NUMBER, _HEX, _PLACE = "[0-9]{1,19}", "([0-9A-Fa-f]{2})*", "([0-9]{1,9} .*)?"
_PATTERNS = (
    ("SELECT mark FROM known_by WHERE kind = 'facts'", _HEX),
    ("SELECT mark FROM known_by WHERE kind IN ('cells', 'identity', 'asked', 'twin', 'joined', 'first')", _NUMBER),
    # The key of a hash has 64 bytes at most.
    ("SELECT value FROM meta WHERE name = 'salt' AND length(value) <= 128", _HEX),
    ("SELECT value FROM meta WHERE name = 'salt' AND length(value) > 128", ""),
    ("SELECT value FROM meta WHERE name = 'looked_until'", _PLACE),
)


def unreadable_in_file(connection: sqlite3.Connection) -> str:
    """Return in words which value of a journal of this version no command could read, "" if there is none."""
    return _unreadable(connection.execute, _IMAGES_OF_SQLITE)


def refuse_unreadable_in_database(store: Store, place: DatabasePlace, version: int) -> None:
    """Raise JournalError if a journal in Postgres of this version holds a value that no command could read."""
    if reason := _unreadable(store.lines, _IMAGES_OF_POSTGRES if version >= _KNOWS_JSON else _ALL_IMAGES):
        raise JournalError(f"The journal {place} is damaged ({reason}).", way_back(place))


def _unreadable(lines: Callable[[str], Iterable[tuple[Any, ...]]], images: str) -> str:
    """Return what cannot be read in the lines that a query gives; `images` is the query of those that may be wrong."""
    for query, words in _WORDS:
        allowed = frozenset(map(str, words))
        for (word,) in lines(query):
            if word not in allowed:
                return f"it says {shorten(word)!r} where one of {', '.join(sorted(allowed))} should be"
    for query, pattern in _PATTERNS:
        matches = re.compile(pattern, re.DOTALL).fullmatch
        for (text,) in lines(query):
            if not matches(text):
                return f"it says {shorten(text)!r} where a number should be"
    for (moment,) in lines(_MOMENTS):
        if not _is_moment(moment):
            return f"it says {shorten(moment)!r} where a time should be"
    for (seconds,) in lines(_SECONDS):
        return f"it says {seconds} where a time in seconds should be"
    for query, form in (*_VALUES, (images, TypeAdapter(dict[str, Any]))):
        for (text,) in lines(query):
            try:
                form.validate_json(text)
            except ValidationError as error:
                fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
                place = ".".join(map(str, fault["loc"]))
                return f"what {query.split()[1]} of {query.split()[3]} says cannot be read: {place} {fault['msg']}"
    return ""


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
