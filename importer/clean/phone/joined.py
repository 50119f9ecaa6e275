"""A number whose area code or extension stands in a column of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.clean.finding import CHECK, CellFinding, shown
from importer.clean.phone import cell, numbering_plan
from importer.clean.phone.cell_findings import extension_finding
from importer.clean.placeholders import is_placeholder
from importer.regex import regex

if TYPE_CHECKING:
    from importer.clean.finding import ContactPoints
    from importer.clean.phone.region import Region
    from importer.model.choices import PhonePolicy

_NO_DIGIT = regex(r"\D+")
_DIGIT = regex(r"\d")
_NUMBER_CELL = regex(r"\.0+$")
_LONGEST_EXTENSION = 7


class PartedNumber(NamedTuple):
    """A phone cell with the cells beside it that hold parts of its number, and the region in which it is dialled."""

    text: str
    region: Region
    area: str = ""
    extension: str = ""


def clean_plain(number: PartedNumber) -> str:
    """The E.164 of a number about which there is nothing to say; "" where there may be something."""
    return "" if number.area or number.extension else cell.clean_plain(number.text, number.region)


def clean(number: PartedNumber, policy: PhonePolicy) -> ContactPoints:
    """The numbers of a cell, with the area code before them where they have none, and the extension behind.

    The area code is joined only where that makes a number and the cell alone is not a complete one.
    """
    points = cell.clean(number.text, number.region, policy)
    area, extension = _digits(number.area), _digits(number.extension)
    if area.strip("0"):
        points = _with_area(number, area, points, policy)
    if extension.strip("0") and not is_placeholder(number.extension):
        points = _with_extension(points, extension)
    return points


def _digits(text: str) -> str:
    return _NO_DIGIT.sub("", _NUMBER_CELL.sub("", text.strip()))


def _with_area(number: PartedNumber, area: str, alone: ContactPoints, policy: PhonePolicy) -> ContactPoints:
    """The number with its area code, or as it is where it is complete, or where both together make no number."""
    text, digits, region = number.text, _digits(number.text), number.region
    first = _DIGIT.search(text)
    if not first or len(alone.points) > 1 or "+" in text or digits.startswith("00"):
        return alone
    bare_area = area.lstrip("0")
    plan = numbering_plan.named(region.code) if region.code else None
    has_trunk = plan is not None and plan.metadata.national_prefix == "0"
    national = alone.points[0].value.removeprefix(f"+{plan.code}") if alone.points and plan else ""
    # Where numbers are dialled with a 0 before the area code, a number without it is one of that area.
    is_complete = digits.startswith("0") if has_trunk else national.lstrip("0").startswith(bare_area)
    if alone.points and is_complete:
        if national.lstrip("0").startswith(bare_area):
            return alone
        return _with_unused(number, area, alone)
    for code in (area, f"0{area}"):
        joined = cell.clean(f"{text[: first.start()]}{code} {text[first.start() :]}", region, policy)
        if joined.points:
            return joined
    return _with_unused(number, area, alone) if alone.points else alone


def _with_unused(number: PartedNumber, area: str, alone: ContactPoints) -> ContactPoints:
    what = f"{shown(number.text)} was read without the area code {area} beside it, which does not fit the number."
    return alone._replace(findings=(*alone.findings, CellFinding("phone-area-unused", what, CHECK)))


def _with_extension(points: ContactPoints, extension: str) -> ContactPoints:
    """The only number of a cell with the extension; where there are several, it is left out and said."""
    is_usable = len(points.points) == 1 and len(extension) <= _LONGEST_EXTENSION
    if not points.points or (is_usable and points.points[0].extension):
        return points
    if not is_usable:
        what = f"The extension {extension} was left out, since it is not clear which number it belongs to."
        step = "Write the extension after its number, such as “ext 12”, and run again."
        return points._replace(findings=(*points.findings, CellFinding("phone-extension-unclear", what, step)))
    point = points.points[0]
    finding = extension_finding(extension, point.value)
    return points._replace(points=(point._replace(extension=extension),), findings=(*points.findings, finding))
