"""The journal: what was meant to be sent, what became of it, and the state of the sheet, in one SQLite file."""

from importer.delivery.journal.archive import history
from importer.delivery.journal.book import Journal
from importer.delivery.journal.records import Doubt, Image, Planned, RunRecord, Settled, Task, Work
from importer.plan import Known
from importer.plan import Step as Staged

__all__ = ["Doubt", "Image", "Journal", "Known", "Planned", "RunRecord", "Settled", "Staged", "Task", "Work", "history"]
