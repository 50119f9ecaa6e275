"""Rows whose contact exists with other values: the sheet's value beside the workspace's."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from importer.model.problem import CONTACT_RULES
from importer.regex import regex
from importer.report.html.findings import parted
from importer.report.html.page import Cell, CellMark, Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model import Problem

RULES = frozenset({*CONTACT_RULES, "external-id-twice", "join-unproven"})
# The page is a file to send on, so of each list it has the first rows, and says which file has the rest.
MOST = 200
# `repr` takes double quotes for a text with an apostrophe, so both kinds occur.
_VALUE = r"""(nothing|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# The wording of `plan`: Differences.__str__ and the message about an id that is taken; a test keeps the two in step.
_BEGIN = regex(r"\bdiffers \(|\bkept in the workspace: ")
_DIFFERENCE = regex(rf"(.+?): {_VALUE} in the sheet, {_VALUE} in the workspace", re.DOTALL)
_MORE = regex(r"and \d+ more")
_TAKEN = regex(
    r"(?:belongs to (?:another person|a contact of another source, '[^']*',) in the workspace"
    r"|has another name): (.*) \(contact [^()]*\), while the sheet has (.*)\. Nothing was sent",
    re.DOTALL,
)


class Sides(NamedTuple):
    """One field in which a row and a contact differ."""

    field: str
    sheet: str
    workspace: str


def sides(message: str) -> list[Sides]:
    """The fields that a message compares; an empty list if it compares nothing."""
    if id_taken := _TAKEN.search(message):
        return [Sides("person", id_taken[2], id_taken[1])]
    begin = _BEGIN.search(message)
    return list(_differences(message, begin.end())) if begin else []


def _differences(message: str, start: int) -> Iterator[Sides]:
    while difference := _DIFFERENCE.match(message, start):
        yield Sides(difference[1], _value(difference[2]), _value(difference[3]))
        if not message.startswith("; ", difference.end()):
            return
        start = difference.end() + 2
        if more := _MORE.match(message, start):
            yield Sides(more[0], "", "")
            return


def _value(text: str) -> str:
    # The values were written by `repr`, whose escapes only Python itself reads back.
    return "" if text == "nothing" else str(ast.literal_eval(text))


class Conflicts:
    """Collects the first problems that are about contacts, and counts the rest."""

    def __init__(self) -> None:
        self._rows: list[tuple[Cell, ...]] = []
        self._left_out = 0

    def feed(self, problem: Problem) -> None:
        """Add a problem if it is about a contact."""
        if problem.rule not in RULES or problem.row is None:
            return
        fields = sides(problem.message)
        # If the fields are shown, only the next step is left to say, beside the first of them.
        words = parted(problem.message)[1] if fields else problem.message
        for difference in fields or [Sides("", "", "")]:
            if len(self._rows) < MOST:
                texts = (difference.field, difference.sheet, difference.workspace, words)
                self._rows.append((cell(problem.row, CellMark.WHOLE), *map(cell, texts)))
            else:
                self._left_out += 1
            words = ""

    def section(self) -> Section:
        """The conflicts side by side; a section without blocks if there are none."""
        if not self._rows:
            return Section("conflicts", "Conflicts", ())
        head = ("Row", "Field", "In the sheet", "In the workspace", "What to do")
        table = Table("Sheet and workspace side by side", head, tuple(self._rows), self._left_out, "problems.csv")
        lead = "The workspace already has something else for these rows. Nothing there was overwritten."
        return Section("conflicts", "Conflicts", (table,), lead)
