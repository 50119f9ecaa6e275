"""The files in the output folder: written whole; those of another sheet are kept, and the input is never touched."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from importer.disk import MOST_FIGURES_BYTES, file_text, free_name, replacing_text, write_json
from importer.errors import DiskFailed
from importer.folder_lock import folder_locked
from importer.model.delivery import count_handed_back
from importer.model.folder_names import REJECTS_CARDS, REJECTS_CSV, REJECTS_WORKBOOK
from importer.pipeline.job import sheet_identity
from importer.pipeline.outputs.edited_files import remember_checksum, remember_questions, was_edited
from importer.pipeline.outputs.run_record import sheet_of
from importer.pipeline.reading.column_evidence import READ_AS
from importer.pipeline.reading.doubts_of_rejects import noting_doubts
from importer.plan.step import ID_TWICE
from importer.report.dedupe import DEDUPE_FILE
from importer.report.findings import FindingCounter
from importer.report.html.render import pieces
from importer.report.tables import problems_written, write_id_map
from importer.spreadsheet.private_copy import STANDARD_INPUT
from importer.spreadsheet.rejects.csv import write_rejects_csv
from importer.spreadsheet.rejects.vcard import holds_cards, write_rejects_vcards
from importer.text import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from importer.delivery.journal import Journal, RunRecord
    from importer.model import Reject, SourceTable
    from importer.pipeline.outputs.edited_files import AskedMarks
    from importer.pipeline.reading.doubts_of_rejects import HandedBackDoubt
    from importer.report.findings import Finding
    from importer.report.html.page import Page
    from importer.report.summary import Summary

OUTPUTS = (
    "id_map.csv",
    "problems.csv",
    REJECTS_CSV,
    REJECTS_WORKBOOK,
    REJECTS_CARDS,
    "summary.json",
    "report.html",
    "plan.json",
    "verify.csv",
    "verify.html",
    "undo.csv",
    "undo.html",
    DEDUPE_FILE,
)
TABLES = ("problems.csv", REJECTS_CSV, REJECTS_WORKBOOK, REJECTS_CARDS, "report.html")
EXPORTS = {"csv": "contacts.csv", "xlsx": "contacts.xlsx", "vcard": "contacts.vcf", "quo": "quo-contacts.csv"}
"""The kinds of export, and the file of each."""
WORKBOOKS = frozenset({".xlsx", ".xlsm"})
WORKBOOK_ROWS = 50_000
"""More rows are written to rejects.csv alone: too many to correct by colour, and a workbook of them takes minutes."""


@dataclass(frozen=True, slots=True)
class PreviousOutputs:
    """The run that wrote the files in a folder, and the sheet it read (None if nothing says which).

    `worksheet`: that of a workbook, None where there is none or nothing says which.
    """

    run_id: str
    source: str | None
    worksheet: str | None = None

    def is_of(self, source: str, worksheet: str | None) -> bool:
        """Whether the files are those of a sheet, as far as can be said."""
        is_same_worksheet = None in (worksheet, self.worksheet) or worksheet == self.worksheet
        return self.source is None or (self.source == sheet_identity(source) and is_same_worksheet)


class Outputs:
    """The output folder of one run. Files have their usual names, except one that is the input itself.

    `written` are the names of the files that this run wrote; `warn` gets a line about files that a person edited.
    `worksheet`: the one that was read of a workbook. `is_part`: the input is rejects of this folder, so its outputs are
    those of the sheet that they come from. `workbook_rows`: how many rejects rejects.xlsx has at most.
    """

    def __init__(
        self,
        folder: Path,
        source: str,
        run_id: str,
        previous: PreviousOutputs,
        warn: Callable[[str], None],
        *,
        worksheet: str | None = None,
        is_part: bool = False,
        workbook_rows: int = WORKBOOK_ROWS,
    ) -> None:
        self._folder, self._source, self._run_id, self._previous, self._warn = folder, source, run_id, previous, warn
        self.written: list[str] = []
        self._worksheet, self._is_part, self._workbook_rows = worksheet, is_part, workbook_rows

    def path(self, name: str) -> Path:
        """Return where to write `name`: with the run's id in it if the file of that name is the input."""
        path = self._folder / name
        return path.with_name(f"{path.stem}.{self._run_id}{path.suffix}") if self._is_input(path) else path

    def make_room(self, names: Iterable[str] = OUTPUTS) -> None:
        """Rename outputs of another sheet by their run id, so that they are kept; the input stays where it is.

        Raises DiskFailed.
        """
        if self._is_part or self._previous.is_of(self._source, self._worksheet):
            return
        for path in (self._folder / name for name in names):
            if path.exists() and not self._is_input(path):
                _keep(path, self._previous.run_id)

    def write_tables(
        self, table: SourceTable, journal: Journal, *, is_done: bool = False, questions: AskedMarks | None = None
    ) -> tuple[Finding, ...]:
        """Write `problems.csv` and the rejects, and return the findings by rule. Raises DiskFailed.

        `is_done`: a run has come to its end, so that rejects which it has read may give way to what is left of them.
        `questions`: those of a command that leaves the journal as it is (see `remember_questions`); a run's are there.
        """
        names = journal.row_names()
        counter = FindingCounter(names)
        targets = self._reject_targets(table, journal, is_done=is_done)
        read_as = journal.runs()[-1].facts.get(READ_AS)
        path = self.path("problems.csv")
        with problems_written(path, counter.counting(journal.problems()), names) as problems:
            self.written.append(path.name)
            # The first file of rejects takes the problems as they are written.
            for number, (target, write) in enumerate(targets.items()):
                rejects = journal.rejects() if number else journal.rejects(problems)
                doubts: list[HandedBackDoubt] = []
                write(table, noting_doubts(map(_without_shared_id, rejects), doubts), target)
                with folder_locked(self._folder, insists=False):
                    remember_checksum(target, doubts, read_as)
                self.written.append(target.name)
        # Rejects that were only looked at are still to be imported with what was asked before.
        with folder_locked(self._folder, insists=False):
            remember_questions(self._folder, questions or {}, adding=self._is_part and questions is not None)
        return counter.findings()

    def _reject_targets(
        self, table: SourceTable, journal: Journal, *, is_done: bool
    ) -> Mapping[Path, Callable[[SourceTable, Iterable[Reject], Path], int]]:
        """Return where rejects are to be written, and by what; files of them that are in the way give way."""
        writers = {REJECTS_CSV: write_rejects_csv}
        rejected = count_handed_back(journal.counts())
        if Path(self._source).suffix.lower() in WORKBOOKS or table.sheet is not None:
            if rejected > self._workbook_rows:
                self._warn(
                    f"rejects.xlsx was not written: it would have {rejected:,} rows, and has {self._workbook_rows:,} "
                    "at most. All of them are in rejects.csv: correct them there, and import that file."
                )
            elif rejected:
                # Imported here because openpyxl is slow to load, and a text file does not need it.
                from importer.spreadsheet.rejects.xlsx import write_rejects_xlsx

                writers[REJECTS_WORKBOOK] = write_rejects_xlsx
        elif holds_cards(table):
            writers[REJECTS_CARDS] = write_rejects_vcards
        targets = {}
        for name in (REJECTS_CSV, REJECTS_WORKBOOK, REJECTS_CARDS):
            path = self._folder / name
            is_input, gives_way = self._is_input(path), bool(self._is_part and is_done and rejected and name in writers)
            if is_input and not gives_way:
                path, is_input = self.path(name), False
            if was_edited(path) and (gives_way or not is_input):
                copy = _keep(path, "edited")
                self._warn(f"{path} was edited since it was written, so it is kept as {copy.name}.")
            if rejected and name in writers:
                targets[path] = writers[name]
            elif not is_input:
                # A rejects file of an earlier run would lead the person to rows that are done.
                path.unlink(missing_ok=True)
        return targets

    def write_id_map(self, journal: Journal) -> None:
        """Write `id_map.csv`. Raises DiskFailed."""
        with self._listed("id_map.csv") as path:
            write_id_map(path, journal.outcomes(), journal.row_names())

    def write_summary(self, summary: Summary) -> None:
        """Write `summary.json`. Raises DiskFailed."""
        with self._listed("summary.json") as path:
            write_json(path, summary.as_dict())

    def write_page(self, page: Page, *, mask: bool, name: str = "report.html") -> None:
        """Write a page; with `mask`, without phones and email addresses. Raises DiskFailed."""
        with self._listed(name) as path, replacing_text(path) as stream:
            stream.writelines(pieces(page, mask=mask))

    @contextmanager
    def _listed(self, name: str) -> Iterator[Path]:
        """Give the path of an output, and list it among the files once it is written."""
        path = self.path(name)
        yield path
        self.written.append(path.name)

    def _is_input(self, path: Path) -> bool:
        # By the file itself, not by its name: links and upper case may give one file several names.
        try:
            return path.samefile(self._source)
        except OSError:
            return False


