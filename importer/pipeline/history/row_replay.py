"""A row read once more as a past run read it, if its file is still the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importer.errors import ImporterError
from importer.model import CustomField, FieldType
from importer.pipeline.job import Job
from importer.pipeline.outputs.run_record import digest_of
from importer.pipeline.reading.column_lines import describe
from importer.pipeline.reading.corrections import lay_over
from importer.pipeline.reading.sheet import fit
from importer.pipeline.reading.source import open_source
from importer.report.row_trace import TracedCell, TracedRow
from importer.settings.load import load
from importer.settings.model import OPTIONS

if TYPE_CHECKING:
    from importer.delivery.journal.read_only import ReadOnlyJournal
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.report.history import Past


def read_again(past: Past, row: int, corrected: ReadOnlyJournal | None = None) -> TracedRow | str:
    """Return how a run read a row of its sheet, or in one sentence why that cannot be found out any more.

    `corrected`: the journal whose corrections the sheet is read with.
    """
    if past.file == "-" or "://" in past.file:
        return "The sheet was not a file on this computer, so it cannot be read again."
    # Of a file that was edited since, the row of that number may be about someone else.
    recorded = past.facts.get("digest")
    if not recorded:
        return "The run did not record what its file contained, so the row cannot be read again."
    digest = digest_of(past.file)
    if digest != recorded:
        return f"{past.file} {'has changed since the run' if digest else 'does not exist any more'}."
    try:
        return _traced_row(_sheet_of(past, corrected), row) or f"{past.file} has no row {row} with a contact."
    except ImporterError as error:
        return f"{past.file} cannot be read again: {error.message}"


def _sheet_of(past: Past, corrected: ReadOnlyJournal | None) -> PreparedSheet:
    """The sheet of a run, mapped with the settings, the custom fields and the answers of that run."""
    settings = {name: value for name, value in past.settings.items() if name in OPTIONS and OPTIONS[name].replayed}
    settings["map"] = tuple((str(column), str(field)) for column, field in settings.get("map", ()))
    job = Job(past.file, load({**settings, "out": past.folder}, {}))
    # The workspace may have other fields by now, and is not asked.
    custom_fields = [
        CustomField(field["key"], field["name"], FieldType(field["type"])) for field in past.facts.get("fields", ())
    ]
    table = open_source(job)
    if corrected is not None:
        table, _ = lay_over(job, table, corrected)
    sheet = fit(job, table, custom_fields)

    # Answers that a person gave when they were asked are in no setting, but the recorded mapping shows them.
    columns = zip(past.facts.get("mapping", ()), describe(sheet.mapping), strict=False)
    answers = {
        before["column"]: before["field"] or "ignore"
        for before, now in columns
        if before["column"] == now["column"] and before["field"] != now["field"]
    }
    if not answers:
        return sheet
    pairs = (*(pair for pair in job.settings.map if pair[0] not in answers), *answers.items())
    job = replace(job, settings=job.settings.model_copy(update={"map": pairs}))
    return fit(job, table, custom_fields)


def _traced_row(sheet: PreparedSheet, row: int) -> TracedRow | None:
    for chunk in sheet.table.chunks():
        derived = sheet.values.apply(chunk)
        if row not in derived.chunk.rows:
            continue
        normalised = sheet.clean(derived)
        problems = (*derived.chunk.problems, *normalised.problems)
        names, lines = sheet.mapping.names, describe(sheet.mapping)
        cells = tuple(
            TracedCell(names[int(str(position))], str(value), lines[int(str(position))]["field"])
            for position, value in derived.chunk.cells.loc[row].items()
        )
        values = {str(name): str(value) for name, value in normalised.frame.loc[row].items() if value != ""}

        # Custom fields by the names that people know; a label comes in brackets after its number or address.
        field_names = {f"custom:{field.key}": f"custom:{field.name}" for field in sheet.custom_fields}
        fields = []
        for name, value in values.items():
            if name.endswith("_label"):
                continue
            label = values.get(f"{name}_label")
            text = f"{value} ({label})" if label else value
            fields.append((field_names.get(name, name.replace("_", " ")), text))
        return TracedRow(cells, tuple(fields), tuple(problem for problem in problems if problem.row == row))
    return None
