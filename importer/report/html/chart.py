"""The geometry of the page's drawings, in the units of an SVG view box."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.report.html.page import BalancePart

WIDTH = 1000.0
HEIGHT = 100.0
# One bad row among 100,000 must still be seen.
_LEAST_WIDTH = 6.0
_LEAST_HEIGHT = 4.0


class Box(NamedTuple):
    """A rectangle; `name` is the status it shows."""

    name: str
    x: float
    y: float
    width: float
    height: float


def strip(parts: Sequence[BalancePart]) -> list[Box]:
    """Parts of a whole side by side, as wide as their counts; the smallest is still wide enough to be seen."""
    shown = [part for part in parts if part.count]
    total = sum(part.count for part in shown)
    widths = [max(WIDTH * part.count / total, _LEAST_WIDTH) for part in shown]
    # Widening the smallest parts has made the whole too wide.
    scale = WIDTH / sum(widths) if widths else 1.0
    boxes, x = [], 0.0
    for part, width in zip(shown, widths, strict=True):
        boxes.append(Box(part.name, round(x, 2), 0, round(width * scale, 2), HEIGHT))
        x += width * scale
    return boxes


def columns(values: Sequence[float], highest: float) -> list[Box]:
    """Values as columns side by side; every value above 0 is tall enough to be seen."""
    step = WIDTH / max(len(values), 1)
    boxes = []
    for index, value in enumerate(values):
        if value > 0:
            height = min(HEIGHT, max(HEIGHT * value / highest, _LEAST_HEIGHT))
            x, y = round(index * step, 2), round(HEIGHT - height, 2)
            boxes.append(Box("", x, y, round(step * 0.9, 2), round(height, 2)))
    return boxes
