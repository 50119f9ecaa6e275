"""What `verify` found, as a page: the balance of all rows, and each field that differs with both values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.report.html.page import Balance, Block, Note, Page, Part, Section, Tone
from importer.report.verify import GOOD, WORDS, next_step, verify_lines

if TYPE_CHECKING:
    from importer.report import verify
    from importer.report.html.differences import DifferenceCounter

# Under which colour of the eight statuses a kind is drawn.
_COLOURS = {
    "there": "created",
    "never-arrived": "unfinished",
    "changed-since": "updated",
    "altered-by-service": "conflict",
    "not-sent": "unchanged",
    "doubled": "rejected",
    "unknown": "unfinished",
}
HEADS = ("In the sheet", "In the workspace", "Why")


def page(
    balance: verify.VerifyCounts,
    differences: DifferenceCounter,
    seen: verify.Visibility | None,
    effort: str,
    again: str,
    facts: tuple[tuple[str, str], ...],
    settings: Section,
) -> Page:
    """The page of a verification; `again` is the command line of the import."""
    lines = [*verify_lines(balance, (), seen), effort, next_step(balance, again)]
    bad = balance.rows - sum(balance.kinds.get(kind, 0) for kind in GOOD)
    rows = "1 row is" if bad == 1 else f"{bad:,} rows are"
    headline = "Verified: every row is there" if balance.is_whole else f"Verified: {rows} not there as in the sheet"
    return Page(
        title=balance.file,
        kind="verify",
        tone=Tone.GOOD if balance.is_whole else Tone.ATTENTION,
        headline=headline,
        lines=tuple((label, words.strip()) for label, _, words in (line.partition(":") for line in lines)),
        sections=(_balance(balance), _differences(differences), _visibility(seen), settings),
        facts=facts,
    )


def _balance(balance: verify.VerifyCounts) -> Section:
    kinds = {**balance.kinds, "unknown": balance.unknown}
    parts = tuple(Part(_COLOURS.get(kind, kind), count, WORDS.get(kind, kind)) for kind, count in kinds.items())
    return Section("balance", "Balance", (Balance(parts),), "Every row stands in it once; unknown must be 0.")


def _differences(differences: DifferenceCounter) -> Section:
    blocks: tuple[Block, ...] = differences.blocks("Row by row", HEADS, "verify.csv")
    return Section("differences", "Differences", blocks, "What people added does not count.")


def _visibility(seen: verify.Visibility | None) -> Section:
    return Section("visibility", "In the app", tuple(map(Note, _seen(seen) if seen else ())))


def _seen(seen: verify.Visibility) -> tuple[str, ...]:
    """Who can be seen in the app, one kind a line."""
    if seen.refused:
        return (f"The service does not show its conversations to this key ({seen.refused}).",)
    return (
        f"{seen.now:,} contacts can be seen now: there is a conversation with one of their numbers.",
        f"{seen.later:,} will be seen as soon as there is one.",
        f"{seen.never:,} will never be seen, for they have no phone number.",
    )
