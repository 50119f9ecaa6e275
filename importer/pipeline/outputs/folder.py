"""The files in the output folder: written whole, former ones of another sheet kept, the input never touched."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from importer.disk import replacing_text
from importer.errors import DiskFailed
from importer.pipeline.outputs.edited_rejects import stamp, was_edited
from importer.report.findings import FindingCounter
from importer.report.html.render import pieces
from importer.report.summary import write_summary
from importer.report.tables import write_id_map, write_problems
from importer.spreadsheet.rejects.csv import write_rejects_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from importer.delivery.journal import Journal, RunRecord
    from importer.model import Reject, SourceTable
    from importer.report.findings import Finding
    from importer.report.html.page import Page
    from importer.report.summary import Summary

OUTPUTS = (
    "id_map.csv",
    "problems.csv",
    "rejects.csv",
    "rejects.xlsx",
    "summary.json",
    "report.html",
    "plan.json",
    "verify.csv",
    "verify.html",
    "undo.csv",
)
TABLES = ("problems.csv", "rejects.csv", "rejects.xlsx", "report.html")
STDIN_NAMES = {"standard input": "-"}
WORKBOOKS = frozenset({".xlsx", ".xlsm"})


def _silent(_: str) -> None:
    """The default audience."""


class Outputs:
    """The output folder of one run. Names are those of the design, but for one that is the input itself.

    `written` are the names of what this run wrote; `tell` is told what the person should know of their own files.
    """

    def __init__(self, folder: Path, source: str, run_id: str, tell: Callable[[str], None] = _silent) -> None:
        self.folder, self._source, self._run_id, self._tell = folder, source, run_id, tell
        self.written: list[str] = []

    def path(self, name: str) -> Path:
        """Where to write `name`: under the run's own name where `name` is the sheet that is being read."""
        path = self.folder / name
        return self._kept(path, self._run_id) if self._is_input(path) else path

    def make_room(self, former: PreviousOutputs, names: Iterable[str] = OUTPUTS) -> None:
        """Rename former outputs by their run id where they are of another sheet; the input stays where it is."""
        if former.source is None or former.source == identity(self._source):
            return
        for path in (self.folder / name for name in names):
            if path.exists() and not self._is_input(path):
                _moved(path, _free(self._kept(path, former.run_id)))

    def tables(self, table: SourceTable, journal: Journal) -> tuple[Finding, ...]:
        """Write `problems.csv` and the rejects, and return what was found."""
        tally = FindingCounter()
        with self._noted("problems.csv") as path:
            write_problems(path, tally.counting(journal.problems()))
        self._rejects(table, journal)
        return tally.findings()

    def id_map(self, journal: Journal) -> None:
        """Write `id_map.csv`."""
        with self._noted("id_map.csv") as path:
            write_id_map(path, journal.outcomes())

    def summary(self, summary: Summary) -> None:
        """Write `summary.json`."""
        with self._noted("summary.json") as path:
            write_summary(path, summary)

    def page(self, page: Page, *, mask: bool, name: str = "report.html") -> None:
        """Write a page; with `mask`, without phones and email addresses."""
        with self._noted(name) as path, replacing_text(path) as stream:
            stream.writelines(pieces(page, mask=mask))

    def _rejects(self, table: SourceTable, journal: Journal) -> None:
        writers = {"rejects.csv": write_rejects_csv}
        if Path(self._source).suffix.lower() in WORKBOOKS or table.sheet is not None:
            # Not above: openpyxl is slow to load, and a text file has no use for it.
            from importer.spreadsheet.rejects.xlsx import write_rejects_xlsx

            writers["rejects.xlsx"] = write_rejects_xlsx
        any_rejects = next(iter(journal.rejects()), None) is not None
        for name in ("rejects.csv", "rejects.xlsx"):
            path = self.path(name)
            if was_edited(path) and not self._is_input(path):
                kept = _free(self._kept(path, "edited"))
                _moved(path, kept)
                self._tell(f"{path} was changed by somebody since it was written; it is kept as {kept.name}.")
            if any_rejects and name in writers:
                writers[name](table, map(_handed_back, journal.rejects()), path)
                stamp(path)
                self.written.append(path.name)
            elif not self._is_input(path):
                # A rejects file of an earlier run would send the person to rows that are done.
                path.unlink(missing_ok=True)

    @contextmanager
    def _noted(self, name: str) -> Iterator[Path]:
        """The path of an output, listed among the files once it is really there."""
        path = self.path(name)
        yield path
        self.written.append(path.name)

    def _is_input(self, path: Path) -> bool:
        try:
            return path.samefile(self._source)
        except OSError:
            return False

    @staticmethod
    def _kept(path: Path, run_id: str) -> Path:
        return path.with_name(f"{path.stem}.{run_id}{path.suffix}")


def _handed_back(reject: Reject) -> Reject:
    """A row that came second under an id keeps none: when it comes back, its own cells must say who it is."""
    second = any(problem.rule == "external-id-twice" for problem in reject.problems)
    return replace(reject, external_id="") if second else reject


def identity(source: str) -> str:
    """The sheet's absolute path, by which two runs know that they read the same one."""
    return source if source == "-" or "://" in source else str(Path(source).resolve())


@dataclass(frozen=True, slots=True)
class PreviousOutputs:
    """Whose outputs stand in a folder: their run, and the sheet it read (None where nothing can say that)."""

    run_id: str
    source: str | None


def previous_outputs(folder: Path, runs: Iterable[RunRecord] | None = None) -> PreviousOutputs:
    """Whose outputs stand in `folder`, by its summary.json.

    `runs` are those of the folder's journal, which know the sheet's whole path; without them the path is taken from
    here, so that from another working directory a sheet may look like another one (and its outputs are kept).
    """
    try:
        document = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        run_id, file = str(document["run_id"]), str(document["file"])
    except (OSError, ValueError, KeyError, TypeError):
        run_id, file = "former", ""
    if not re.fullmatch(r"[\w.-]{1,80}", run_id):
        run_id = "former"
    if runs is None:
        return PreviousOutputs(run_id, identity(STDIN_NAMES.get(file, file)) if file else None)
    known = [record for record in runs if record.command == "run"]
    same = [record.file for record in known if record.run_id == run_id] or [record.file for record in known[-1:]]
    return PreviousOutputs(run_id, same[-1] if same else None)


def _free(path: Path) -> Path:
    """A name that nothing has: what was kept once is not overwritten by what is kept now."""
    names = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return next(one for one in chain((path,), names) if not one.exists())


def _moved(path: Path, to: Path) -> None:
    try:
        path.replace(to)
    except OSError as error:
        raise DiskFailed(
            f"{path} could not be kept as {to.name} ({error.strerror}).", "Give another folder with --out."
        ) from error
