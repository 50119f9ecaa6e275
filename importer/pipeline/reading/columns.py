"""Which column fills which field: suggested, then overridden by the person, under the lock of a saved mapping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.errors import MappingError
from importer.mapping.chosen.lock import LockDrift, by_key, lock_drift, restrict_to_lock
from importer.mapping.chosen.overrides import apply_overrides, column_position, numbered_position
from importer.mapping.derived.bind import bind, bind_to_mapping, with_derived_columns
from importer.mapping.suggest.header_key import loose_key
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit, Mapping, Problem, Severity
from importer.pipeline.reading.chosen_pairs import chosen_pairs
from importer.settings.command_line import other_command
from importer.sheet_files import split
from importer.shell import shell_quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importer.mapping.chosen.lock import MappingLock
    from importer.mapping.derived.apply import DerivedColumns
    from importer.mapping.derived.bind import BoundValues
    from importer.model import CustomField, SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.chosen_pairs import Pairs

CORRECT = "Correct --map or --only, or the TOML file in the line that is named, and run again."


@dataclass(frozen=True, slots=True)
class MappedColumns:
    """Every column with its target, those of `[values]` last, and the columns that are new since the mapping was saved.

    `values` computes the columns of `[values]`; `named` holds the sheet's own columns as `[map]` sees them, before
    `[values]` takes some over. `warnings`: of choices that the sheet has no column for any more.
    """

    mapping: Mapping
    values: DerivedColumns
    named: Mapping
    new: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def map_columns(
    job: Job,
    table: SourceTable,
    custom_fields: Sequence[CustomField],
    samples: Sequence[Sequence[str]],
    *,
    accept: bool = False,
) -> MappedColumns:
    """Decide which field each column fills. `accept`: take the sheet as it is now, whatever the lock says.

    Raises MappingError with every mistake and its line; also if the sheet is not the one the mapping was saved for.
    """
    settings, headers, lock = job.settings, table.headers, job.settings.lock
    drift = LockDrift()
    pairs, warnings = chosen_pairs(settings, headers, custom_fields)
    if lock is not None:
        # The lock knows custom fields by key, so that a renamed field is still found.
        pairs = [(column, by_key(name, lock, custom_fields)) for column, name in pairs]
        numbered = {position for column, _ in pairs if (position := numbered_position(column)) is not None}
        drift = lock_drift(lock, headers, custom_fields, numbered)
        if drift.stops and not accept:
            raise _sheet_changed(job, table, lock, drift)
        pairs, gone = _without_gone(pairs, drift, lock, custom_fields)
        warnings += gone

    # Suggestions first, then `[values]`, then what the person said; the lock holds back what is new.
    bound = bind(headers, settings.values, settings.only, settings.place)
    mapping = with_derived_columns(suggest(headers, custom_fields, samples), bound)
    mapping = _override(job, mapping, pairs, bound, custom_fields, samples)
    new = drift.new
    if lock is not None:
        chosen = {column_position(headers, column) for column, _ in pairs} | {
            bound_recipe.position for bound_recipe in bound.bound_recipes
        }
        mapping = restrict_to_lock(mapping, chosen, drift.new, accept=accept)
        # What a person has decided of a column is no news to them.
        new = () if accept else tuple(position for position in drift.new if position not in chosen)

    settled_mapping, values = bind_to_mapping(mapping, bound, custom_fields, settings.place)
    # For `[map]` a mapped column stays mapped even if `[values]` uses it; an undecided one counts as decided.
    own = zip(mapping.columns[: len(headers)], settled_mapping.columns[: len(headers)], strict=True)
    named = Mapping(tuple(before if before.fit is Fit.MAPPED else after for before, after in own))
    problems = tuple(_new_columns(settled_mapping, new))
    return MappedColumns(settled_mapping, values, named, new, problems, tuple(warnings))


def _override(
    job: Job,
    mapping: Mapping,
    pairs: Pairs,
    bound: BoundValues,
    custom_fields: Sequence[CustomField],
    samples: Sequence[Sequence[str]],
) -> Mapping:
    """The mapping with `--map`, `[map]` and `[values]` in it. Raises MappingError with the mistakes of all of them."""
    mistakes = list(bound.mistakes)
    computed = dict(bound.pairs)

    # Computed columns are applied as if `--map` named them, but a mistake in them is in `[values]`.
    def place(table: str, column: str) -> str:
        if column in computed:
            return f"{job.settings.place('values', computed[column])}[values] {computed[column]}: "
        return job.settings.place(table, column)

    try:
        mapping = apply_overrides(mapping, [*pairs, *computed.items()], custom_fields, place, samples)
    except MappingError as error:
        mistakes.append(error.message)
    if mistakes:
        raise MappingError(" ".join(mistakes), CORRECT)
    return mapping


def _sheet_changed(job: Job, table: SourceTable, lock: MappingLock, drift: LockDrift) -> MappingError:
    origin = job.settings.origin("lock")
    saved = origin.what if origin is not None else "the saved mapping"
    # With most of its columns gone it is another sheet: to accept that as a change would spoil the saved mapping.
    if 2 * drift.still_there < len(lock.columns):
        # Into the folder and from the workspace of this command: elsewhere it would leave this mapping as it is.
        new_mapping = other_command(job.command_line, "map", *split(job.file), "--out", str(job.out))
        return MappingError(
            f"{saved} was made for another sheet: of its {len(lock.columns)} columns {drift.still_there} are in "
            f"{table.file}.",
            f"Give another folder with --out, or make a new mapping: {new_mapping}",
        )
    return MappingError(
        f"{table.file} is not the sheet that {saved} was made for. {' '.join(drift.stops)}",
        "If these changes are right, run again with --accept-changes, or check the mapping with openphone-import map.",
    )


def _without_gone(
    pairs: Pairs, drift: LockDrift, lock: MappingLock, custom_fields: Sequence[CustomField]
) -> tuple[Pairs, list[str]]:
    """The pairs without columns and custom fields that the lock knows and that do not exist any more, and warnings."""
    keys = {field.key for field in custom_fields}
    gone_fields = {
        f"custom:{name}".casefold()
        for key, field in lock.custom.items()
        if key not in keys
        for name in (key, field.name)
    }
    gone_columns = {loose_key(header) for header in drift.gone}
    kept: Pairs = []
    warnings: list[str] = []
    for column, name in pairs:
        if loose_key(column) in gone_columns or name.casefold() in gone_fields:
            warnings.append(f"Column {column!r} is not mapped any more: the column or its field does not exist now.")
        else:
            kept.append((column, name))
    return kept, warnings


def _new_columns(mapping: Mapping, positions: Iterable[int]) -> Iterator[Problem]:
    """A warning for each column that the saved mapping does not know."""
    names = mapping.names
    for position in positions:
        column, name = mapping.columns[position], names[position]
        phones = [repr(names[phone.position]) for phone in mapping.mapped if position in phone.flag_positions]
        if phones and column.fit is not Fit.MAPPED:
            result = (
                f"is not sent, but numbers of {', '.join(phones)} are left out where it says not to call them. Use "
                f"--map {shell_quote(f'{name}=ignore')} to send these too, or --accept-changes to keep it so."
            )
        elif column.fit is Fit.MAPPED and column.target:
            result = f"is sent as {column.target.name}. Use --map {shell_quote(f'{name}=ignore')} to leave it out."
        else:
            result = f"is not sent. Use --map {shell_quote(f'{name}=FIELD')}, or --accept-changes, to send it."
        message = f"The column is new since the mapping was saved, and {result}"
        yield Problem(None, name, "", "column-new", Severity.WARNING, message, position)
