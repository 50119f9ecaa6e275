"""`verify.csv` and the last lines of `verify`."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from importer.disk import replacing_text
from importer.report.tables import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

VERIFY_HEADER = ("row", "external_id", "contact_id", "kind", "field", "sheet", "workspace", "reason")
GOOD = ("there", "duplicate", "skipped")
WORDS = {
    "never-arrived": "never arrived",
    "changed-since": "changed by somebody since",
    "altered-by-service": "altered by the service",
    "not-sent": "different and not sent",
}


@dataclass(frozen=True, slots=True)
class VerifyLine:
    """One difference: the field as in `--map` ("" for the whole contact), its value here and in the workspace."""

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
    """How many of the contacts found are seen in the app: now, not until there is a conversation, never (no phone)."""

    now: int = 0
    later: int = 0
    never: int = 0
    refused: str = ""


@dataclass(frozen=True, slots=True)
class VerifyCounts:
    """Every row of the sheet under exactly one kind; `unknown` is what is left, and must be 0."""

    file: str
    rows: int
    kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def unknown(self) -> int:
        """Rows of which nothing could be found out."""
        return self.rows - sum(self.kinds.values())

    @property
    def is_whole(self) -> bool:
        """Whether every row is there."""
        return self.rows == sum(self.kinds.get(kind, 0) for kind in GOOD)


@contextmanager
def writing_verify(path: Path) -> Iterator[Callable[[VerifyLine], None]]:
    """Give what writes one line of `verify.csv`; the file takes its name when all of it is written."""
    with replacing_text(path) as stream:
        table = csv.writer(stream)
        table.writerow(VERIFY_HEADER)

        def write(line: VerifyLine) -> None:
            told = (line.kind, line.field, line.sheet, line.workspace, line.reason)
            table.writerow((line.row, harmless(line.external_id), line.contact_id, *map(harmless, told)))

        yield write


def verify_lines(balance: VerifyCounts, some: tuple[VerifyLine, ...], seen: Visibility | None) -> list[str]:
    """Return what the person is told: the balance, some of the differences, and who will be seen."""
    parts = [f"{number:,} {WORDS.get(kind, kind)}" for kind, number in balance.kinds.items() if number]
    parts.append(f"{balance.unknown:,} unknown")
    lines = [f"Verify:  {balance.file}: {balance.rows:,} rows = {' + '.join(parts)}"]
    lines += [f"         {_told(line)}" for line in some]
    return [*lines, *(_seen(seen) if seen else ())]


def next_step(balance: VerifyCounts, again: str) -> str:
    """The line that says what to do; `again` is the command line of the import."""
    kinds = balance.kinds
    if missing := kinds.get("never-arrived", 0):
        return f"Next:    import {_rows(missing)} not there yet: {again}"
    if doubled := kinds.get("doubled", 0):
        return f"Next:    in the app, keep one contact of each of {_rows(doubled)} (verify.csv has their ids)"
    if rejected := kinds.get("rejected", 0) + kinds.get("conflict", 0):
        return f"Next:    correct {_rows(rejected)} not in (problems.csv says how), then: {again}"
    if kinds.get("not-sent", 0):
        update = "" if "--on-match" in again else " --on-match update"
        return f"Next:    if the sheet is right: {again}{update}"
    if not balance.is_whole:
        return "Next:    nothing, if those changes are meant; verify.csv has both values of each"
    return "Next:    nothing; every row is there"


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"


def _told(line: VerifyLine) -> str:
    values = f"{line.field}: {line.sheet!r} in the sheet, {line.workspace!r} in the workspace; " if line.field else ""
    return f"row {line.row}: {values}{line.reason}"


def _seen(seen: Visibility) -> list[str]:
    if seen.refused:
        return [f"Seen:    nobody can tell: the service does not show its conversations to this key ({seen.refused})"]
    total = seen.now + seen.later + seen.never
    line = (
        f"Seen:    {seen.now:,} of {total:,} contacts can be seen in the app now; {seen.later:,} as soon as there is a "
    )
    return [f"{line}conversation with one of their numbers; {seen.never:,} never, for they have no phone number"]
