"""Opening a sheet and deciding, once for all its rows, how its columns are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from shlex import quote
from typing import TYPE_CHECKING, Any

from importer.clean.cells.country import alpha_2
from importer.clean.phone.number import knows_region
from importer.clean.profile import SheetProfile
from importer.clean.rules import CleanRules, ColumnDecisions
from importer.clean.sheet import clean
from importer.errors import MappingError, SettingsError
from importer.mapping.chosen.overrides import column_position
from importer.mapping.derived.apply import DerivedColumns, at_sources
from importer.mapping.suggest.is_header import knows_header
from importer.model import Fit, Problem, Severity
from importer.pipeline.reading.columns import map_columns
from importer.pipeline.reading.mapping_file import accept
from importer.pipeline.reading.select_options import locked_options
from importer.spreadsheet.opening import open_table
from importer.spreadsheet.options import ReadOptions
from importer.validate import load_user_schema
from schemas.contacts import contact_sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Mapping as MappingOf

    from importer.model import ColumnMapping, CustomField, Mapping, NormalisedChunk, SourceChunk, SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.columns import MappedColumns
    from importer.settings.model import Settings

SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class PreparedSheet:
    """A table and everything decided about it: the rooms after it need no settings.

    `looked_over`: whole columns were looked at. If not, the first rows decide nothing of the others, and whoever takes
    all rows feeds a profile with them: should it decide something after all, they are to be taken anew.
    """

    table: SourceTable
    mapping: Mapping
    values: DerivedColumns
    options: MappingOf[str, Sequence[str]]
    rules: CleanRules
    decisions: ColumnDecisions
    custom_fields: tuple[CustomField, ...]
    schema: Any
    user_schema: Any | None
    problems: tuple[Problem, ...]
    looked_over: bool = False

    def profile(self) -> SheetProfile:
        """A profile of the columns, to be fed with every chunk as `values` makes it."""
        return SheetProfile(self.mapping, self.rules)

    def look_over(self) -> PreparedSheet:
        """The sheet after a look at whole columns, where any column needs one."""
        profile = self.profile()
        for chunk in self.table.chunks() if profile.needed else ():
            profile.feed(self.values.apply(chunk).chunk)
        problems = (*self.problems, *at_sources(self.values, profile.problems()))
        return replace(self, decisions=profile.decisions(), problems=problems, looked_over=True)

    def decides_early(self) -> bool:
        """Do the first rows already say how the cells of a column are to be read?"""
        profile = self.profile()
        for chunk in islice(self.table.chunks(), 1) if profile.needed else ():
            profile.feed(self.values.apply(chunk).chunk)
        return profile.decides

    def clean(self, chunk: SourceChunk) -> NormalisedChunk:
        """The cells of a chunk (made columns included) cleaned as was decided for this sheet."""
        return clean(chunk, self.mapping, self.rules, self.decisions)


def open_source(job: Job) -> SourceTable:
    """Open the file and say what was decided about it.

    Raises SourceError, or SettingsError for an unknown region.
    """
    settings = job.settings
    _check_region(settings.region)
    options = ReadOptions(
        sheet=settings.sheet,
        header_row=settings.header_row,
        encoding=settings.encoding,
        delimiter=settings.delimiter,
        region=settings.region,
        limit=settings.limit,
        knows_header=knows_header,
    )
    table = open_table(job.file, options, stdin=job.stdin)
    decided = "; ".join(f"{one.what}: {one.value}" for one in table.decisions)
    job.hooks.note(f"Reading {table.file}" + (f" ({decided})" if decided else ""), name="opened", file=table.file)
    return table


def fit(
    job: Job,
    table: SourceTable,
    custom_fields: Sequence[CustomField],
    options: MappingOf[str, Sequence[str]] | None = None,
    columns: MappedColumns | None = None,
    *,
    ahead: bool = False,
) -> PreparedSheet:
    """Map the columns, look at whole columns where that is needed, and build the schema.

    `options`: those of multi-select fields, by key; else what the saved mapping recorded. `columns`: where they are
    decided already. `ahead`: leave that look to `stage`. Raises MappingError, SettingsError or SchemaError.
    """
    settings = job.settings
    options = locked_options(job) if options is None else options
    decided = columns is not None
    if columns is None:
        columns = map_columns(job, table, custom_fields, samples_of(table), accept=settings.accept_changes)
    mapping, values = columns.mapping, columns.values
    if not mapping.mapped:
        raise _nothing_mapped(table)
    # Not before: a wrong file must not cost the saved mapping.
    if settings.accept_changes and not decided:
        accept(job, table, columns, options)
    rules = _rules(settings, table)
    customs = {one.target.custom for one in mapping.mapped if one.target and one.target.custom}
    sent = tuple(sorted(customs, key=lambda one: one.key))
    sheet = PreparedSheet(
        table=table,
        mapping=mapping,
        values=values,
        options=options,
        rules=rules,
        decisions=ColumnDecisions(),
        custom_fields=sent,
        schema=contact_sheet([(one.key, one.type.value) for one in sent]),
        user_schema=load_user_schema(settings.user_schema) if settings.user_schema else None,
        problems=(
            *table.problems,
            *columns.problems,
            *_unmapped(columns, {rules.region_position, *table.nothing}),
        ),
    )
    return sheet if ahead else sheet.look_over()


def _nothing_mapped(table: SourceTable) -> MappingError:
    text = len(table.headers) == 1 and any(one.what == "delimiter" for one in table.decisions)
    return MappingError(
        f"{table.file}: no column could be mapped to a field (columns: {', '.join(table.headers[:12]) or 'none'}).",
        "Name them with --map 'COLUMN=FIELD', or give the row of the column names with --header-row"
        + (", or the character between the columns with --delimiter." if text else "."),
    )


def _rules(settings: Settings, table: SourceTable) -> CleanRules:
    """What the person said about the cells, with the positions of the columns that they named."""
    region_position = None
    if settings.region_column is not None:
        region_position = column_position(table.headers, settings.region_column)
    return CleanRules(
        region=settings.region,
        region_position=region_position,
        date_order=settings.date_order,
        decimal_comma=settings.decimal_comma,
        list_separator=settings.list_separator,
        phones=settings.phones,
        bad_cells=settings.bad_cells,
        date_1904=any((one.what, one.value) == ("date system", "1904") for one in table.decisions),
    )


def describe(mapping: Mapping, nothing: Collection[int] = ()) -> list[dict[str, str]]:
    """The mapping as JSON-ready lines: column, field, fit, reason.

    `nothing`: positions of columns with nothing in them, which are left out unless they are mapped.
    """
    names = mapping.names
    return [
        {
            "column": names[one.position],
            "field": _field_name(one),
            "fit": one.fit.value,
            "reason": one.reason,
        }
        for one in mapping.columns
        if one.position not in nothing or one.fit is Fit.MAPPED
    ]


def _field_name(column: ColumnMapping) -> str:
    if column.target is None or column.fit is not Fit.MAPPED:
        return ""
    return f"{column.target.name}:{column.target.label}" if column.target.label else column.target.name


def _check_region(region: str | None) -> None:
    if region is None or knows_region(region):
        return
    meant = alpha_2(region)
    hint = f" Did you mean {meant}?" if meant else ""
    raise SettingsError(
        f"--region: {region!r} is no country code.{hint}", "Give a two-letter code such as US, GB or DE."
    )


def samples_of(table: SourceTable) -> list[list[str]]:
    """The first values of each column, by position."""
    first = next(islice(table.chunks(), 1), None)
    if first is None:
        return [[] for _ in table.headers]
    return [list(texts[:SAMPLE_ROWS]) for texts in first.columns]


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _unmapped(columns: MappedColumns, known: set[int | None]) -> list[Problem]:
    """One warning for each column that is not sent and that nobody asked to ignore; `known` ones need none."""
    mapping, told = columns.mapping, {*columns.new, *known}
    names = mapping.names
    return [
        Problem(
            row=None,
            column=names[one.position],
            value="",
            rule="column-unsure" if one.fit is Fit.UNSURE else "column-unmapped",
            severity=Severity.WARNING,
            message=f"The column is not sent: {_lower(one.reason.rstrip('.')) or 'no field fits'}. To send it: "
            f"--map {quote(names[one.position] + '=FIELD')}. "
            f"To say that it is meant so: --map {quote(names[one.position] + '=ignore')}.",
            position=one.position,
        )
        for one in mapping.columns
        if one.fit in {Fit.UNSURE, Fit.UNMAPPED} and one.position not in told
    ]
