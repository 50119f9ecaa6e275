"""The journal: what was meant to be sent, what became of it, and the state of the sheet, in one SQLite file."""

from importer.delivery.journal.book import Journal
from importer.delivery.journal.opening import history
from importer.delivery.journal.records import Doubt, Image, RunRecord, Settled, Task
from importer.plan import Known
from importer.plan import Step as Staged

__all__ = ["Doubt", "Image", "Journal", "Known", "RunRecord", "Settled", "Staged", "Task", "history"]
