"""`map`: what the columns of a sheet would become, changed by a person or not, and saved for later runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from importer.disk import make_folder
from importer.errors import MappingError
from importer.mapping.chosen.mapping_toml import questions
from importer.mapping.chosen.overrides import column_position
from importer.mapping.contacts.draft import DraftOptions, drafts
from importer.mapping.derived.apply import emptied
from importer.model import Event, Fit, SourceChunk
from importer.model.fields import MAP_FIELDS
from importer.pipeline.job import Hooks
from importer.pipeline.reading.columns import map_columns
from importer.pipeline.reading.mapping_file import save
from importer.pipeline.reading.select_options import locked_options, options_of
from importer.pipeline.reading.sheet import describe, fit, open_source, samples_of
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.pipeline.workspace.connection import connect, fields_of, known_fields
from importer.settings.model import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from importer.model import ColumnMapping, ContactDraft, CustomField, SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.columns import MappedColumns
    from importer.pipeline.reading.sheet import PreparedSheet

SAVED = "mapping.toml"
PREVIEW_ROWS = 50
# A mapping has no summary to notify anyone of.
_WITHOUT_NOTICES = {name: None for name, option in OPTIONS.items() if option.notifies}


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """A column as a person looks at it: `field` is "" where it is not sent, `open` where nobody has decided."""

    name: str
    samples: tuple[str, ...]
    field: str
    reason: str
    open: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping that can be changed column by column; every change gives another proposal."""

    job: Job
    table: SourceTable
    custom_fields: tuple[CustomField, ...]
    options: Mapping[str, Sequence[str]]
    samples: Sequence[Sequence[str]]
    columns: MappedColumns

    @property
    def lines(self) -> tuple[ProposedColumn, ...]:
        """The sheet's own columns in order."""
        names = self.table.names
        return tuple(
            ProposedColumn(
                names[one.position], _some(self.samples[one.position]), _field(one), one.reason, one.fit is Fit.UNSURE
            )
            for one in self.columns.named.columns
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """Every FIELD that a column can be given."""
        return (*MAP_FIELDS, *(f"custom:{_custom_name(one, self.custom_fields)}" for one in self.custom_fields))

    @property
    def open(self) -> int:
        """How many columns nobody has decided about."""
        return questions(self.columns.named)

    def choose(self, position: int, field: str) -> Proposal:
        """Give a column (position from 0) a field; another column that was given this field loses it.

        Raises MappingError.
        """
        name = self.table.names[position]
        settings = self.job.settings
        pairs = [pair for pair in settings.map if not self._is(pair[0], position)]
        try:
            return self._with([*pairs, (name, field)])
        except MappingError:
            return self._with([*(pair for pair in pairs if pair[1] != field), (name, field)])

    def _is(self, column: str, position: int) -> bool:
        try:
            return column_position(self.table.headers, column) == position
        except MappingError:
            return False

    def _with(self, pairs: list[tuple[str, str]]) -> Proposal:
        # What there was to say about the saved mapping has been said once.
        settings = self.job.settings.model_copy(update={"map": tuple(pairs)})
        job = replace(self.job, settings=settings, hooks=Hooks())
        columns = map_columns(job, self.table, self.custom_fields, self.samples, accept=True, ask=False)
        return replace(self, job=job, columns=columns)

    def preview(self, count: int = 3) -> list[tuple[int, dict[str, Any]]]:
        """The row and the body of the first contacts as they would be sent.

        Raises MappingError where no column is mapped, SchemaError, SettingsError.
        """
        sheet = fit(replace(self.job, hooks=Hooks()), self.table, self.custom_fields, self.options, self.columns)
        return [(draft.row, draft.body) for draft in islice(_drafts(self.job, sheet), count)]

    def save(self, *, seen: bool) -> Path:
        """Write `mapping.toml` into the output folder. Raises OutputError or DiskFailed."""
        with command_lifecycle(
            replace(self.job, settings=self.job.settings.model_copy(update=_WITHOUT_NOTICES)), "map"
        ) as attending:
            make_folder(self.job.out)
            file = self.job.out / SAVED
            save(self.job, file, self.table, self.columns, self.options, seen=seen)
            attending.job.hooks.notify(Event("mapped", {"columns": describe(self.columns.mapping)}))
            attending.ended({"open": self.open, "exit_code": 0}, [SAVED])
            return file


async def propose(job: Job) -> Proposal:
    """Suggest a mapping for the sheet of `job`; the workspace is asked for its fields where there is a key.

    What was saved before is the start; the sheet is taken as it is now. Raises CannotStart or Stopped.
    """
    table = open_source(job)
    if job.key is None or (job.settings.fields is not None and not job.settings.learn_options):
        custom_fields, options = known_fields(job), dict(locked_options(job))
    else:
        async with connect(job) as service:
            custom_fields = await fields_of(job, service)
            options = await options_of(job, service, custom_fields)
    samples = samples_of(table)
    columns = map_columns(job, table, custom_fields, samples, accept=True, ask=False)
    return Proposal(job, table, tuple(custom_fields), options, samples, columns)


def _some(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(" ".join(value.split()) for value in values if value.strip()), 3))


def _field(column: ColumnMapping) -> str:
    if column.fit is Fit.IGNORED:
        return "ignore"
    if column.target is None or column.fit is Fit.UNMAPPED:
        return ""
    return f"{column.target.name}:{column.target.label}" if column.target.label else column.target.name


def _custom_name(field: CustomField, fields: Sequence[CustomField]) -> str:
    twins = [one for one in fields if one.name.strip().casefold() == field.name.strip().casefold()]
    return field.key if len(twins) > 1 else field.name


def _drafts(job: Job, sheet: PreparedSheet) -> Iterator[ContactDraft]:
    settings = job.settings
    options = DraftOptions(
        source=settings.source,
        id_prefix=settings.id_prefix,
        region=settings.region,
        custom_fields=sheet.custom_fields,
        mapping=sheet.mapping,
        bad_cells=settings.bad_cells,
    )
    for chunk in islice(sheet.table.chunks(), 1):
        applied = sheet.values.apply(_head(chunk))
        normalised = sheet.clean(applied.chunk)
        if applied.alone:
            normalised = emptied(normalised, applied, sheet.clean)
        yield from (draft for draft, _ in drafts(normalised, options) if draft.external_id)


def _head(chunk: SourceChunk) -> SourceChunk:
    rows = chunk.rows[:PREVIEW_ROWS]
    problems = tuple(one for one in chunk.problems if one.row in rows)
    return SourceChunk(
        rows, [texts[:PREVIEW_ROWS] for texts in chunk.columns], chunk.originals[:PREVIEW_ROWS], problems
    )
