"""What `doctor` found out, in words that can be pasted into a bug report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_QUESTIONS = {
    "asked": "asked on",
    "errors": "form of an error",
    "limit": "rate limit in headers",
    "listed": "a new contact is in the list",
    "taken_id": "an external id that is taken",
    "patch": "a PATCH that leaves fields out",
    "identity": "source and external id after it",
    "deleted_id": "the external id of a deleted contact",
}


def diagnosis_lines(facts: Mapping[str, str], remains: Sequence[str] = ()) -> list[str]:
    """Return a line for each answer; `remains` are ids of contacts that could not be deleted."""
    width = max(map(len, _QUESTIONS.values()))
    lines = [f"{question:<{width}}  {facts[name]}" for name, question in _QUESTIONS.items()]
    if remains:
        return [*lines, f"Next:    delete the contact Import Doctor in the app ({', '.join(remains)})"]
    return [*lines, "Next:    nothing to do; the contact was deleted. Paste these lines into a bug report"]
