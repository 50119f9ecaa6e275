"""`undo.csv`, and the lines about an undo before and after it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from importer.disk import replacing_text
from importer.text import counted, harmless, to_minute

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

UNDO_HEADER = ("external_id", "contact_id", "action", "result", "reason")
OF_LEFT_OUT = "contacts of rows that the last run left out"


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What an undo is about to do: how many contacts it `deletes` and `restores`; `kept` counts the others by reason.

    `looked`: every contact was looked at; if not, the numbers are upper limits. `names` are those of the first contacts
    to delete, to restore and to bring back. `remakes`: so many that a run of `dedupe` deleted are made again.
    `of_left_out`: only contacts whose rows the last run left out.
    """

    run_ids: tuple[str, ...]
    file: str
    started_at: str
    deletes: int
    restores: int
    kept: Mapping[str, int]
    looked: bool
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    remakes: int = 0
    of_left_out: bool = False

    @property
    def writes(self) -> int:
        """How many contacts will be written."""
        return self.deletes + self.restores + self.remakes


MOST_NAMES = 10
"""So many names of contacts are listed for each thing that is done to them."""
MOST_REASONS = 10
"""So many reasons are listed why contacts were not undone."""


def name_lines(preview: UndoPreview) -> list[str]:
    """Return whom an undo is about, for the person who is asked; no event and no log may hold it."""
    lines = []
    for verb, number in (
        ("delete", preview.deletes),
        ("restore", preview.restores),
        ("bring back", preview.remakes),
    ):
        if names := preview.names.get(verb, ()):
            more = f" and {number - len(names):,} more" if number > len(names) else ""
            lines.append(f"         {verb}: {', '.join(names)}{more}")
    return lines


def preview_lines(preview: UndoPreview) -> list[str]:
    """Return what the person should know before the first write."""
    at_most = "" if preview.looked else "at most "
    first_run, *resumes = preview.run_ids
    resumed = f", resumed by {', '.join(resumes)}" if resumes else ""
    changes = (
        ("bring back", preview.remakes, "deleted"),
        ("delete", preview.deletes, "created"),
        ("restore", preview.restores, "changed"),
    )
    doer = "the runs of this folder" if preview.of_left_out else "it"
    will = [
        f"{verb} {at_most}{counted(number, 'contact')} that {doer} {did}" for verb, number, did in changes if number
    ]
    what = f"run {first_run} of {to_minute(preview.started_at)} UTC{resumed}"
    if preview.of_left_out:
        what = OF_LEFT_OUT
    lines = [
        f"Undo:    {what} ({preview.file})",
        f"Will:    {', '.join(will) or 'change no contact'}",
    ]
    if not preview.looked:
        lines.append("         each contact is checked first; those that were changed since are kept")
    return [*lines, *(f"         leave {number:,}: {reason}" for reason, number in preview.kept.items())]


def write_undo(path: Path, lines: Iterable[tuple[str, ...]]) -> None:
    """Stream the result of each contact to `undo.csv`; the columns are those of `UNDO_HEADER`."""
    with replacing_text(path) as stream:
        table = csv.writer(stream)
        table.writerow(UNDO_HEADER)
        table.writerows([harmless(cell) for cell in line] for line in lines)


def undo_lines(counts: Mapping[str, int], reasons: Sequence[str], facts: Mapping[str, Any]) -> list[str]:
    """Return the last lines of an undo; `facts`: see `_next_step`, and `file`, `page`, `requests`, `seconds`."""
    lines = [
        f"Undone:  {counts['reversed']:,} reversed, {counts['kept']:,} kept, {counts['failed']:,} failed",
        *(f"         {reason}" for reason in reasons),
        f"Effort:  {counted(facts['requests'], 'request')} in {facts['seconds']:.1f} s",
    ]
    lines.append(f"Next:    {_next_step(counts, facts)}")
    if facts["file"]:
        page = f"; {facts['page']} shows the same as a page" if facts.get("page") else ""
        lines.append(f"Files:   {facts['file']} lists every contact with the reason{page}")
    return lines


def remaining_line(number: int, command: str) -> str:
    """Return how many contacts of earlier runs are left, and the `command` that undoes them too."""
    return f"{counted(number, 'contact')} of earlier runs remain; to undo them too: {command}"


def _next_step(counts: Mapping[str, int], facts: Mapping[str, Any]) -> str:
    """Return what to do next; `again` is the command that goes on, `left` counts the contacts an early stop left.

    `by_hand` counts those of the failed ones that no other undo would take back either.
    """
    # Contacts that an early stop left come first: the command that goes on tries the failed ones again, too.
    if facts.get("left"):
        return f"{counted(facts['left'], 'contact is', 'contacts are')} left to undo; go on with: {facts['again']}"
    by_hand = facts.get("by_hand", 0)
    if counts["failed"] > by_hand:
        return f"try the {counts['failed'] - by_hand:,} that failed again: {facts['again']}"
    if facts.get("first"):
        return f"take back first what dedupe did: {facts['first']}; then run this again: {facts['again']}"
    if by_hand:
        return f"see in undo.csv how to bring back {counted(by_hand, 'contact')} that undo cannot"
    if counts["kept"]:
        return f"decide in the app about the {counts['kept']:,} that were kept; their reasons are in undo.csv"
    if facts.get("of_dedupe"):
        return "nothing to do; running dedupe again joins the contacts again"
    if facts.get("of_left_out"):
        return "nothing to do; these rows are not sent as long as they are left out"
    return "nothing to do; running the import again sends its rows again"
