"""What can stop a run.

    ImporterError                  anything that ends a command; carries the exit code and the next step
    |-- CannotStart        (2)     nothing was written to the workspace
    |   |-- SettingsError          an option, a key of the TOML file or an environment variable is wrong
    |   |-- KeyMissing             no API key was given, or its file cannot be read
    |   |-- SourceError            the sheet is missing, damaged, protected or not a sheet at all
    |   |   |-- SheetEmpty         the sheet or file has nothing in it
    |   |   `-- ReadingUnclear     a person has to say which sheet, or which row of column names, is meant
    |   |-- MappingError           columns and fields do not fit together
    |   |   `-- NothingMapped      no column has a field
    |   |-- SchemaError            the user's own pandera schema cannot be loaded
    |   |-- OutputError            the output folder or a file in it cannot be written
    |   |-- JournalError           the journal belongs elsewhere, is newer, damaged, or in use
    |   |   `-- FolderBusy         another command or tab is at work in the folder
    |   |-- GuardStop              a guard such as --max-new found that this looks like the wrong sheet
    |   |-- StrictStop             --strict was given, and some rows would be rejected
    |   `-- Declined               the person said no before the first write
    `-- Stopped            (3)     a run ended early; the same command continues it
        |-- AccessRefused          401, 402, 403: the key is wrong, revoked, or lacks the right
        |-- AddressWrong           3xx or a 404 where the API should be: the base URL is not the API's
        |-- ServiceUnreachable     no usable answer within --wait-for-service
        |-- ContactMixedUp         the service shows another contact each time it is asked for one
        |-- ValuesLost             the service lost a value, a contact it had just created, or a person's last contact
        |-- DiskFailed             the journal or an output can no longer be written
        |   `-- TakenOver          another worker has the journal now and goes on with it
        `-- Interrupted            Ctrl-C or SIGTERM

A bad row is never an exception but an outcome (see `importer.model`).
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FINISHED = (0, 1)
"""The exit codes of a command that came to its end; 1 where something is left for a person to correct or decide."""

WITHOUT_CHANGES = ("--on-match", "create-only")
"""How a run goes on at a service that does not make changes (see `Stopped.goes_on_with`)."""


def code_place(error: BaseException) -> str:
    """Return where in the code an unexpected exception was raised: its own text may quote a cell or the key."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else "?"


def bug_message(error: BaseException) -> str:
    """Return what a person is told of an unexpected exception."""
    return f"A bug in openphone-import: {type(error).__name__} at {code_place(error)}."


class ImporterError(Exception):
    """Something that ends a command: what happened, and what to do next.

    `message` says what and where (file, row, column, value); `next_step` is one sentence in the imperative.
    """

    # 70 is EX_SOFTWARE of BSD's sysexits.h; each kind that is not a bug has its own.
    exit_code: int = 70
    quotes_sheet: bool = False
    """Whether the message may quote column names. Those of a sheet without any are really a contact."""

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message, next_step)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}"


class CannotStart(ImporterError):
    """Nothing was written to the workspace."""

    exit_code = 2


class SettingsError(CannotStart):
    """An option, a key of the TOML file or an environment variable is wrong."""


class KeyMissing(CannotStart):
    """No API key was given, or its file cannot be read."""


class SourceError(CannotStart):
    """The sheet is missing, damaged, protected, or not a sheet at all."""

    quotes_sheet = True


class SheetEmpty(SourceError):
    """The sheet or file has nothing in it."""


class ReadingUnclear(SourceError):
    """A person has to say which sheet, or which row of column names, is meant.

    `preview`: settings by their names (`header_row`, `sheet`) with which the file can be shown to that person.
    """

    def __init__(self, message: str, next_step: str, preview: Mapping[str, int | str] | None = None) -> None:
        super().__init__(message, next_step)
        self.preview = dict(preview or {})


class MappingError(CannotStart):
    """Columns and fields do not fit together."""

    quotes_sheet = True


class NothingMapped(MappingError):
    """No column has a field."""


class SchemaError(CannotStart):
    """The user's own pandera schema cannot be loaded."""


class OutputError(CannotStart):
    """The output folder or a file in it cannot be written."""


class JournalError(CannotStart):
    """The journal belongs to another workspace, is newer, damaged, or in use."""


class FolderBusy(JournalError):
    """Another command or tab is at work in the folder."""


