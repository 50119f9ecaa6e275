"""How a command ends that could not do its work: an exit code, one message and the next step, never a traceback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.cli.alarm import alarm
from importer.errors import ImporterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.cli.terminal.screen import Screen

STOPPED, BUG = 3, 70


@dataclass(frozen=True, slots=True)
class ShownFailure:
    """What the person is told, and the exit code."""

    message: str
    next_step: str
    exit_code: int


def perform(screen: Screen, file: str, work: Callable[[], int]) -> int:
    """Do the work of a command and return its exit code, also where something stops it.

    Under `--json` the last event is a summary all the same: of `file`, without a row.
    """
    from importer.report.summary import Summary

    try:
        return work()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (no traceback ever reaches a user)
        failure = failure_of(error)
        screen.error(failure.message, failure.next_step, failure.exit_code)
        screen.summary(Summary("", file, None, exit_code=failure.exit_code).as_dict())
        return failure.exit_code
    finally:
        screen.close()


def failure_of(error: BaseException) -> ShownFailure:
    """What to say of an exception."""
    if isinstance(error, ImporterError):
        return ShownFailure(error.message, error.next_step, error.exit_code)
    if isinstance(error, KeyboardInterrupt) or alarm.rang:
        return ShownFailure("Stopped.", "Run the same command again to go on; nothing is done twice.", STOPPED)
    return _bug(error)


def _bug(error: BaseException) -> ShownFailure:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_globals.get('__name__', '?')}:{frame.tb_lineno}" if frame else "?"
    # The exception's text may quote a cell or the key, so only its kind and place are shown.
    return ShownFailure(
        f"A bug in openphone-import: {type(error).__name__} at {where}.",
        "Nothing is lost: running again goes on. Please report this line together with the command.",
        BUG,
    )
