"""What a test asks of a cleaned cell: the rules that were broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importer.clean.finding import Cleaned, ContactPoints


def rules(cleaned: Cleaned | ContactPoints) -> list[str]:
    """The rules of all findings, in their order."""
    return [finding.rule for finding in cleaned.findings]


def bad(cleaned: Cleaned | ContactPoints) -> list[str]:
    """The rules of the findings that leave the value out."""
    return [finding.rule for finding in cleaned.findings if finding.bad]


def values(points: ContactPoints) -> list[str]:
    """The numbers or addresses that are sent."""
    return [point.value for point in points.points]