class GuardStop(CannotStart):
    """A guard such as `--max-new` found that this looks like the wrong sheet."""


class StrictStop(CannotStart):
    """`--strict` was given and some rows would be rejected."""


class Declined(CannotStart):
    """The person said no before the first write."""


class Stopped(ImporterError):
    """A run ended early, with everything done so far in its files; the same command continues it."""

    exit_code = 3
    goes_on_with: tuple[str, str] | None = None
    """An option and its value, where the command goes on only with that: as it was typed it would do harm or stop."""


class AccessRefused(Stopped):
    """The key is wrong, revoked, or lacks the right (401, 402, 403)."""


class AddressWrong(Stopped):
    """The base URL answers, but not as the API (3xx, or 404 where the API should be)."""


class ServiceUnreachable(Stopped):
    """The service gave no usable answer within `--wait-for-service`."""


class ContactMixedUp(Stopped):
    """The service shows another contact each time it is asked for one.

    `shown_id` is the id of the other one; `fact` says this of the contact, as the reason why it was left. A command
    that goes through many contacts leaves this one, and goes on with the others.
    """

    def __init__(self, message: str, next_step: str, shown_id: str = "") -> None:
        super().__init__(message, next_step)
        self.shown_id = shown_id
        self.fact = f"the service shows contact {shown_id} in its place"


class ValuesLost(Stopped):
    """The first change took something away from its contact, or a contact that should be there is gone.

    It is the first one that was created, which the service did not keep, or both of a person, deleted at once.
    """


class DiskFailed(Stopped):
    """The journal or an output can no longer be written."""


class TakenOver(DiskFailed):
    """Another worker has the journal now and goes on with it."""


class Interrupted(Stopped):
    """The person (Ctrl-C) or the system (SIGTERM) asked the run to stop."""

    def __init__(
        self,
        message: str = "Stopped as requested; everything done so far is kept.",
        next_step: str = "Run the same command again to continue; nothing is done twice.",
    ) -> None:
        super().__init__(message, next_step)

    @classmethod
    def before_sending(cls) -> Interrupted:
        """The stop of a run that has not sent anything yet, and says so."""
        return cls("Stopped as requested; nothing was sent.")


# What a system that has run out of something answers, wherever a file is opened or written.
_SCARCE = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EIO, errno.ENOMEM)
)
_NO_MEMORY = ("cannot allocate memory", "failed to map segment", "cannot create shared object")
_NO_TEMPORARY_FOLDER = "No usable temporary directory"


def out_of_room(error: BaseException, again: str = "run the same command again to continue") -> DiskFailed | None:
    """What to say of an error that means a full disk, too many open files or no memory left; None for any other.

    `again` is how the person goes on, in the imperative.
    """
    if _is_out_of_memory(error):
        return DiskFailed(
            "The computer has run out of memory, or gives this program too little of it.",
            f"Nothing is lost: close other programs, then {again}.",
        )
    if not isinstance(error, OSError):
        return None
    reason = error.strerror or str(error)
    if error.errno not in _SCARCE and not reason.startswith(_NO_TEMPORARY_FOLDER):
        return None
    return DiskFailed(
        f"The computer has run out of room or of open files: {reason.partition(' in [')[0]}.",
        f"Nothing is lost: free some space, close other programs, then {again}.",
    )


def _is_out_of_memory(error: BaseException) -> bool:
    """Whether an error, or the one that it came of, is one for lack of memory: a library of C says so in its words."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    texts = [str(cause).casefold() for cause in causes if isinstance(cause, ImportError)]
    return any(isinstance(cause, MemoryError) for cause in causes) or any(
        words in text for words in _NO_MEMORY for text in texts
    )


_LONGEST_SHOWN = 80


def no_access(error: BaseException) -> OutputError | None:
    """What to say of a file or folder that cannot be used: another user's, or of too long a name; None for others."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        name = str(error.filename or "of a file or folder")
        shown = name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
        return OutputError(
            f"The name {shown} is too long for this computer ({error.strerror}).",
            "Give a shorter name: rename the file, or name a folder for the results with --out.",
        )
    if not isinstance(error, PermissionError) or not error.filename:
        return None
    return OutputError(
        f"You may not use {error.filename} ({error.strerror}).",
        "Run the command as the user who made it, or have its owner allow you to read and write it.",
    )
