"""The files of an import, written once more from its journal: for results that are lost, or on another computer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from importer.delivery.journal.read_only import open_read_only
from importer.disk import make_folder, write_json
from importer.errors import FINISHED, OutputError, Stopped
from importer.report.summary import FIGURES, Summary, exit_code
from importer.report.tables import write_id_map, write_problems

if TYPE_CHECKING:
    from pathlib import Path

    from importer.delivery.journal_place import JournalPlace

REMADE = ("id_map.csv", "problems.csv", "summary.json")


def write_results(place: JournalPlace, folder: Path) -> Summary:
    """Write `REMADE` into a folder, and return the summary of the last run of the journal.

    What only the sheet has, such as the cells of rejects, is not in a journal. Raises JournalError, OutputError for a
    folder that has such files, or DiskFailed.
    """
    present = [name for name in REMADE if (folder / name).exists()]
    if present:
        raise OutputError(
            f"{folder} has results already ({', '.join(present)}).", "Name another folder, or move these away."
        )
    try:
        make_folder(folder)
    except OutputError as error:
        raise OutputError(error.message, "Name another folder, or make this one writable.") from error
    with open_read_only(place) as journal:
        names = journal.row_names()
        write_id_map(folder / REMADE[0], journal.outcomes(), names)
        write_problems(folder / REMADE[1], journal.problems(), names)
        run = next((run for run in reversed(journal.runs()) if run.is_import), None)
        facts = {} if run is None else run.facts
        counts = journal.counts()
        # By the rows as they are now, such as after an undo, of which a code of 0 or 1 says nothing.
        code = Stopped.exit_code if run is None or run.exit_code is None else run.exit_code
        code = max(exit_code(counts), code if code not in FINISHED else 0)
        figures = {name: facts.get(name, 0) for name in FIGURES}
        summary = Summary(
            "" if run is None else run.run_id,
            "" if run is None else str(facts.get("given") or run.file),
            None if run is None else run.sheet,
            counts,
            facts.get("this_run", {}),
            **figures,
            exit_code=code,
        )
    write_json(folder / REMADE[2], summary.as_dict())
    with suppress(OSError):
        folder.chmod(0o700)
    return summary
