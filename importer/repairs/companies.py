"""Names that may be companies' move into the column of companies, if the person knows that they are.

What no person is called becomes a company by itself when the sheet is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.languages.name_kinds import NameKind, kind_of_name
from importer.model.repair import CellEdit, Repair
from importer.text import counted, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model.repair import RepairSheet

RULE = "name-not-split"
_SHOWN = 3


def move_companies(sheet: RepairSheet) -> Iterator[Repair]:
    """Propose to move the names that may be a company's, as "Wells Fargo Bank", where there is room for them."""
    targets = [position for position, field in enumerate(sheet.fields) if field == "company"]
    if len(targets) != 1:
        return
    target = targets[0]
    for position, field in enumerate(sheet.fields):
        if field != "full_name":
            continue
        rows = [
            row
            for row, problems in sorted(sheet.problems.items())
            if row
            and any(problem.rule == RULE and problem.position == position for problem in problems)
            and not sheet.text(row, target).strip()
            and kind_of_name(sheet.text(row, position).strip()) is NameKind.MAYBE_COMPANY
        ]
        if not rows:
            continue
        title = "Make 1 name a company" if len(rows) == 1 else f"Make {len(rows):,} names companies"
        examples = ", ".join(shorten(sheet.text(row, position)) for row in rows[:_SHOWN])
        yield Repair(
            f"companies-{position}",
            title,
            f'{counted(len(rows), "cell")} in "{sheet.names[position]}" may name a company: {examples}'
            f"{', ...' if len(rows) > _SHOWN else ''} (from row {rows[0]:,}). "
            f'Do this if all of these cells do: they move to "{sheet.names[target]}".',
            RULE,
            tuple(
                edit
                for row in rows
                for edit in (CellEdit(row, target, sheet.text(row, position)), CellEdit(row, position, ""))
            ),
        )
