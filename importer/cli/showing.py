"""A look into the result files, for the demo."""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 3


def excerpt(out: Path) -> tuple[str, ...]:
    """The first lines of the id map, cut to the width of a terminal."""
    return (
        "",
        *_table(out / "id_map.csv", ("row", "external_id", "contact_id", "status"), (5, 32, 26, 10)),
        "",
    )


def _table(path: Path, names: tuple[str, ...], widths: tuple[int, ...]) -> list[str]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        records = list(islice(csv.DictReader(stream), ROWS))
    table = [names, *([record[name] for name in names] for record in records)]
    cut = [" ".join(_cut(text, width) for text, width in zip(cells, widths, strict=True)) for cells in table]
    return [f"The first lines of {path}:", *(f"  {line.rstrip()}" for line in cut)]


def _cut(text: str, width: int) -> str:
    return f"{text[: width - 1]}…" if len(text) > width else text.ljust(width)
