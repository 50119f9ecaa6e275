"""Deciding once for all its rows how its columns are read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from importer.clean.phone.header_region import header_regions
from importer.clean.profile import SheetProfile
from importer.clean.rules import CleanRules, ColumnDecisions
from importer.clean.sheet import clean
from importer.errors import NothingMapped
from importer.languages.cldr import country_name
from importer.mapping.chosen.overrides import column_position
from importer.mapping.derived.apply import DerivedChunk, DerivedColumns, at_sources, emptied
from importer.mapping.suggest.contact_points import points_of_person
from importer.mapping.suggest.names import whose_name
from importer.model import Fit, Problem, Severity
from importer.pipeline.reading.calling_codes import calling_code_column, used_column
from importer.pipeline.reading.column_lines import describe, joined_to
from importer.pipeline.reading.columns import map_columns
from importer.pipeline.reading.mapping_file import accept
from importer.pipeline.reading.select_options import locked_options
from importer.pipeline.reading.source import samples_of
from importer.pipeline.reading.two_lists import refuse_two_lists
from importer.plan import policy_of
from importer.shell import shell_quote
from importer.text import cut_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Mapping as MappingOf

    from importer.delivery.journal import RunRecord
    from importer.model import CustomField, Mapping, NormalisedChunk, SourceChunk, SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.columns import MappedColumns
    from importer.plan import Policy
    from importer.settings.model import Settings


@dataclass(frozen=True, slots=True)
class PreparedSheet:
    """A table, its mapping, and everything else that decides how its rows are read.

    `policy`: what a row may do to a contact that is there already.
    `columns_profiled`: whole columns were read to decide about their cells (such as the order of day and month). If
    not, `decisions` are those of the first rows, and the caller feeds `profile` while it takes the rows; when that
    decides otherwise, the rows before were read wrongly, so the caller starts again with `profile_columns()`.
    """

    table: SourceTable
    mapping: Mapping
    values: DerivedColumns
    options: MappingOf[str, Sequence[str]]
    rules: CleanRules
    decisions: ColumnDecisions
    custom_fields: tuple[CustomField, ...]
    policy: Policy
    user_schema: Any | None
    problems: tuple[Problem, ...]
    columns_profiled: bool = False

    @property
    def without_field(self) -> frozenset[int | None]:
        """The positions of columns that need no field: those without a cell, and the one that names each country."""
        return frozenset({self.rules.region_position, *self.table.nothing})

    def profile(self) -> SheetProfile:
        """Return a profile of the columns, to be fed with every chunk that `values.apply` returns."""
        return SheetProfile(self.mapping, self.rules)

    def profile_columns(self) -> PreparedSheet:
        """Return the sheet with everything decided that depends on whole columns; reads them if any column needs it."""
        profile = self.profile()
        for chunk in self.table.chunks() if profile.needed else ():
            profile.feed(self.values.apply(chunk).chunk)
        problems = (*self.problems, *at_sources(self.values, profile.problems()))
        return replace(self, decisions=profile.decisions(), problems=problems, columns_profiled=True)

    def profile_first_rows(self) -> PreparedSheet:
        """Return the sheet as its first rows decide, which hardly any later row changes."""
        profile = self.profile()
        for chunk in islice(self.table.chunks(), 1) if profile.needed else ():
            profile.feed(self.values.apply(chunk).chunk)
        decisions = profile.decisions()
        # But each country more that numbers are from is another decision, so of these all rows are counted first.
        return self.profile_columns() if decisions.abroad else replace(self, decisions=decisions)

    def clean(self, derived: DerivedChunk) -> NormalisedChunk:
        """Return the clean cells of a chunk that `values.apply` returned."""

        def clean_chunk(chunk: SourceChunk) -> NormalisedChunk:
            return clean(chunk, self.mapping, self.rules, self.decisions)

        normalised = clean_chunk(derived.chunk)
        # A constant or a default alone makes no contact of an empty row.
        return emptied(normalised, derived, clean_chunk) if derived.alone else normalised


def fit(
    job: Job,
    table: SourceTable,
    custom_fields: Sequence[CustomField],
    options: MappingOf[str, Sequence[str]] | None = None,
    columns: MappedColumns | None = None,
    *,
    profile: bool = True,
    accepting: bool = True,
) -> PreparedSheet:
    """Map the columns, and (with `profile`) read whole columns where a decision depends on them.

    `options`: those of multi-select fields, by key; else those in the saved mapping. `columns`: the mapping, if it is
    decided already. `accepting`: obey `--accept-changes`. Raises MappingError, SettingsError or SchemaError.
    """
    settings = job.settings
    options = locked_options(job) if options is None else options
    samples = samples_of(table)
    if columns is None:
        columns = map_columns(job, table, custom_fields, samples, accept=settings.accept_changes)
    for warning in columns.warnings:
        job.hooks.warn(warning)
    mapping, values = columns.mapping, columns.values
    refuse_two_lists(table, columns.named, samples)
    if not mapping.mapped:
        raise _nothing_mapped(table, mapping)
    # Only now: a wrong file must not replace the saved mapping.
    if settings.accept_changes and accepting:
        accept(job, table, columns, options)
    rules, own_codes = _rules(settings, table), None
    if rules.region and rules.region_position is None and (own_codes := calling_code_column(mapping, samples)):
        rules = replace(rules, region_position=own_codes.position)
    if rules.region_position is None:
        rules = replace(
            rules, header_regions=MappingProxyType(header_regions(mapping.mapped, dict(enumerate(samples))))
        )
    used = {column.target.custom for column in mapping.mapped if column.target and column.target.custom}
    # A set has another order in each process, and the fingerprint of the sheet is compared between processes.
    sent = tuple(sorted(used, key=lambda field: field.key))
    policy = policy_of(settings.on_match, {field.name: field.key for field in sent})
    sheet = PreparedSheet(
        table=table,
        mapping=mapping,
        values=values,
        options=options,
        rules=rules,
        decisions=ColumnDecisions(),
        custom_fields=sent,
        policy=replace(policy, recreates=settings.on_missing == "create"),
        user_schema=_user_schema(settings.user_schema),
        problems=(
            *table.problems,
            *columns.problems,
            *_unmapped(columns, samples, {rules.region_position, *table.nothing}),
            *_joined(mapping),
            *_header_countries(mapping, rules),
            *([used_column(own_codes, mapping.names[own_codes.position], rules.region or "")] if own_codes else ()),
        ),
    )
    return sheet.profile_columns() if profile else sheet


def _user_schema(place: str | None) -> Any | None:
    if not place:
        return None
    # Imported here because pandas takes long to load, and much memory (see `importer.validate`).
    from importer.validate.loading import load_user_schema

    return load_user_schema(place)


def _nothing_mapped(table: SourceTable, mapping: Mapping) -> NothingMapped:
    # One column of text is often a file with a separator that was not recognised.
    one_text_column = len(table.headers) == 1 and any(decision.what == "delimiter" for decision in table.decisions)
    columns = ", ".join(map(cut_name, table.headers[:12])) or "none"
    return NothingMapped(
        f"{table.file}: no column could be mapped to a field (columns: {columns}).",
        f"Name them with --map COLUMN=FIELD{_first_person(mapping)}, or give the row of the column names with "
        "--header-row" + (", or the character between the columns with --delimiter." if one_text_column else "."),
    )


def _first_person(mapping: Mapping) -> str:
    """The options that make contacts of the first person whose numbers were left out as another's: "Parent 1"."""
    headers = [column.header for column in mapping.columns]
    names = [whose_name(header) for header in headers]
    for place, name in enumerate(names):
        points = points_of_person(headers[place], headers)
        if not points or place in points:
            continue
        # A first and a last name are two columns of one person.
        fields = {other: half.field for other, half in enumerate(names) if half.field and half.whose == name.whose}
        fields = (fields or {place: "full_name"}) | {position: target.typed for position, target in points.items()}
        columns = [shell_quote(f"{mapping.names[position]}={field}") for position, field in fields.items()]
        return f", such as {' '.join(f'--map {column}' for column in columns)}"
    return ""


