"""Where a journal is: a file on this computer, or a Postgres database with the name that the journal has there.

The results of a journal in a database are in a folder all the same. A small file in it, `journal.toml`, says which
journal is theirs, so that every command that is given the folder finds it.
"""

from __future__ import annotations

import os
import tomllib
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from importer.disk import file_text, make_folder, refuse_link, replacing_text
from importer.errors import JournalError, OutputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from importer.errors import ImporterError

JOURNAL = "journal.sqlite"
POINTER = "journal.toml"
SCHEMA = "openphone_import"
SANDBOX_ADDRESS = "sandbox"
"""Stands in a journal for the address of the service, since that of the sandbox differs from run to run."""
ENGINE_SUFFIX = "_queue"
ENVIRONMENT = "env:"
VARIABLE = "OPENPHONE_DATABASE_URL"
"""The environment variable that names a database for this program alone, so that folders may point to it."""
_MOST_CHARACTERS = 10_000  # it has three lines, and a key of 50,000 parts takes minutes to read
_HEAD = "# The journal of these results is in a database. Written by openphone-import; do not edit.\n"


@dataclass(frozen=True, slots=True)
class LeaseTimes:
    """When a worker counts as dead and not as at work, in seconds of the database's clock.

    It says every `beat` that it is alive; if it has not for `stale`, another may take its journals over. A request
    leaves within `deadline` after its intent was committed. `quiet`: how long nothing is sent after another worker may
    have sent with the same key.
    """

    beat: float = 4.0
    stale: float = 24.0
    """Longer than a beat and what a broken connection is noticed by (see `postgres.connection`), then begun again."""
    deadline: float = 5.0
    quiet: float = 1.06
    busy: float = 1.0
    """How long to wait for a holder that is just leaving."""
    ending: float = 15.0
    """How long to wait until the session of a dead worker has ended."""
    poll: float = 1.0
    """How often a worker of a fleet asks the queue for work."""
    taken: float = 5.0
    """How long an import waits whose journal another worker or a person has."""
    failed: float = 10.0
    """How long it waits after its first failure; after each more twice as long."""


USUAL_TIMES = LeaseTimes()
lease_times: ContextVar[LeaseTimes] = ContextVar("lease_times", default=USUAL_TIMES)
"""The times of the journals that are opened here: all workers of a database go by the same."""


@dataclass(frozen=True, slots=True)
class DatabasePlace:
    """A journal in Postgres: `url` is that of the database, `variable` where it comes from, for messages."""

    url: str = field(repr=False)
    name: str
    variable: str = "the given URL"
    schema: str = SCHEMA
    times: LeaseTimes = field(default_factory=lease_times.get, repr=False)
    file: str = field(default="with the fleet's file", compare=False)
    """The fleet's file, as a command takes it; words for it where it is not known."""

    def __str__(self) -> str:
        return f"{self.name} in the database of {self.variable}"

    @property
    def engine_schema(self) -> str:
        """The schema of the queue of a fleet, beside that of the journals."""
        return self.schema + ENGINE_SUFFIX


JournalPlace = Path | DatabasePlace

# The variables that the fleet's file of this command names. A folder is data from outside, and may have been made by
# anybody: by itself it must not have the program take an address from just any variable, and connect there.
_named_variables: ContextVar[frozenset[str]] = ContextVar("named_variables", default=frozenset())
# Folders whose journal has one of several names, and why the database could not be asked under which.
_doubted: ContextVar[Mapping[Path, ImporterError]] = ContextVar("doubted", default=MappingProxyType({}))


