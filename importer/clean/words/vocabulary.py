"""Lists of words, written as they are read."""

from __future__ import annotations


def words(text: str, between: str | None = None) -> frozenset[str]:
    """The words of a text, cut at spaces and line breaks, or at `between` where they have spaces themselves."""
    return frozenset(word for part in text.splitlines() for piece in part.split(between) if (word := piece.strip()))
