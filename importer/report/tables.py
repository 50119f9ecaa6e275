"""`id_map.csv` and `problems.csv`: RFC 4180, UTF-8, one line for each outcome or problem."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from importer.disk import replacing_text
from importer.text import csv_cell, spelled_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from importer.model import Outcome, Problem, Severity

ID_MAP_HEADER = ("row", "external_id", "contact_id", "status", "detail")
CORRECTIONS_HEADER = ("row", "column", "was", "now", "_cells")
PROBLEMS_HEADER = ("row", "column", "severity", "rule", "value", "message")
# A plus or minus before a phone number or a plain number does not start a formula. Full-width signs do start one.
_FORMULA = re.compile(r"[=@\t\r＝＠]|[+\-＋－](?![\d\s().\-/]*(?:(?:ext|x)[.\s]*\d+)?\Z)")


def harmless(text: str) -> str:
    """Text that no spreadsheet program runs as a formula and no terminal obeys: a formula gets a leading `'`.

    Phones and plain negative numbers stay as they are. Source: OWASP, "CSV Injection".
    """
    text = spelled_out(text)
    return f"'{text}" if _FORMULA.match(text) else text


def write_id_map(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Stream `outcomes` (row order) to `id_map.csv`."""
    with replacing_text(path) as stream:
        table = csv.writer(stream)
        table.writerow(ID_MAP_HEADER)
        table.writerows(
            (
                outcome.row,
                harmless(outcome.external_id),
                outcome.contact_id,
                outcome.status.value,
                harmless(outcome.detail),
            )
            for outcome in outcomes
        )


def write_problems(path: Path, problems: Iterable[Problem]) -> None:
    """Stream `problems` (column-wide ones first, then row order) to `problems.csv`."""
    with replacing_text(path) as stream:
        csv.writer(stream).writerow(PROBLEMS_HEADER)
        stream.writelines(
            f"{'' if row is None else row},{_after_row(column or '', severity, rule, value, message)}"
            for row, column, value, rule, severity, message, _ in problems
        )


# In a sheet with a problem in every row most lines say the same but for their row.
@lru_cache(maxsize=4096)
def _after_row(column: str, severity: Severity, rule: str, value: str, message: str) -> str:
    cells = (harmless(column), severity.value, rule, harmless(value), harmless(message))
    return f"{','.join(map(csv_cell, cells))}\r\n"


def write_corrections(path: Path, lines: Iterable[Sequence[str]]) -> None:
    """Write `corrections.csv`; its cells are made harmless where they are read back."""
    with replacing_text(path) as stream:
        table = csv.writer(stream)
        table.writerow(CORRECTIONS_HEADER)
        table.writerows(lines)
