"""A line whose quotes are wrong, read so that nothing of it is lost (RFC 4180 says what right is)."""

from __future__ import annotations

from typing import NamedTuple


class Mended(NamedTuple):
    """The cells of one physical line; `closed` is False where a quote was opened and never closed."""

    cells: list[str]
    closed: bool


def mend(line: str, delimiter: str, *, spaced: bool = False) -> Mended:
    """Cut one line into cells when the csv module refuses it.

    A quote inside a quoted cell closes it only in front of a delimiter or the end of the line; any other one is taken
    as text. A quote that never closes on its line is text too, and so no cell can swallow its neighbours.
    `spaced` leaves spaces in front of cells out.

    >>> mend('"Bob "Bobby" Smith",555', ",")
    Mended(cells=['Bob "Bobby" Smith', '555'], closed=True)
    >>> mend('"Ann,555', ",")
    Mended(cells=['"Ann', '555'], closed=False)
    """
    text = line.rstrip("\r\n")
    cells: list[str] = []
    start = 0
    while True:
        while spaced and text.startswith(" ", start):
            start += 1
        if text.startswith('"', start):
            quoted = _quoted(text, start, delimiter)
            if quoted is None:
                return Mended([*cells, *text[start:].split(delimiter)], closed=False)
            cell, end = quoted
        else:
            end = text.find(delimiter, start)
            end = len(text) if end < 0 else end
            cell = text[start:end]
        cells.append(cell)
        if end >= len(text):
            return Mended(cells, closed=True)
        start = end + 1


def _quoted(text: str, start: int, delimiter: str) -> tuple[str, int] | None:
    """The cell that opens with the quote at `start` and where it ends; None where it never closes."""
    position = start + 1
    parts: list[str] = []
    while True:
        quote = text.find('"', position)
        if quote < 0:
            return None
        following = text[quote + 1 : quote + 2]
        if following in ("", delimiter):
            return "".join([*parts, text[position:quote]]), quote + 1
        parts.append(text[position : quote + 1])
        position = quote + (2 if following == '"' else 1)