def _without_shared_id(reject: Reject) -> Reject:
    """A second row with the id of another loses it: when it comes back, its own cells must say who it is."""
    # A loop, since there may be millions of rejects, and most of them have one problem.
    for _, _, _, rule, _, _, _ in reject.problems:
        if rule == ID_TWICE:
            return reject._replace(external_id="")
    return reject


def previous_outputs(folder: Path, runs: Iterable[RunRecord] | None = None) -> PreviousOutputs:
    """Return which run wrote the files in `folder`, by its `summary.json`.

    `runs` are those of the folder's journal, which know the absolute path of the sheet. Without them the path in the
    summary is resolved from the working directory, so elsewhere a sheet may look like another one (and its outputs are
    kept).
    """
    try:
        document = read_json(file_text(folder / "summary.json", most_bytes=MOST_FIGURES_BYTES))
        run_id, file, worksheet = str(document["run_id"]), str(document["file"]), document.get("sheet")
    except (OSError, ValueError, KeyError, TypeError):
        run_id, file, worksheet = "former", "", None
    # The id becomes a part of file names, and a person may have edited the file it was read from.
    if not re.fullmatch(r"[\w.-]{1,80}", run_id):
        run_id = "former"
    if runs is None:
        source = sheet_identity("-" if file == STANDARD_INPUT else file) if file else None
        return PreviousOutputs(run_id, source, worksheet if isinstance(worksheet, str) else None)
    records = [record for record in runs if record.is_import]
    matching = [record for record in records if record.run_id == run_id] or records[-1:]
    if not matching:
        return PreviousOutputs(run_id, None)
    # Rejects are in a worksheet of their own; what counts is that of the run whose rejects they are.
    before = records[: records.index(matching[-1]) + 1]
    worksheets = [record.sheet for record in before if not record.is_part]
    return PreviousOutputs(run_id, sheet_of(matching[-1]).path, worksheets[-1] if worksheets else None)


def _keep(path: Path, mark: str) -> Path:
    """Rename a file with a mark in its name, and a number if need be: a file kept earlier is not overwritten."""
    free = free_name(path, mark)
    try:
        return path.replace(free)
    except OSError as error:
        raise DiskFailed(
            f"{path} could not be kept as {free.name} ({error.strerror}).", "Give another folder with --out."
        ) from error