def database_url(database: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the URL that `env:NAME` stands for, and NAME. Raises SettingsError."""
    variable = database.removeprefix(ENVIRONMENT)
    url = environment.get(variable, "").strip()
    if not url:
        raise SettingsError(
            f"The environment variable {variable}, which should hold the address of the database, is not set.",
            f"Set {variable} to an address such as postgresql://USER:PASSWORD@HOST/DATABASE and run the command again.",
        )
    return url, variable


def is_used(folder: Path) -> bool:
    """Whether a folder has a journal, or says where it is; no database is asked."""
    return (folder / JOURNAL).exists() or (folder / POINTER).exists() or folder in _doubted.get()


def journal_of(folder: Path) -> JournalPlace:
    """Return the place of the journal that belongs to a folder of results.

    Raises SettingsError for one in a database that only the folder names, or whose address is not known here.
    """
    try:
        text = file_text(folder / POINTER)
    except OSError:
        if (error := _doubted.get().get(folder)) is not None:
            raise SettingsError(error.message, error.next_step) from None
        return folder / JOURNAL
    except UnicodeDecodeError:
        text = "not text"
    try:
        if len(text) > _MOST_CHARACTERS:
            raise KeyError(POINTER)
        pointer = tomllib.loads(text)
        database, name = str(pointer["database"]), str(pointer["journal"])
    except (ValueError, KeyError, RecursionError) as error:
        raise JournalError(
            f"{folder / POINTER} does not say in which database the journal is.",
            "Move it away and run the command again with --fleet and --workspace, which writes it again.",
        ) from error
    variable = database.removeprefix(ENVIRONMENT)
    if variable not in _named_variables.get():
        if not os.environ.get(VARIABLE, "").strip():
            raise SettingsError(
                f"{folder / POINTER} says that the journal is in the database of the environment variable {variable}. "
                "A folder alone does not decide to which database this program connects.",
                f"If that is right, set {VARIABLE} to the address of the database and run the command again, or give "
                "--fleet FILE --workspace NAME where the command takes them.",
            )
        variable = VARIABLE
    url, variable = database_url(f"{ENVIRONMENT}{variable}", os.environ)
    return DatabasePlace(url, name, variable)


def offline_place(folder: Path) -> JournalPlace | None:
    """Return the same for a command that can do without its journal.

    None where the fleet that the person named keeps it in a database whose address is not known here.
    Raises SettingsError or JournalError as `journal_of`, above all for a folder that alone says so.
    """
    try:
        return journal_of(folder)
    except SettingsError:
        if not _named_variables.get():
            raise
        return None


def fleet_of(folder: Path) -> str:
    """Return the name of the fleet whose journal a folder of results says it has; "" for none, or an unknown one."""
    try:
        journal = tomllib.loads(file_text(folder / POINTER))["journal"]
    except (OSError, ValueError, KeyError, RecursionError):
        return ""
    return journal.partition("/")[0] if isinstance(journal, str) else ""


def doubt_place(folder: Path, database: str, error: ImporterError) -> None:
    """Note that the journal of a folder is in a database that cannot be asked for its name now: commands that need it
    end with `error`, unless the folder says it.
    """
    _named_variables.set(_named_variables.get() | {database.removeprefix(ENVIRONMENT)})
    _doubted.set({**_doubted.get(), folder: error})


def remember_place(folder: Path, database: str, name: str, unmade: Collection[str] = ()) -> None:
    """Write into a folder of results that its journal is in a database, unless it says so already.

    A folder that was made under a former name of its workspace keeps the journal of that name, unless that is one of
    `unmade`, which the database does not have. `database` is what a person named, so that from now on the folders of
    this command may be in it.

    The folder has no journal of its own. Raises OutputError or DiskFailed.
    """
    _named_variables.set(_named_variables.get() | {database.removeprefix(ENVIRONMENT)})
    pointer = folder / POINTER
    refuse_link(pointer)
    text = f'{_HEAD}database = "{database}"\njournal = "{name}"\n'
    try:
        if pointer.is_file():
            stored = file_text(pointer)
            is_unmade = any(stored.endswith(f'\njournal = "{other}"\n') for other in unmade)
            if stored.startswith(text.partition("\njournal")[0] + "\n") and not is_unmade:
                return
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a text"
        raise OutputError(
            f"{pointer}, which says where the journal of these results is, cannot be read ({reason}).",
            f"Move {pointer} away, then run the same command again, which writes it again.",
        ) from error
    make_folder(folder)
    with replacing_text(pointer) as stream:
        stream.write(text)
