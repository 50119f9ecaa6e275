"""Companies that are written where the name of a person belongs move into the column of companies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importer.languages.words import words
from importer.model.repair import CellEdit, Repair
from importer.text import counted, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model.repair import RepairSheet

RULE = "name-not-split"


def move_companies(sheet: RepairSheet) -> Iterator[Repair]:
    """Propose to move what is no person's name and has a word of companies in it, where there is room for it."""
    targets = [position for position, field in enumerate(sheet.fields) if field == "company"]
    if len(targets) != 1:
        return
    target = targets[0]
    for position, field in enumerate(sheet.fields):
        if field not in ("full_name", "first_name", "last_name"):
            continue
        rows = [
            row
            for row, problems in sorted(sheet.problems.items())
            if row
            and any(problem.rule == RULE and problem.position == position for problem in problems)
            and not sheet.text(row, target).strip()
            and is_company(sheet.text(row, position))
        ]
        if not rows:
            continue
        title = "Make 1 name a company" if len(rows) == 1 else f"Make {len(rows):,} names companies"
        example = shorten(sheet.text(rows[0], position))
        yield Repair(
            f"companies-{position}",
            title,
            f'{counted(len(rows), "cell")} in "{sheet.names[position]}" name a company, such as {example} in row '
            f'{rows[0]:,}. They move to "{sheet.names[target]}".',
            RULE,
            tuple(
                edit
                for row in rows
                for edit in (CellEdit(row, target, sheet.text(row, position)), CellEdit(row, position, ""))
            ),
        )


def is_company(text: str) -> bool:
    """Whether a text has a word in it that names of companies have: LLC, GmbH, Group.

    >>> is_company("Acme Plumbing LLC"), is_company("Ann Lee")
    (True, False)
    """
    return not words("names", "companies").isdisjoint(re.findall(r"[^\W\d_]+", text.casefold()))
