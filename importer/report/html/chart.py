"""The geometry of the page's drawings: pure numbers, in the units of an SVG view box."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.report.html.page import Part

WIDTH = 1000.0
HEIGHT = 100.0
_LEAST_WIDTH = 6.0


class Box(NamedTuple):
    """A rectangle; `name` is what it stands for."""

    name: str
    x: float
    y: float
    width: float
    height: float


def strip(parts: Sequence[Part]) -> list[Box]:
    """Parts of a whole side by side, as wide as they count; the smallest is still wide enough to be seen."""
    there = [(part.name, part.count) for part in parts if part.count]
    total = sum(count for _, count in there)
    wide = [max(WIDTH * count / total, _LEAST_WIDTH) for _, count in there]
    scale = WIDTH / sum(wide) if wide else 1.0
    boxes, x = [], 0.0
    for (name, _), width in zip(there, wide, strict=True):
        boxes.append(Box(name, round(x, 2), 0, round(width * scale, 2), HEIGHT))
        x += width * scale
    return boxes


def columns(values: Sequence[float], highest: float) -> list[Box]:
    """Values as columns beside each other; what is above 0 is tall enough to be seen."""
    step = WIDTH / max(len(values), 1)
    boxes = []
    for at, value in enumerate(values):
        if value > 0:
            height = min(HEIGHT, max(HEIGHT * value / highest, 4.0))
            x, y = round(at * step, 2), round(HEIGHT - height, 2)
            boxes.append(Box("", x, y, round(step * 0.9, 2), round(height, 2)))
    return boxes
