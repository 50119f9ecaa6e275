"""The files in the output folder: written whole, former ones of another sheet kept, the input never touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from importer.errors import DiskFailed
from importer.report.summary import write_summary
from importer.report.tables import write_id_map, write_problems
from importer.spreadsheet.back.csv import write_rejects_csv
from importer.spreadsheet.back.xlsx import write_rejects_xlsx

if TYPE_CHECKING:
    from importer.delivery.journal import Journal
    from importer.model import SourceTable
    from importer.report.summary import Summary

OUTPUTS = ("id_map.csv", "problems.csv", "rejects.csv", "rejects.xlsx", "summary.json", "report.html", "plan.json")
WORKBOOKS = frozenset({".xlsx", ".xlsm"})


class Outputs:
    """The output folder of one run. Names are those of the design, but for one that is the input itself."""

    def __init__(self, folder: Path, source: str, run_id: str) -> None:
        self.folder, self._source, self._run_id = folder, source, run_id
        self.written: list[str] = []

    def path(self, name: str) -> Path:
        """Where to write `name`: under the run's own name where `name` is the sheet that is being read."""
        path = self.folder / name
        return self._kept(path, self._run_id) if self._is_input(path) else path

    def make_room(self, former_source: str | None, former_run: str) -> None:
        """Rename the former outputs by their run id where they are of another sheet; the input stays where it is."""
        if former_source is None or former_source == identity(self._source):
            return
        for name in OUTPUTS:
            path = self.folder / name
            if path.exists() and not self._is_input(path):
                _moved(path, self._kept(path, former_run))

    def tables(self, table: SourceTable, journal: Journal) -> None:
        """Write `problems.csv` and the rejects."""
        write_problems(self._note("problems.csv"), journal.problems())
        self._rejects(table, journal)

    def id_map(self, journal: Journal) -> None:
        """Write `id_map.csv`."""
        write_id_map(self._note("id_map.csv"), journal.outcomes())

    def summary(self, summary: Summary) -> None:
        """Write `summary.json`."""
        write_summary(self._note("summary.json"), summary)

    def _rejects(self, table: SourceTable, journal: Journal) -> None:
        writers = {"rejects.csv": write_rejects_csv}
        if Path(self._source).suffix.lower() in WORKBOOKS or table.sheet is not None:
            writers["rejects.xlsx"] = write_rejects_xlsx
        any_rejects = next(iter(journal.rejects()), None) is not None
        for name in ("rejects.csv", "rejects.xlsx"):
            path = self.path(name)
            if any_rejects and name in writers:
                writers[name](table, journal.rejects(), path)
                self.written.append(path.name)
            elif not self._is_input(path):
                # A rejects file of an earlier run would send the person to rows that are done.
                path.unlink(missing_ok=True)

    def _note(self, name: str) -> Path:
        path = self.path(name)
        self.written.append(path.name)
        return path

    def _is_input(self, path: Path) -> bool:
        try:
            return path.samefile(self._source)
        except OSError:
            return False

    @staticmethod
    def _kept(path: Path, run_id: str) -> Path:
        return path.with_name(f"{path.stem}.{run_id}{path.suffix}")


def identity(source: str) -> str:
    """The sheet's absolute path, by which two runs know that they read the same one."""
    return source if source == "-" or "://" in source else str(Path(source).resolve())


def former_run_id(folder: Path) -> str:
    """The run id of the outputs that stand in `folder`, "former" where none can be told."""
    try:
        return str(json.loads((folder / "summary.json").read_text(encoding="utf-8"))["run_id"]) or "former"
    except (OSError, ValueError, KeyError, TypeError):
        return "former"


def _moved(path: Path, to: Path) -> None:
    try:
        path.replace(to)
    except OSError as error:
        raise DiskFailed(
            f"{path} could not be kept as {to.name} ({error.strerror}).", "Give another folder with --out."
        ) from error
