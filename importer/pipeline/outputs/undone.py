"""The files of an undo: `undo.csv`, and the same as a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.disk import replacing_text
from importer.errors import Declined, DiskFailed
from importer.pipeline.outputs.page import facts
from importer.plan.undo import NOTHING_LEFT
from importer.report.card import contact_name
from importer.report.html.render import pieces
from importer.report.html.undo import UndoneCounter, page
from importer.report.undo import OF_LEFT_OUT, remaining_line, undo_lines, write_undo
from importer.settings.command_line import repeated, undo_again

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from importer.delivery.journal import Journal, RunRecord
    from importer.delivery.journal.undo_results import UndoneContact
    from importer.errors import Stopped
    from importer.pipeline.job import Job

UNDO_FILE, PAGE_FILE = "undo.csv", "undo.html"


@dataclass(frozen=True, slots=True)
class UndoReport:
    """How an undo ended: the runs that were taken back, and how many contacts were `reversed kept failed`.

    `counts` are of all undos of these runs, `nothing_left` says that an earlier one had done all of it. `reasons` tells
    of some that were not reversed, `earlier` names a run before these that could still be taken back. `stopped` is
    what ended it early, with `left` contacts still to undo; doing it again goes on. `remaining` counts contacts of
    other runs that can be undone too. `of_dedupe`: these are runs of `dedupe`. `first`: the command that takes back the
    `dedupe` for which some were kept, "" if there are none. `by_hand`: so many of the failed ones only a person can
    bring back. `of_left_out`: only contacts whose rows the last run left out.
    """

    run_ids: tuple[str, ...]
    counts: Mapping[str, int]
    out: Path
    files: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    requests: int = 0
    seconds: float = 0.0
    exit_code: int = 0
    nothing_left: bool = False
    stopped: Stopped | None = None
    left: int = 0
    earlier: str = ""
    remaining: int = 0
    of_dedupe: bool = False
    first: str = ""
    by_hand: int = 0
    of_left_out: bool = False

    @property
    def closing(self) -> dict[str, Any]:
        """The facts for the last lines, without the files and the command to go on with."""
        return {
            "left": self.left,
            "of_dedupe": self.of_dedupe,
            "of_left_out": self.of_left_out,
            "first": self.first,
            "by_hand": self.by_hand,
            "requests": self.requests,
            "seconds": self.seconds,
        }

    def as_dict(self) -> dict[str, object]:
        """The report as JSON-ready facts."""
        return {
            "undone_runs": list(self.run_ids),
            **self.counts,
            "remaining": self.remaining,
            "requests": self.requests,
            "seconds": self.seconds,
            "exit_code": self.exit_code,
        }


class UndoOutputs:
    """What an undo leaves in the folder of `job`; `record` is that of the undo."""

    def __init__(self, job: Job, journal: Journal, record: RunRecord) -> None:
        self._job, self._journal, self._record = job, journal, record
        self._counter = UndoneCounter()
        self._names: dict[str, str] = {}

    def note_name(self, external_id: str, contact: Mapping[str, Any]) -> None:
        """Keep what a contact is called: the journal does not know it, and the page begins with those that are kept."""
        self._names[external_id] = contact_name(contact)

    def write_table(self, lines: Iterable[UndoneContact]) -> None:
        """Write `undo.csv`. Raises DiskFailed."""
        write_undo(self._job.out / UNDO_FILE, self._counted(lines))

    def _counted(self, lines: Iterable[UndoneContact]) -> Iterator[tuple[str, ...]]:
        for line in lines:
            name = ""
            if self._counter.has_room and line.before is not None:
                name = contact_name(line.before)
            elif self._counter.has_room:
                # One that an undo which was interrupted has seen is not read again: its row tells who it is.
                name = self._names.get(line.external_id) or self._journal.contact_words(line.external_id)
            nothing_left = line.reason.startswith(NOTHING_LEFT)
            self._counter.feed(name, line.contact_id, line.action, line.result, line.reason, nothing_left=nothing_left)
            yield line.external_id, line.contact_id, line.action, line.result, line.reason

    def with_page(self, report: UndoReport) -> UndoReport:
        """Write the page and return the report that lists it; an undo does not fail because of its page."""
        job, path = self._job, self._job.out / PAGE_FILE
        # A program that uses the library has typed nothing.
        again = repeated(job.command_line) or "importer.undo of the same folder"
        closing = report.closing | {"file": UNDO_FILE, "again": again}
        lines = undo_lines(report.counts, (), closing)
        if report.remaining:
            undo_all = undo_again(job.command_line, job.out, "--all")
            lines.append(f"Earlier: {remaining_line(report.remaining, undo_all)}")
        run_ids = report.run_ids
        runs = f"run {run_ids[0]}" if len(run_ids) == 1 else f"{len(run_ids):,} runs, {run_ids[0]} to {run_ids[-1]}"
        shown = page(
            Path(self._record.file).name,
            self._counter,
            report.counts,
            lines,
            (*facts(self._record), ("takes back", OF_LEFT_OUT if report.of_left_out else runs)),
            left=report.left,
            stopped=str(report.stopped or ""),
        )
        try:
            with replacing_text(path) as stream:
                stream.writelines(pieces(shown, mask=job.settings.mask))
        except DiskFailed as failed:
            job.hooks.warn(str(failed))
            return report
        table, *more_files = report.files
        return replace(report, files=(table, PAGE_FILE, *more_files))


def declined() -> Declined:
    """Return the error of an undo that a person has said no to."""
    return Declined("Nothing was undone, as you said.", "Run undo again when you are ready.")
