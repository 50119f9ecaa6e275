"""The page of `undo`: what became of each contact that the undone runs had made or changed, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from importer.report.html.page import Balance, BalancePart, Cell, CellMark, Page, Section, Table, Tone, cell
from importer.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST = 500
NOTHING_TO_DO = "nothing was left to do"
# What was done to a contact by its result and action, with the status whose colour it has in the bar.
_DONE = {
    "delete": ("deleted", "created"),
    "restore": ("restored", "updated"),
    "bring back": ("brought back", "skipped"),
}
_NOT_DONE = {"kept": ("kept as it is", "conflict"), "failed": ("not taken back", "rejected")}
_COLOURS = dict([*_DONE.values(), (NOTHING_TO_DO, "unchanged"), *_NOT_DONE.values()])
_MARKS = {"kept": CellMark.WARNING, "failed": CellMark.ERROR}


class UndoneCounter:
    """Counts what was done to contacts, and keeps the first of them."""

    def __init__(self) -> None:
        self._done: Counter[str] = Counter()
        self._rows: list[tuple[Cell, ...]] = []

    @property
    def has_room(self) -> bool:
        """Whether the page will show the next contact; the name of one that it does not show is not needed."""
        return len(self._rows) < MOST

    def feed(
        self, name: str, contact_id: str, action: str, result: str, reason: str, *, nothing_left: bool = False
    ) -> None:
        """Add a contact as `undo.csv` has it, with its name; `nothing_left`: it was as before already."""
        done, _ = _NOT_DONE.get(result) or ((NOTHING_TO_DO, "") if nothing_left else _DONE[action])
        self._done[done] += 1
        if self.has_room:
            contact = cell(contact_id, CellMark.WHOLE)
            self._rows.append((cell(name), contact, cell(done, _MARKS.get(result, CellMark.NONE)), cell(reason)))

    def balance(self, left: int) -> Balance:
        """All contacts by what was done to them; `left` were not reached."""
        parts = [BalancePart(colour, self._done[done], done) for done, colour in _COLOURS.items()]
        total = self._done.total() + left
        noun = "contact" if total == 1 else "contacts"
        return Balance((*parts, BalancePart("unfinished", left, "not reached")), noun, f"{noun} in all")

    def table(self) -> tuple[Table, ...]:
        """The contacts, those that were not taken back first; nothing if there are none."""
        if not self._rows:
            return ()
        head = ("Contact", "Contact id", "What was done", "Why")
        return (Table("Contact by contact", head, tuple(self._rows), self._done.total() - len(self._rows), "undo.csv"),)


def page(
    title: str,
    counter: UndoneCounter,
    counts: Mapping[str, int],
    lines: Iterable[str],
    facts: tuple[tuple[str, str], ...],
    *,
    left: int = 0,
    stopped: str = "",
) -> Page:
    """The page of an undo; `lines` are the last ones of the terminal, `counts` those of `reversed kept failed`."""
    tone, headline = _verdict(counts, left, stopped)
    lead = "What was not taken back stands first."
    return Page(
        title=title,
        kind="undo",
        tone=tone,
        headline=headline,
        lines=tuple((label, words.strip()) for label, _, words in (line.partition(":") for line in lines)),
        sections=(
            Section("balance", "Balance", (counter.balance(left),), "Every contact is counted once."),
            Section("contacts", "Contacts", counter.table(), lead),
        ),
        facts=facts,
        stopped=stopped,
    )


def _verdict(counts: Mapping[str, int], number_left: int, stopped: str) -> tuple[Tone, str]:
    if stopped:
        words = (
            f"{counted(number_left, 'contact')} {'is' if number_left == 1 else 'are'} left to undo"
            if number_left
            else "see below"
        )
        return Tone.STOPPED, f"Stopped: {words}"
    if counts["failed"]:
        return Tone.ATTENTION, f"Undone in part: {counted(counts['failed'], 'contact')} could not be taken back"
    if counts["kept"]:
        verb = "was" if counts["kept"] == 1 else "were"
        return Tone.ATTENTION, f"Undone, but {counted(counts['kept'], 'contact')} {verb} kept"
    return Tone.GOOD, "Undone: everything is as it was before"
