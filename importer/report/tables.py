"""`id_map.csv` and `problems.csv`: RFC 4180, UTF-8, one line an outcome or problem."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from importer.disk import replacing_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from importer.model import Outcome, Problem

ID_MAP_HEADER = ("row", "external_id", "contact_id", "status", "detail")
PROBLEMS_HEADER = ("row", "column", "severity", "rule", "value", "message")
_FORMULA = re.compile(r"[=@\t\r＝＠]|[+\-＋－](?![\d\s().\-/]*(?:(?:ext|x)[.\s]*\d+)?\Z)")


def harmless(text: str) -> str:
    """Text that no spreadsheet program runs as a formula: a leading `'` where it would (OWASP, CSV injection).

    Phones and plain negative numbers stay as they are.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def write_id_map(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Stream `outcomes` (row order) to `id_map.csv`."""
    with replacing_text(path) as stream:
        table = csv.writer(stream)
        table.writerow(ID_MAP_HEADER)
        table.writerows(
            (one.row, harmless(one.external_id), one.contact_id, one.status.value, harmless(one.detail))
            for one in outcomes
        )


def write_problems(path: Path, problems: Iterable[Problem]) -> None:
    """Stream `problems` (column-wide ones first, then row order) to `problems.csv`."""
    with replacing_text(path) as stream:
        table = csv.writer(stream)
        table.writerow(PROBLEMS_HEADER)
        table.writerows(
            (
                "" if one.row is None else one.row,
                harmless(one.column or ""),
                one.severity.value,
                one.rule,
                harmless(one.value),
                harmless(one.message),
            )
            for one in problems
        )
