"""What a run did itself of what became of a sheet, where earlier runs did the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping


def earlier_apart(counts: Mapping[Status, int], this_run: Mapping[str, int]) -> str:
    """Return what this run created and updated, in words; "" if all that the statuses say was done by it.

    `this_run` is empty if that is not known, as of runs of earlier versions; then nothing is said.
    """
    if not this_run:
        return ""
    done_now = {status: this_run.get(status.value, 0) for status in (Status.CREATED, Status.UPDATED)}
    if all(counts.get(status, 0) <= count for status, count in done_now.items()):
        return ""
    parts = " and ".join(f"{status.value} {count:,}" for status, count in done_now.items() if count)
    return f"this run {parts or 'wrote nothing'}, earlier runs did the rest"
