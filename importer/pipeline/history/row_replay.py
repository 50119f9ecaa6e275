"""A row read once more, as a run read it: only from a file that is still the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from importer.errors import ImporterError
from importer.mapping.derived.apply import emptied
from importer.model import CustomField, FieldType
from importer.pipeline.job import Job
from importer.pipeline.outputs.run_record import digest_of
from importer.pipeline.reading.sheet import describe, fit, open_source
from importer.report.row_trace import TracedCell, TracedRow
from importer.settings.model import OPTIONS, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from importer.model import SourceChunk
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.report.history import Past


def read_again(past: Past, row: int) -> TracedRow | str:
    """Return how a run read a row of its sheet, or in one sentence why nobody can say any more."""
    if past.file == "-" or "://" in past.file:
        return "The sheet did not lie on this computer, so it cannot be read again."
    digest = past.facts.get("digest")
    if not digest:
        return "The run did not note what its file was, so the row cannot be read again."
    found = digest_of(past.file)
    if found != digest:
        return f"{past.file} {'has changed since the run' if found else 'is not there any more'}."
    try:
        sheet = _sheet(past)
        return _row(sheet, row) or f"{past.file} has no row {row} that is a contact."
    except ImporterError as error:
        return f"{past.file} cannot be read again: {error.message}"


def _sheet(past: Past) -> PreparedSheet:
    left_out = [name for name, option in OPTIONS.items() if not option.replayed]
    given = {name: value for name, value in past.settings.items() if name not in left_out}
    given["map"] = tuple((str(column), str(field)) for column, field in given.get("map", ()))
    job = Job(past.file, load({**given, "out": past.folder}, {}))
    custom = [CustomField(one["key"], one["name"], FieldType(one["type"])) for one in past.facts.get("fields", ())]
    table = open_source(job)
    sheet = fit(_told(job, {}), table, custom)
    # What a person answered when they were asked stands in no setting.
    answered = _answered(sheet, past.facts.get("mapping", ()))
    return fit(_told(job, answered), table, custom) if answered else sheet


def _told(job: Job, pairs: Mapping[str, str]) -> Job:
    chosen = (*(pair for pair in job.settings.map if pair[0] not in pairs), *pairs.items())
    return replace(job, settings=job.settings.model_copy(update={"map": chosen}))


def _answered(sheet: PreparedSheet, then: Any) -> dict[str, str]:
    now = describe(sheet.mapping)
    return {
        one["column"]: one["field"] or "ignore"
        for one, other in zip(then, now, strict=False)
        if (one["column"], one["field"]) != (other["column"], other["field"]) and one["column"] == other["column"]
    }


def _row(sheet: PreparedSheet, row: int) -> TracedRow | None:
    for chunk in sheet.table.chunks():
        applied = sheet.values.apply(chunk)
        if row not in applied.chunk.rows:
            continue
        one = replace(
            applied.chunk,
            problems=tuple(problem for problem in applied.chunk.problems if problem.row == row),
        )
        normalised = sheet.clean(one)
        if applied.alone:
            normalised = emptied(normalised, applied, sheet.clean)
        problems = tuple(problem for problem in (*one.problems, *normalised.problems) if problem.row == row)
        became = {str(name): str(value) for name, value in normalised.frame.loc[row].items() if value != ""}
        return TracedRow(tuple(_cells(sheet, one, row)), _named(became, sheet), problems)
    return None


def _cells(sheet: PreparedSheet, chunk: SourceChunk, row: int) -> Iterator[TracedCell]:
    names = sheet.mapping.names
    fields = describe(sheet.mapping)
    for position, value in chunk.cells.loc[row].items():
        at = int(str(position))
        yield TracedCell(names[at], str(value), fields[at]["field"])


def _named(became: Mapping[str, str], sheet: PreparedSheet) -> tuple[tuple[str, str], ...]:
    """The fields by the names that people know; a label stands behind what it is the label of."""
    names = {f"custom:{one.key}": f"custom:{one.name}" for one in sheet.custom_fields}
    told = []
    for name, value in became.items():
        if name.endswith("_label"):
            continue
        label = became.get(f"{name}_label")
        told.append((names.get(name, name.replace("_", " ")), f"{value} ({label})" if label else value))
    return tuple(told)
