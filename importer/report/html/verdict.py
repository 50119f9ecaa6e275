"""The headline of a page: the exit code in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Status
from importer.report.html.page import Tone

if TYPE_CHECKING:
    from importer.report.summary import Summary


def verdict(summary: Summary, *, checked: bool = False, stopped: bool = False) -> tuple[Tone, str]:
    """How it went, as a tone and a sentence; `checked`: nothing was to be sent (design, "Exit codes")."""
    bad = summary.count(Status.REJECTED) + summary.count(Status.CONFLICT)
    rows = f"{bad:,} {'row' if bad == 1 else 'rows'}"
    if checked:
        return (
            (Tone.ATTENTION, f"Checked: {rows} would be rejected") if bad else (Tone.GOOD, "Checked: every row can go")
        )
    if stopped:
        return Tone.STOPPED, "Stopped early: run it again to go on"
    if left := summary.count(Status.UNFINISHED):
        return Tone.STOPPED, f"{left:,} {'row is' if left == 1 else 'rows are'} not done yet: run it again to go on"
    if bad:
        return Tone.ATTENTION, f"Finished, with {rows} to correct"
    return Tone.GOOD, "Finished: every row is in" if summary.rows else "Finished: the sheet has no rows"
