"""What was read from a part of a phone cell: a number with its label, or what to say instead of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.clean.finding import CellFinding, ContactPoint
from importer.clean.phone.area_codes import without_area_code
from importer.clean.phone.cell_findings import extension_finding, no_area_code

if TYPE_CHECKING:
    from importer.clean.phone.number import Reading
    from importer.clean.phone.number_rules import Repair
    from importer.clean.phone.words import Segment


class PartReading(NamedTuple):
    """What was read from a part of a cell: the number, or None where none was understood, and what to say about it.

    `written`: the number as the cell has it. `withheld`: numbers of a part that says not to use them.
    """

    point: ContactPoint | None = None
    repairs: tuple[Repair, ...] = ()
    words: tuple[str, ...] = ()
    findings: tuple[CellFinding, ...] = ()
    written: str = ""
    withheld: tuple[str, ...] = ()

    @property
    def holds_none(self) -> bool:
        """Whether the part holds something that should be a number and is none."""
        return not self.point and any(finding.bad for finding in self.findings)


def with_label(segment: Segment, reading: Reading) -> PartReading:
    """A number that was read, with the label and the extension beside it."""
    if not reading.e164:
        return PartReading(findings=reading.findings)
    point = ContactPoint(reading.e164, segment.label, segment.extension)
    findings = reading.findings
    if point.extension:
        findings += (extension_finding(point.extension, point.value),)
    repairs = (reading.repair,) if reading.repair[0] else ()
    return PartReading(point, repairs, findings=findings, written=segment.digits)


def with_area_codes(readings: list[PartReading], region: str | None) -> list[PartReading]:
    """The parts of a cell, with a finding in place of each number that may lack its area code."""
    with_number = [index for index, reading in enumerate(readings) if reading.point]
    lacking = without_area_code([readings[index].written for index in with_number], region)
    result = list(readings)
    for place in lacking:
        index = with_number[place]
        reading = readings[index]
        result[index] = PartReading(words=reading.words, findings=(no_area_code(reading.written),))
    return result
