"""`export`: the cleaned, validated contacts of a sheet as a file for other programs; nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from importer.disk import make_folder
from importer.errors import OutputError
from importer.folder_lock import folder_locked
from importer.mapping.export import ContactShape, contact_columns, note_of, quo_columns
from importer.pipeline.job import Report
from importer.pipeline.outputs.edited_files import remember_checksum, was_edited
from importer.pipeline.outputs.folder import EXPORTS, TABLES
from importer.pipeline.prepare_offline import stage_offline
from importer.pipeline.run_context import opened_offline
from importer.spreadsheet.export.tables import write_contacts_csv, write_contacts_xlsx
from importer.spreadsheet.export.vcard import write_vcards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from importer.delivery.journal import Journal
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How an export ended: its figures, the file, how many contacts are in it, and what it is to be read again with.

    `read_with`: options without which the file would be read in another way.
    """

    report: Report
    path: Path
    contacts: int
    read_with: tuple[str, ...] = ()


def export(job: Job, form: str) -> ExportReport:
    """Write the contacts that a run of `job` would send as a file of a kind of `EXPORTS`, and the rejects apart.

    Its exit code is 0 if every row is in the file, else 1. A file that was not written by this command, or was edited
    since, is not overwritten. Raises CannotStart or DiskFailed.
    """
    path = job.out / EXPORTS[form]
    make_folder(job.out)
    if path.is_symlink() or was_edited(path):
        raise OutputError(
            f"{path} was not written by this command, or was edited since, so it is not overwritten.",
            "Move it away, or give another folder with --out.",
        )
    with opened_offline(job, "export") as context:
        context, sheet = stage_offline(context, to_send=True)
        context.outputs.make_room(name for name in TABLES if name != "report.html")
        findings = context.outputs.write_tables(context.table, context.journal, questions={})
        contacts, separator = _write(path, form, context.journal, sheet, context.job.settings.list_separator)
        with folder_locked(job.out, insists=False):
            remember_checksum(path)
        questions = context.open_questions(sheet, findings)
        files = (path.name, *context.outputs.written)
        report = Report(context.summary(), job.out, files, findings, checked=True, questions=questions)
        context.lifecycle.end(report.summary.as_dict(), report.files, findings)
        # How the sheet itself was read says nothing about this file, but for two ways in which values are written.
        read_with: tuple[str, ...] = ("--phones", "lenient") if context.job.settings.phones == "lenient" else ()
        if separator != ";":
            read_with += ("--list-separator", separator)
        return ExportReport(report, path, contacts, read_with)


def _write(path: Path, form: str, journal: Journal, sheet: PreparedSheet, own_separator: str) -> tuple[int, str]:
    """Write the file; give how many contacts it holds, and what stands between several options in a cell."""
    # Which columns there are is known only when all contacts were seen; they are on disk, so two passes need no memory.
    shape, count, has_semicolon = ContactShape(), 0, False
    for contact in _contacts(journal):
        shape.feed(contact)
        count += 1
        has_semicolon = has_semicolon or any(
            ";" in option
            for item in contact.get("customFields", ())
            if isinstance(item["value"], list)
            for option in item["value"]
        )
    separator = own_separator if has_semicolon else ";"
    fields = sheet.custom_fields
    if form == "vcard":
        write_vcards(path, _contacts(journal), partial(note_of, custom_fields=fields, separator=separator))
        return count, separator
    columns = (quo_columns if form == "quo" else contact_columns)(shape, fields, separator)
    rows = ([column.cell(contact) for column in columns] for contact in _contacts(journal))
    write = write_contacts_xlsx if form == "xlsx" else write_contacts_csv
    write(path, [column.header for column in columns], rows)
    return count, separator


def _contacts(journal: Journal) -> Iterator[dict[str, Any]]:
    """Give the contacts that a run would send, in row order."""
    after = 0
    while tasks := journal.tasks(after, _BATCH):
        for task in tasks:
            yield task.body
        after = tasks[-1].row
