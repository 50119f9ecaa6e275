"""The page of `verify`: the balance of all rows, and each field that differs with both values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.report.html.page import Balance, BalancePart, Note, Page, Section, Tone
from importer.report.verify import GOOD, WORDS, verify_lines
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.report import verify
    from importer.report.html.differences import DifferenceCounter

# The status whose colour a kind has in the bar.
_COLOURS = {
    "there": "created",
    "never-arrived": "unfinished",
    "changed-since": "updated",
    "altered-by-service": "conflict",
    "not-sent": "unchanged",
    "doubled": "rejected",
    "left-out": "skipped",
    "unknown": "unfinished",
}
HEADS = ("In the sheet", "In the workspace", "Why")


def page(
    balance: verify.VerifyCounts,
    differences: DifferenceCounter,
    visibility: verify.Visibility | None,
    doubles: Sequence[str],
    endings: Sequence[str],
    facts: tuple[tuple[str, str], ...],
    settings: Section,
) -> Page:
    """The page of a verification; `endings` are its last lines, such as that on what to do next."""
    lines = [*verify_lines(balance, (), visibility, doubles=doubles), *endings]
    bad = balance.rows - sum(balance.kinds.get(kind, 0) for kind in GOOD)
    verb = "is" if bad == 1 else "are"
    headline = f"Verified: {counted(bad, 'row')} {verb} not there as in the sheet"

    visible: tuple[str, ...] = ()
    if visibility is not None and visibility.refused:
        visible = (f"The service does not show its conversations to this key ({visibility.refused}).",)
    elif visibility is not None:
        visible = (
            f"{visibility.now:,} contacts can be seen now: there is a conversation with one of their numbers.",
            f"{visibility.later:,} will be seen once there is one.",
            f"{visibility.never:,} will never be seen: they have no phone number.",
        )

    kinds = {**balance.kinds, "unknown": balance.unknown}
    parts = tuple(BalancePart(_COLOURS.get(kind, kind), count, WORDS.get(kind, kind)) for kind, count in kinds.items())
    fields = differences.blocks("Row by row", HEADS, "verify.csv")
    sections = (
        Section("balance", "Balance", (Balance(parts),), "Every row is counted once; unknown must be 0."),
        Section("differences", "Differences", fields, "What people added does not count."),
        Section("visibility", "In the app", tuple(map(Note, visible))),
        settings,
    )
    return Page(
        title=balance.file,
        kind="verify",
        tone=Tone.GOOD if balance.is_whole else Tone.ATTENTION,
        headline="Verified: every row is there" if balance.is_whole else headline,
        lines=tuple((label, words.strip()) for label, _, words in (line.partition(":") for line in lines)),
        sections=sections,
        facts=facts,
    )