def _rules(settings: Settings, table: SourceTable) -> CleanRules:
    """The settings about cells, with the position of the column that `--region-column` names."""
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
        today=date.today(),  # noqa: DTZ011 - the day on the person's own calendar
        date_1904=any((decision.what, decision.value) == ("date system", "1904") for decision in table.decisions),
    )


def record_with_sheet(record: RunRecord, sheet: PreparedSheet, **more: Any) -> RunRecord:
    """Return the record of a run with how its sheet is read, so that a row can be read so later, and `more` facts."""
    fields = [asdict(field) for field in sheet.custom_fields]
    columns = {"mapping": describe(sheet.mapping), "joined": joined_to(sheet.mapping)}
    return replace(record, facts={**record.facts, **columns, "fields": fields, **more})


def _unmapped(columns: MappedColumns, samples: Sequence[Sequence[str]], used: set[int | None]) -> Iterator[Problem]:
    """A warning for each column that is not sent, unless it was ignored on purpose, is new or is `used` otherwise."""
    names = columns.mapping.names
    for column in columns.mapping.columns:
        if column.fit not in {Fit.UNSURE, Fit.UNMAPPED} or column.position in {*columns.new, *used}:
            continue
        name, reason = names[column.position], column.reason.rstrip(".") or "no field fits"
        rule = "column-unsure" if column.fit is Fit.UNSURE else "column-unmapped"
        if column.fit is Fit.UNMAPPED and column.target:
            rule = "column-unfillable"
        lowered = reason[:1].lower() + reason[1:]
        message = (
            f"The column is not sent: {lowered}. To send it: --map {shell_quote(name + '=FIELD')}. "
            f"To leave it out without this warning: --map {shell_quote(name + '=ignore')}."
        )
        yield Problem(None, name, "", rule, Severity.WARNING, message, column.position)
        # By itself, since it is easily overlooked among all columns that are not sent.
        if column.fit is Fit.UNMAPPED and column.call_conditions and any(map(str.strip, samples[column.position])):
            message = f"Rows are imported whatever this column says. {reason}."
            yield Problem(None, name, "", "column-forbids-calls", Severity.WARNING, message, column.position)


