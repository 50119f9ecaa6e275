"""The headline of a page: the exit code in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Status
from importer.report.html.page import Tone
from importer.text import counted

if TYPE_CHECKING:
    from importer.report.summary import Summary


def verdict(summary: Summary, *, checked: bool = False, stopped: bool = False) -> tuple[Tone, str]:
    """How it went, as a tone and a sentence; `checked`: nothing was to be sent."""
    bad = summary.handed_back
    unfinished = summary.count(Status.UNFINISHED)
    if checked and bad:
        return Tone.ATTENTION, f"Checked: {counted(bad, 'row')} would be rejected"
    if checked:
        return Tone.GOOD, "Checked: every row can be imported"
    # Asked about first, since a stop leaves rows unfinished, too.
    if stopped:
        return Tone.STOPPED, "Stopped early: run it again to go on"
    if unfinished:
        verb = "is" if unfinished == 1 else "are"
        return Tone.STOPPED, f"{counted(unfinished, 'row')} {verb} not done yet: run it again to go on"
    if bad:
        return Tone.ATTENTION, f"Finished, with {counted(bad, 'row')} to correct"
    return Tone.GOOD, "Finished: every row is in" if summary.rows else "Finished: the sheet has no rows"
