"""What the columns beside a phone say against calling its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.clean.finding import shown
from importer.languages.words import forbidden_beside
from importer.languages.yes_no import is_no_or_empty, says_yes
from importer.model import CallFlagKind

if TYPE_CHECKING:
    from collections.abc import Sequence


def refusal_of(kinds: Sequence[CallFlagKind], titles: Sequence[str], texts: Sequence[str]) -> str:
    """Why a number is not to be called: the first text that says so, with the title of its column; "" if none does.

    >>> refusal_of([CallFlagKind.FORBIDDEN], ["DNC 1"], ["Y"])
    'column DNC 1 says “Y”'
    >>> refusal_of([CallFlagKind.FORBIDDEN, CallFlagKind.FORBIDDEN_SINCE], ["DNC 1", "DNC Date 1"], ["N", "3/4/2024"])
    ''
    """
    # A date beside a plain no is that of the look at the register.
    is_answered = any(kind is CallFlagKind.FORBIDDEN and text.strip() for kind, text in zip(kinds, texts, strict=True))
    for kind, title, text in zip(kinds, titles, texts, strict=True):
        if kind is CallFlagKind.FORBIDDEN_SINCE and is_answered:
            continue
        if _forbids(kind, text):
            return f"column {title} says {shown(text)}" if text.strip() else f"column {title} is empty"
    return ""


def _forbids(kind: CallFlagKind, text: str) -> bool:
    if kind is CallFlagKind.STATUS:
        return bool(forbidden_beside(text))
    if kind is CallFlagKind.PERMITTED:
        # Digits without letters are the date of a yes.
        is_date = not any(map(str.isalpha, text)) and any(map(str.isdecimal, text))
        return is_no_or_empty(text) or not (says_yes(text) or is_date)
    return not is_no_or_empty(text)