def _header_countries(mapping: Mapping, rules: CleanRules) -> Iterator[Problem]:
    """A warning for each column of phones whose name says of which country its numbers are."""
    for position, region in rules.header_regions.items():
        if region == rules.region:
            continue
        name = mapping.names[position]
        message = (
            f"Its numbers without a country code are read as numbers of {country_name(region)}, which the name of "
            "the column says. If that is wrong, give the column another name, such as Phone, and run again."
        )
        yield Problem(None, name, "", "column-country", Severity.WARNING, message, position)


def _joined(mapping: Mapping) -> Iterator[Problem]:
    """A warning for each column with cells that become a part of the numbers or the names in another column."""
    names = mapping.names
    for column in mapping.mapped:
        phone = column_name = names[column.position]
        parts = (
            (column.area_position, f"Its area codes are put before the numbers of column {phone!r} that have none"),
            (column.extension_position, f"Its extensions are put into the labels of the numbers of column {phone!r}"),
            *(
                (position, f"Numbers of column {phone!r} are left out where it says not to call them")
                for position in column.flag_positions
            ),
            (column.second_position, f"Its surnames are put behind those of column {column_name!r}"),
            (column.particle_position, f"Its texts are put before the surnames of column {column_name!r}"),
            (column.fallback_position, f"Its surnames are sent where column {column_name!r} is empty, else not"),
        )
        for position, statement in parts:
            if position is None:
                continue
            message = f"{statement}. If that is wrong: --map {shell_quote(names[position] + '=ignore')}."
            yield Problem(None, names[position], "", "column-joined", Severity.WARNING, message, position)
