"""Copies the answers and corrections of a rehearsal into the folder of the real import."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.delivery.journal.presence import has_journal
from importer.delivery.journal.read_only import open_read_only
from importer.delivery.journal_place import journal_of
from importer.disk import make_folder, replacing_text
from importer.folder_lock import folder_locked
from importer.identity.marks import cells_mark, own_cells
from importer.mapping.chosen.mapping_toml import for_another_workspace
from importer.model.folder_names import CORRECTIONS_FILE, MAPPING_FILE
from importer.pipeline.reading.corrections import cells_name, read_corrections, save_corrections
from importer.pipeline.reading.edited_cells import open_journal
from importer.pipeline.reading.saved_answer import text_of
from importer.pipeline.reading.source import open_source
from importer.spreadsheet.rejects.rejects import numbered_cells

if TYPE_CHECKING:
    from importer.pipeline.job import Job


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What was copied: whether there were answers, and the number of corrected cells."""

    answers: bool = False
    corrections: int = 0

    def __bool__(self) -> bool:
        return self.answers or self.corrections > 0


def carry_over(rehearsal: Job, job: Job) -> CarriedOver:
    """Take the answers and corrections of a rehearsal over into the folder of the real import of the same sheet.

    Nothing that is there already is changed. Raises CannotStart or DiskFailed.
    """
    answers = _carry_mapping(rehearsal, job)
    lines = read_corrections(rehearsal.out / CORRECTIONS_FILE)
    if not lines or (job.out / CORRECTIONS_FILE).exists() or not has_journal(journal_of(rehearsal.out)):
        return CarriedOver(answers)
    # A correction names its row by a mark that only its own journal can make, so the rows are marked once more.
    with open_read_only(journal_of(rehearsal.out)) as rehearsed:
        former_marker, corrections = rehearsed.marker, rehearsed.known_corrections()
    # What the rehearsal did not write itself stays behind: a person has to look at it first.
    lines_of_sheet = [line for line in lines if line.mark(former_marker) in corrections]
    digests = {line.cells for line in lines_of_sheet}
    with open_journal(job) as journal:
        marker, table = journal.marker, open_source(job)
        names = {
            name: cells_name(cells_mark(marker, cells))
            for cells in map(own_cells(table.headers), (cells for _, cells in numbered_cells(table)))
            if (name := cells_name(cells_mark(former_marker, cells))) in digests
        }
        carried = [line._replace(cells=names[line.cells]) for line in lines_of_sheet if line.cells in names]
        journal.remember_corrections([line.mark(marker) for line in carried])
        if carried:
            save_corrections(job.out / CORRECTIONS_FILE, carried)
    return CarriedOver(answers, len(carried))


def _carry_mapping(rehearsal: Job, job: Job) -> bool:
    """Take the saved mapping over, without what only the sandbox has: its custom fields, and the lock on them."""
    file, text = job.out / MAPPING_FILE, text_of(rehearsal.out / MAPPING_FILE)
    if file.exists() or not text.strip():
        return False
    make_folder(job.out)
    with folder_locked(job.out):
        # Another program may have saved an answer meanwhile.
        if file.exists():
            return False
        with replacing_text(file) as stream:
            stream.write(for_another_workspace(text))
    return True


def rehearsal_of(job: Job) -> Job:
    """Return the rehearsal of a real import: the same sheet, in the sandbox."""
    settings = job.settings.model_copy(update={"sandbox": True, "out": None})
    return replace(job, settings=settings, key=None)
