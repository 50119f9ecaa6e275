"""What cleaning found in one cell, without its row, its column and the run's policy.

The results, one or more for each cell, are tuples, since these are several times as fast to make as dataclasses.
"""

from __future__ import annotations

from typing import NamedTuple

from importer.regex import regex

SHOWN_CHARACTERS = 80
LONGEST_CELL = 10_000
"""Characters: no value of a contact is longer, so that a longer cell is a file that was read wrongly, or a trap."""
TOO_LONG = "cell-too-long"
_LINE_BREAK = regex(r"\r\n|[\r\n\u2028\u2029]")

CORRECT = "Correct the cell and run again."
CHECK = "Correct the cell if that is wrong."


class CellFinding(NamedTuple):
    """One message about a cell.

    `rule` is a slug; `what` says what is wrong or was done; `next_step` is a sentence in the imperative. `bad`: the
    value (or a part of it) could not be used, and the sheet decides whether that costs the value or the row.
    """

    rule: str
    what: str
    next_step: str
    bad: bool = False


class Cleaned(NamedTuple):
    """A cell after cleaning: its value as it will be sent ("" where it has none), and the findings."""

    value: str
    findings: tuple[CellFinding, ...] = ()


class ContactPoint(NamedTuple):
    """A phone number or an email address of a cell, with the label and the extension that are written beside it."""

    value: str
    label: str = ""
    extension: str = ""


class ContactPoints(NamedTuple):
    """All numbers or addresses of one cell, none of them twice, and the findings.

    `withheld`: the numbers that the cell says not to use.
    """

    points: tuple[ContactPoint, ...] = ()
    findings: tuple[CellFinding, ...] = ()
    withheld: tuple[str, ...] = ()


IF_SENT_BEFORE = "If it was sent before, remove it in the app"
"""The first step about a phone that is not sent any more: an update takes no number away from its contact."""


def shown(value: str) -> str:
    """The value in quotation marks, on one line (a line break is ¶) and short enough for a message."""
    if len(value) <= SHOWN_CHARACTERS and value.isprintable():
        return f"“{value}”"
    marked = _LINE_BREAK.sub("¶", value)
    line = "".join(character if character.isprintable() else " " for character in marked)
    return f"“{line[:SHOWN_CHARACTERS]}…”" if len(line) > SHOWN_CHARACTERS else f"“{line}”"


def bad(rule: str, what: str, next_step: str = CORRECT) -> CellFinding:
    """A value that could not be used."""
    return CellFinding(rule, what, next_step, bad=True)


def repaired(rule: str, before: str, after: str, why: str) -> CellFinding:
    """A value that was changed: both spellings and the reason."""
    return CellFinding(rule, f"{shown(before)} was read as {shown(after)}: {why}.", CHECK)


def placeholder(value: str) -> CellFinding:
    """A cell that says in words that it is empty."""
    return CellFinding("placeholder", f"{shown(value)} was read as an empty cell.", CHECK)


def refused(finding: CellFinding) -> Cleaned:
    """A cell without a usable value."""
    return Cleaned("", (finding,))


def oversized(text: str) -> CellFinding | None:
    """The finding for a cell that is too long for any value, else None."""
    if len(text) <= LONGEST_CELL:
        return None
    what = f"{shown(text[:LONGEST_CELL])} has {len(text):,} characters; at most {LONGEST_CELL:,} can be sent."
    return bad(TOO_LONG, what, "Shorten the cell and run again.")
