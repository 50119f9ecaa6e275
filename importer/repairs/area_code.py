"""Phone numbers without an area code get the one that most numbers of their column have."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from importer.model.repair import CellEdit, Repair
from importer.regex import regex
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importer.model.repair import RepairSheet

RULE = "phone-no-area-code"
# North America alone (country code 1): there each area code has three digits and each number seven.
_WHOLE = regex(r"1?([2-9]\d\d)[2-9]\d{6}")
_LOCAL_DIGITS = 7
_LEAST_NUMBERS, _LEAST_SHARE = 5, 0.5


def add_area_codes(sheet: RepairSheet) -> Iterator[Repair]:
    """Propose an area code for each column in which most of the other numbers have one and the same."""
    for position, field in enumerate(sheet.fields):
        if field.partition(":")[0] != "phone":
            continue
        rows = [
            row
            for row, problems in sheet.problems.items()
            if row and any(problem.rule == RULE and problem.position == position for problem in problems)
        ]
        local = {row: sheet.text(row, position) for row in sorted(rows)}
        local = {row: text for row, text in local.items() if len(_digits(text)) == _LOCAL_DIGITS}
        codes = Counter(
            match.group(1)
            for row in sheet.cells
            if row not in local and (match := _WHOLE.fullmatch(_digits(sheet.text(row, position))))
        )
        if not local or not codes:
            continue
        (code, number), total = codes.most_common(1)[0], codes.total()
        if number < _LEAST_NUMBERS or number < total * _LEAST_SHARE:
            continue
        row, text = next(iter(local.items()))
        yield Repair(
            f"area-code-{position}",
            f"Put +1 {code} before {counted(len(local), 'number')}",
            f'{number:,} of {total:,} numbers in "{sheet.names[position]}" have the area code {code}. '
            f"Row {row:,} becomes +1 {code} {text.strip()}.",
            RULE,
            tuple(CellEdit(row, position, f"+1 {code} {text.strip()}") for row, text in local.items()),
        )


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text) if not re.search(r"[^\W\d_]", text) else ""
