"""`verify.csv` and the last lines of `verify`."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.disk import replacing_text
from importer.model.sheet import NO_NAMES
from importer.report.tables import file_cells, with_file
from importer.text import counted, harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from importer.model.row_names import RowNames

VERIFY_HEADER = ("row", "external_id", "contact_id", "kind", "field", "sheet", "workspace", "reason")
# A duplicate shares the contact of an earlier row; a skipped row, such as a total, is not a contact; a contact that was
# deleted on purpose was reported once and is not wanted any more.
GOOD = ("there", "duplicate", "skipped", "left-out")
WORDS = {
    "never-arrived": "never arrived",
    "changed-since": "changed by someone since",
    "altered-by-service": "altered by the service",
    "not-sent": "different and not sent",
    "left-out": "left out because the contact was deleted",
}
_MOST_DOUBLES = 10


@dataclass(frozen=True, slots=True)
class VerifyLine:
    """One difference: the field as in `--map` ("" for the whole contact), its value in the sheet and the workspace."""

    row: int
    external_id: str
    contact_id: str
    kind: str
    field: str
    sheet: str
    workspace: str
    reason: str


@dataclass(frozen=True, slots=True)
class Visibility:
    """How many contacts can be seen in the app: now, once there is a conversation, or never (no phone).

    `refused` is the service's answer if it does not show its conversations.
    """

    now: int = 0
    later: int = 0
    never: int = 0
    refused: str = ""


@dataclass(frozen=True, slots=True)
class VerifyCounts:
    """Every row of the sheet under exactly one kind; `unknown` is the rest, and must be 0."""

    file: str
    rows: int
    kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def unknown(self) -> int:
        """Rows about which nothing could be found out."""
        return self.rows - sum(self.kinds.values())

    @property
    def is_whole(self) -> bool:
        """Whether every row is in the workspace."""
        return self.rows == sum(self.kinds.get(kind, 0) for kind in GOOD)


@dataclass(frozen=True, slots=True)
class VerifyCommands:
    """What can be done after a verification.

    `run` imports the sheet, `update` sends what was changed in it, `restore` also undoes what people have changed in
    the workspace, `dedupe` shows who is there twice. `rejects` imports `rejects_file`, in which the questions about
    rows are answered; "" if the folder has none that holds them all.
    """

    run: str
    update: str
    restore: str
    dedupe: str
    rejects: str = ""
    rejects_file: str = ""


@contextmanager
def writing_verify(path: Path, names: RowNames = NO_NAMES) -> Iterator[Callable[[VerifyLine], None]]:
    """Return a function that writes one line of `verify.csv`; the file appears under its name once it is complete."""
    with replacing_text(path) as stream:
        table = csv.writer(stream)
        table.writerow(with_file(VERIFY_HEADER, names))

        def write(line: VerifyLine) -> None:
            texts = (line.kind, line.field, line.sheet, line.workspace, line.reason)
            table.writerow(
                (
                    line.row,
                    harmless(line.external_id),
                    harmless(line.contact_id),
                    *map(harmless, texts),
                    *file_cells(line.row, names),
                )
            )

        yield write


def verify_lines(
    balance: VerifyCounts,
    first_lines: tuple[VerifyLine, ...],
    visibility: Visibility | None,
    without_row: int = 0,
    doubles: Sequence[str] = (),
    left_out: str = "",
) -> list[str]:
    """Return the lines of a verification: the counts, the first differences, and who can be seen in the app.

    `without_row`: contacts whose row has left the sheet. `doubles`: pairs of contacts, in words, that are one person.
    `left_out`: what is said of contacts whose row is left out.
    """
    parts = [f"{number:,} {WORDS.get(kind, kind)}" for kind, number in balance.kinds.items() if number]
    # Shown even if it is 0, so that a reader can see that the sum is whole.
    parts.append(f"{balance.unknown:,} unknown")
    lines = [f"Verify:  {balance.file}: {counted(balance.rows, 'row')} = {' + '.join(parts)}"]
    for line in first_lines:
        values = (
            f"{line.field}: {line.sheet!r} in the sheet, {line.workspace!r} in the workspace; " if line.field else ""
        )
        lines.append(f"         row {line.row}: {values}{line.reason}")

    lines += [
        f"Twice:   {pair}: one name, or names of one person, and a number or address in common"
        for pair in doubles[:_MOST_DOUBLES]
    ]
    if without_row:
        lines.append(
            f"Left:    {counted(without_row, 'contact')} whose row is not in the sheet any more (for information)"
        )
    if left_out:
        lines.append(f"Out:     {left_out}")
    if visibility is not None and visibility.refused:
        reason = f"the service does not show its conversations to this key ({visibility.refused})"
        lines.append(f"Seen:    cannot be checked: {reason}")
    elif visibility is not None:
        total = visibility.now + visibility.later + visibility.never
        lines.append(
            f"Seen:    {visibility.now:,} of {total:,} contacts can be seen in the app now; {visibility.later:,} once "
            f"there is a conversation with one of their numbers; {visibility.never:,} never: they have no phone number"
        )
    return lines


def next_step(balance: VerifyCounts, commands: VerifyCommands, doubles: int = 0) -> str:
    """The line that says what to do; `doubles`: how many pairs of contacts are one person."""
    kinds = balance.kinds
    if doubles:
        return (
            "Next:    in the app, keep one contact of each pair above, then run verify again; if they are two people, "
            "run the sheet once with --same-person separate, which remembers it; what could be joined for you: "
            f"{commands.dedupe}"
        )
    if missing := kinds.get("never-arrived", 0):
        return f"Next:    import {counted(missing, 'row')} not there yet: {commands.run}"
    if doubled := kinds.get("doubled", 0):
        return f"Next:    in the app, keep one contact for each of {counted(doubled, 'row')} (verify.csv has their ids)"
    if (conflicts := kinds.get("conflict", 0)) and commands.rejects:
        # The sheet itself would only be asked about again.
        where = f"the column _external_id of {commands.rejects_file}"
        return f"Next:    answer who {counted(conflicts, 'row is', 'rows are')} in {where}, then: {commands.rejects}"
    if rejected := kinds.get("rejected", 0) + kinds.get("conflict", 0):
        return f"Next:    correct {counted(rejected, 'row')} not imported (see problems.csv), then: {commands.run}"
    if kinds.get("not-sent", 0):
        return f"Next:    if the sheet is right: {commands.update}"
    if not balance.is_whole:
        return (
            "Next:    nothing, if those changes are intended (verify.csv has both values of each); to bring back "
            f"what the sheet says: {commands.restore}"
        )
    return "Next:    nothing to do; every row is there"
