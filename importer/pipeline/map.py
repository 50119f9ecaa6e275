"""`map`: the mapping of a sheet, suggested, changed by a person, and saved for later runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from importer.disk import make_folder
from importer.errors import MappingError
from importer.mapping.chosen.mapping_toml import count_undecided
from importer.mapping.chosen.overrides import position_of
from importer.mapping.contacts.draft import drafts
from importer.model import Event, Fit, SourceChunk
from importer.model.fields import MAP_FIELDS
from importer.model.folder_names import MAPPING_FILE
from importer.pipeline.job import Hooks
from importer.pipeline.reading.column_lines import describe
from importer.pipeline.reading.columns import map_columns
from importer.pipeline.reading.draft_options import draft_options
from importer.pipeline.reading.mapping_file import save
from importer.pipeline.reading.select_options import locked_options, options_of
from importer.pipeline.reading.sheet import fit
from importer.pipeline.reading.source import open_source, samples_of
from importer.pipeline.telemetry.lifecycle import command_lifecycle
from importer.pipeline.workspace.connection import connect
from importer.pipeline.workspace.custom_fields import fields_of, known_fields
from importer.report.card import card_lines
from importer.settings.model import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from importer.model import CustomField, SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.columns import MappedColumns
    from importer.settings.model import Settings

PREVIEW_ROWS = 50
# A mapping has no figures to notify of.
_WITHOUT_NOTICES = {name: None for name, option in OPTIONS.items() if option.notifies}


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """A column for a person to look at: `field` is "" if it is not sent, `open` if it is not decided yet."""

    name: str
    samples: tuple[str, ...]
    field: str
    reason: str
    open: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping that can be changed column by column; each change returns a new proposal."""

    job: Job
    table: SourceTable
    custom_fields: tuple[CustomField, ...]
    options: Mapping[str, Sequence[str]]
    samples: Sequence[Sequence[str]]
    columns: MappedColumns
    opened: Settings
    """The settings before any column was changed here."""

    @property
    def lines(self) -> tuple[ProposedColumn, ...]:
        """The sheet's own columns in order."""
        names = self.table.names
        lines = []
        for column in self.columns.named.columns:
            texts = (" ".join(text.split()) for text in self.samples[column.position])
            samples = tuple(islice(dict.fromkeys(filter(None, texts)), 3))
            # For a column that is not decided yet the guess is shown.
            has_field = column.target is not None and column.fit is not Fit.UNMAPPED
            field = column.target.typed if column.target and has_field else ""
            field = "ignore" if column.fit is Fit.IGNORED else field
            is_open = column.fit is Fit.UNSURE
            lines.append(ProposedColumn(names[column.position], samples, field, column.reason, is_open))
        return tuple(lines)

    @property
    def fields(self) -> tuple[str, ...]:
        """Every FIELD that a column can be given."""
        names = Counter(field.name.strip().casefold() for field in self.custom_fields)
        # Two fields may have the same name; then only the key says which one is meant.
        return (
            *MAP_FIELDS,
            *(
                f"custom:{field.key if names[field.name.strip().casefold()] > 1 else field.name}"
                for field in self.custom_fields
            ),
        )

    @property
    def open(self) -> int:
        """How many columns are not decided yet."""
        return count_undecided(self.columns.named)

    def choose(self, position: int, field: str) -> Proposal:
        """Give a column (position from 0) a field; another column that a person gave this field loses it.

        Raises MappingError.
        """
        name = self.table.names[position]
        settings = self.job.settings
        pairs = [pair for pair in settings.map if position_of(self.table.headers, pair[0]) != position]
        try:
            return self._with([*pairs, (name, field)])
        except MappingError:
            # The usual reason: the field holds one value and another column has it, which is then free again.
            return self._with([*(pair for pair in pairs if pair[1] != field), (name, field)])

    def _with(self, pairs: list[tuple[str, str]]) -> Proposal:
        settings = self.job.settings.model_copy(update={"map": tuple(pairs)})
        # The warnings about the saved mapping were shown already.
        job = replace(self.job, settings=settings, hooks=Hooks())
        columns = map_columns(job, self.table, self.custom_fields, self.samples, accept=True)
        return replace(self, job=job, columns=columns)

    def preview(self, count: int = 3) -> list[tuple[int, list[str]]]:
        """Return the first contacts as they would be: the row and the lines of a card of each.

        Raises MappingError if no column is mapped, SchemaError, SettingsError.
        """
        job = replace(self.job, hooks=Hooks())
        sheet = fit(job, self.table, self.custom_fields, self.options, self.columns, accepting=False)
        first = next(iter(sheet.table.chunks()), None)
        if first is None:
            return []
        # A few rows more than are shown, since rejected ones make no contact; a whole chunk would take too long.
        rows = first.rows[:PREVIEW_ROWS]
        problems = tuple(problem for problem in first.problems if problem.row in rows)
        texts = [column[:PREVIEW_ROWS] for column in first.columns]
        preview = SourceChunk(rows, texts, first.originals[:PREVIEW_ROWS], problems)
        normalised = sheet.clean(sheet.values.apply(preview))
        contacts = (draft for draft, _ in drafts(normalised, draft_options(job, sheet)) if draft.external_id)
        names = {field.key: field.name for field in self.custom_fields}
        return [(contact.row, card_lines(contact.body, names)) for contact in islice(contacts, count)]

    def save(self, *, seen: bool) -> Path:
        """Write `mapping.toml` into the output folder.

        Raises SettingsError if another program has written other columns into it, OutputError, FolderBusy, DiskFailed.
        """
        job = replace(self.job, settings=self.job.settings.model_copy(update=_WITHOUT_NOTICES))
        with command_lifecycle(job, "map") as lifecycle:
            make_folder(self.job.out)
            file = self.job.out / MAPPING_FILE
            save(self.job, file, self.table, self.columns, self.options, self.opened, seen=seen)
            lifecycle.job.hooks.notify(Event("mapped", {"columns": describe(self.columns.mapping)}))
            lifecycle.end({"open": self.open, "exit_code": 0}, [MAPPING_FILE])
            return file


async def propose(job: Job) -> Proposal:
    """Suggest a mapping for the sheet of `job`; with a key, the workspace is asked for its custom fields.

    It begins with the saved mapping, and takes the sheet as it is now. Raises CannotStart or Stopped.
    """
    table = open_source(job)
    if job.key is None or (job.settings.fields is not None and not job.settings.learn_options):
        custom_fields, options = known_fields(job), dict(locked_options(job))
    else:
        async with connect(job) as connection:
            custom_fields = await fields_of(job, connection)
            options = await options_of(job, connection, custom_fields)
    samples = samples_of(table)
    columns = map_columns(job, table, custom_fields, samples, accept=True)
    for warning in columns.warnings:
        job.hooks.warn(warning)
    return Proposal(job, table, tuple(custom_fields), options, samples, columns, job.settings)
