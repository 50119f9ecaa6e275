"""Rows that met a contact which says something else: the sheet's value beside the workspace's."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from importer.report.html.findings import parted
from importer.report.html.page import Cell, Section, Table, cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model import Problem

RULES = frozenset(
    {
        "contact-differs",
        "contact-unreachable",
        "external-id-twice",
        "id-elsewhere",
        "id-not-found",
        "id-not-searchable",
        "id-several",
        "id-taken",
    }
)
MOST = 200
_VALUE = r"""(nothing|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# The wording of `plan`: Differences.__str__ and the message of an id that is taken; tests hold the two together.
_BEGIN = re.compile(r"\bdiffers \(|\bkept in the workspace: ")
_DIFFERENCE = re.compile(rf"(.+?): {_VALUE} in the sheet, {_VALUE} in the workspace", re.DOTALL)
_MORE = re.compile(r"and \d+ more")
_TAKEN = re.compile(
    r"belongs to another person in the workspace: (.*) \(contact [^()]*\), while the sheet has (.*)\. Nothing was sent",
    re.DOTALL,
)


class Sides(NamedTuple):
    """One field in which a row and a contact differ."""

    field: str
    sheet: str
    workspace: str


def sides(message: str) -> list[Sides]:
    """The fields that a message compares, none where it compares nothing."""
    if taken := _TAKEN.search(message):
        return [Sides("person", taken[2], taken[1])]
    begin = _BEGIN.search(message)
    return list(_differences(message, begin.end())) if begin else []


def _differences(message: str, at: int) -> Iterator[Sides]:
    while found := _DIFFERENCE.match(message, at):
        yield Sides(found[1], _value(found[2]), _value(found[3]))
        if not message.startswith("; ", found.end()):
            return
        at = found.end() + 2
        if more := _MORE.match(message, at):
            yield Sides(more[0], "", "")
            return


def _value(text: str) -> str:
    return "" if text == "nothing" else str(ast.literal_eval(text))


class Conflicts:
    """Gathers the first of the problems that are about contacts, and counts the rest."""

    def __init__(self) -> None:
        self._rows: list[tuple[Cell, ...]] = []
        self._left_out = 0

    def feed(self, problem: Problem) -> None:
        """Take a problem if it is about a contact."""
        if problem.rule not in RULES or problem.row is None:
            return
        for line in _lines(problem):
            if len(self._rows) < MOST:
                self._rows.append(line)
            else:
                self._left_out += 1

    def section(self) -> Section:
        """The conflicts side by side; a section without blocks where there is none."""
        if not self._rows:
            return Section("conflicts", "Conflicts", ())
        head = ("Row", "Field", "In the sheet", "In the workspace", "What to do")
        table = Table("Sheet and workspace side by side", head, tuple(self._rows), self._left_out, "problems.csv")
        lead = "These rows met something that is there already and says something else. Nothing there was overwritten."
        return Section("conflicts", "Conflicts", (table,), lead)


def _lines(problem: Problem) -> list[tuple[Cell, ...]]:
    """A line a field; where the fields are told apart, what is left to say is the next step."""
    found = sides(problem.message)
    words = parted(problem.message)[1] if found else problem.message
    row, said = cell(problem.row), [cell(words), *[cell("")] * len(found)]
    fields = found or [Sides("", "", "")]
    return [
        (row, cell(one.field), cell(one.sheet), cell(one.workspace), means)
        for one, means in zip(fields, said, strict=False)
    ]
