"""What the page says of an error: the command's own message, the next step on the page, and never a traceback."""

from __future__ import annotations

from importer.errors import ImporterError, bug_message, no_access, out_of_room
from importer.web.words import page_step


def failure_facts(error: BaseException) -> dict[str, str]:
    """Return what happened, the next step, and the kind of error, by which the page knows the step it belongs to."""
    error = out_of_room(error, "try again") or no_access(error) or error
    if isinstance(error, ImporterError):
        return {"message": error.message, "next": page_step(error), "kind": type(error).__name__}
    # The exception's text may quote a cell or the key, so only its kind and place are shown.
    return {
        "message": bug_message(error),
        "next": "Nothing is lost: try the same again. Please report this line together with what you did.",
        "kind": "Bug",
    }
