"""How a command ends that could not do its work: an exit code, one message and the next step, never a traceback."""

from __future__ import annotations

from dataclasses import dataclass

from importer.cli.signals import early_signals
from importer.errors import ImporterError, Interrupted, bug_message, no_access, out_of_room

# EX_SOFTWARE of sysexits.h.
BUG = 70


@dataclass(frozen=True, slots=True)
class FailureMessage:
    """What the person reads when a command fails, the exit code, and the name of the error's class ("" for others)."""

    message: str
    next_step: str
    exit_code: int
    kind: str = ""


def describe_failure(error: BaseException) -> FailureMessage:
    """What to say about an exception, expected or not."""
    # An import that a signal interrupts may fail with an error of its own, so the signal is asked about too.
    if not isinstance(error, ImporterError) and (isinstance(error, KeyboardInterrupt) or early_signals.received):
        error = Interrupted()
    error = out_of_room(error) or no_access(error) or error
    if isinstance(error, ImporterError):
        return FailureMessage(error.message, error.next_step, error.exit_code, type(error).__name__)

    return FailureMessage(
        bug_message(error),
        "Nothing is lost: run the same command again to continue. Please report this line together with the command.",
        BUG,
    )
