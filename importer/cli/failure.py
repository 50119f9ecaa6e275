"""How a command ends that could not do its work: an exit code, one message and the next step, never a traceback."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from importer.cli.signals import early_signals
from importer.errors import ImporterError, Interrupted, Stopped, code_place

# EX_SOFTWARE of sysexits.h.
BUG = 70

# What a system that has run out of something answers, wherever a file is opened or written.
_SCARCE = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EIO, errno.ENOMEM)
)
_NO_TEMPORARY_FOLDER = "No usable temporary directory"


@dataclass(frozen=True, slots=True)
class FailureMessage:
    """What the person reads when a command fails, and the exit code."""

    message: str
    next_step: str
    exit_code: int


def describe_failure(error: BaseException) -> FailureMessage:
    """What to say about an exception, expected or not."""
    # An import that a signal interrupts may fail with an error of its own, so the signal is asked about too.
    if not isinstance(error, ImporterError) and (isinstance(error, KeyboardInterrupt) or early_signals.received):
        error = Interrupted()
    if isinstance(error, ImporterError):
        return FailureMessage(error.message, error.next_step, error.exit_code)
    if isinstance(error, OSError) and _is_scarcity(error):
        reason = error.strerror or str(error)
        return FailureMessage(
            f"The computer has run out of room or of open files: {reason.partition(' in [')[0]}.",
            "Nothing is lost: free some space, close other programs, then run the same command again to continue.",
            Stopped.exit_code,
        )

    return FailureMessage(
        f"A bug in openphone-import: {type(error).__name__} at {code_place(error)}.",
        "Nothing is lost: run the same command again to continue. Please report this line together with the command.",
        BUG,
    )


def _is_scarcity(error: OSError) -> bool:
    return error.errno in _SCARCE or str(error.strerror or "").startswith(_NO_TEMPORARY_FOLDER)
