"""`template`: an empty sheet with exactly the fields of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.disk import make_folder
from importer.errors import OutputError
from importer.mapping.chosen.template_header import template_columns
from importer.model.fields import TEMPLATE_COLUMNS
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.custom_fields import fields_of, known_fields
from importer.spreadsheet.template import FormColumn, write_form_csv, write_form_xlsx

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from importer.model import CustomField
    from importer.pipeline.job import Job

WRITERS = {".csv": write_form_csv, ".xlsx": write_form_xlsx}
# What to write, and an example, by type of custom field.
_TYPES = {
    "address": ("text", "Address on one line.", "1 Main St, Springfield"),
    "boolean": ("boolean", "yes or no.", "yes"),
    "date": ("date", "Date, written 2024-12-31.", "2024-12-31"),
    "multi-select": ("text", "Options as they are called in the app; several with ; between them.", "First; Second"),
    "number": ("text", "Number, with a point for decimals.", "12.5"),
    "string": ("text", "Text.", "Some text"),
    "url": ("text", "Web address.", "https://example.com"),
}


async def fields_for(job: Job) -> tuple[CustomField, ...]:
    """Return the custom fields of the workspace: with a key it is asked, else `--fields` or the last answer is used."""
    if job.key is None or job.settings.fields is not None:
        return known_fields(job)
    async with connect(job) as connection:
        return await fields_of(job, connection)


def write_template(path: Path, custom_fields: Sequence[CustomField]) -> None:
    """Write an empty sheet with these fields, as CSV or as a workbook by the ending of the name.

    Raises OutputError if the name has another ending or the file exists, or DiskFailed.
    """
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise OutputError(f"{path}: the kind of file is not clear.", "Give a name that ends in .csv or .xlsx.")
    # The sheet may have been filled in already, and a template is made again in no time.
    if path.exists():
        raise OutputError(f"{path} exists already and is not overwritten.", "Give another name, or move it away.")
    make_folder(path.parent)
    columns = []
    for header, target in template_columns(custom_fields):
        if target.custom is None:
            column = TEMPLATE_COLUMNS[target.field]
            kind, text, example = "text", column.instruction, column.example
        else:
            kind, text, example = _TYPES[target.custom.type.value]
            text = f"{target.custom.type.value.capitalize()} field {target.custom.name!r}. {text}"
        columns.append(FormColumn(header, kind, text, example))
    write(path, columns)
