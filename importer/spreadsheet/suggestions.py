"""How to refuse a name that does not exist: what there is, and what was probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def meant(given: str, names: Sequence[str]) -> str:
    """` Did you mean "Contacts"?`, or nothing when no name is near."""
    folded = {name.strip().casefold(): name for name in names}
    found = get_close_matches(given.strip().casefold(), list(folded), 1, 0.6)
    return f' Did you mean "{folded[found[0]]}"?' if found else ""


def listed(names: Sequence[str], most: int = 20) -> str:
    """Names in quotes with commas; a long list is cut and says so."""
    shown = ", ".join(f'"{name}"' for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def shorten(text: str, most: int = 60) -> str:
    """A value for a message, on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
