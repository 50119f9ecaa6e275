"""The rows that every benchmark gives, the table they make, and the machine they were taken on.

A benchmark has `measure(options: Options) -> list[Row]`; `all.py` joins them. Smaller is better in every unit but
those of `Row.at_least`.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

HEADINGS = ("what", "ours", "plain script", "ratio", "target", "met")


@dataclass(frozen=True)
class Options:
    """How much is measured: `quick` asks for the smallest sizes that still go through everything."""

    quick: bool = False
    repeats: int = 3


@dataclass(frozen=True)
class Row:
    """One thing measured.

    `ours` and `plain` are in `unit` ("s CPU", "MB", "rows/s", "ms CPU", "B/row"); `plain` is what a plain script (or
    library) took for the same work in the same run. `at_most` and `at_least` bound `ours`, or the ratio of ours to the
    plain script's where `of_plain` says so; a row without a bound is shown and not judged.
    """

    what: str
    ours: float
    unit: str
    plain: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    of_plain: bool = False
    note: str = field(default="", kw_only=True)

    @property
    def ratio(self) -> float | None:
        """What part of the plain script's figure ours is."""
        return self.ours / self.plain if self.plain else None

    @property
    def met(self) -> bool | None:
        """Is the target reached; None where there is none, or nothing to compare with."""
        value = self.ratio if self.of_plain else self.ours
        if value is None or (self.at_most is None and self.at_least is None):
            return None
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)

    @property
    def target(self) -> str:
        """The bound as a person reads it."""
        kind = " of the plain script" if self.of_plain else f" {self.unit}".rstrip()
        bounds = (("<=", self.at_most), (">=", self.at_least))
        return " and ".join(f"{sign} {_figure(bound)}{kind}" for sign, bound in bounds if bound is not None)

    def cells(self) -> list[str]:
        """The row as text, one cell for each of HEADINGS."""
        plain = "" if self.plain is None else f"{_figure(self.plain)} {self.unit}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        met = {True: "yes", False: "no", None: ""}[self.met]
        return [self.what, f"{_figure(self.ours)} {self.unit}".rstrip(), plain, ratio, self.target, met]


def _figure(value: float) -> str:
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value else "0"


def markdown(rows: list[Row]) -> str:
    """The table in Markdown, its columns in line."""
    cells = [list(HEADINGS), *(row.cells() for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def machine() -> dict[str, Any]:
    """What the figures depend on, and nothing that tells whose machine it is."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def row_of(found: dict[str, Any]) -> Row:
    """A row as `as_json` wrote it."""
    return Row(**{one.name: found[one.name] for one in fields(Row)})


def as_json(rows: list[Row]) -> str:
    """Machine and rows as JSON, with what follows from each row."""
    found = [asdict(row) | {"ratio": row.ratio, "target": row.target, "met": row.met} for row in rows]
    return json.dumps({"machine": machine(), "rows": found}, indent=1) + "\n"
