"""Rows that may be earlier ones with a new identity: a warning before they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Problem, Severity

if TYPE_CHECKING:
    from importer.delivery.journal import Journal
    from importer.model import Mapping
    from importer.pipeline.job import Job

NAMED = frozenset({"external_id", "identity"})


def warn_of_changed_ids(job: Job, mapping: Mapping, journal: Journal) -> None:
    """Warn where rows are new to the journal while contacts of earlier runs are missing from the sheet.

    Without an id column a row is known by its name, phones and emails. A row in which one of these was corrected since
    the last run looks new, and would become a second contact.
    """
    if any(column.target and column.target.field in NAMED for column in mapping.mapped):
        return
    new, missing = journal.count_new_rows(), journal.count_missing_contacts()
    if not new or not missing:
        return
    text = (
        f"{new:,} rows of {job.file} are new, and {missing:,} contacts of earlier runs are not in it. Without an id "
        "column a row is known by its name, phones and emails: a row in which one of these was changed would become a "
        "second contact. If rows were only corrected, put the old spelling back, or import the rejects file instead. "
        "For sheets that change, name an id column from the first run on (--map 'COLUMN=external_id')."
    )
    journal.add_problems([Problem(None, None, "", "id-may-have-changed", Severity.WARNING, text)])
    job.hooks.warn(text)
