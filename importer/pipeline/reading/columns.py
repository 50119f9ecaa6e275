"""Which column fills which field: suggested, then as the person said, under the lock of a saved mapping."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from importer.errors import MappingError
from importer.mapping.chosen.lock import LockDrift, by_key, lock_drift, restrict_to_lock
from importer.mapping.chosen.overrides import apply_overrides, column_position
from importer.mapping.derived.bind import bind, bind_to_mapping, with_derived_columns
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit, Mapping, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importer.mapping.derived.apply import DerivedColumns
    from importer.mapping.derived.bind import BoundValues
    from importer.model import CustomField, SourceTable
    from importer.pipeline.job import Job

Pairs = list[tuple[str, str]]
CORRECT = "Correct --map, or the TOML file in the line that is named, and run again."


@dataclass(frozen=True, slots=True)
class MappedColumns:
    """Every column with its target, made ones last; what makes them; and what is new since the mapping was saved.

    `named`: the sheet's own columns as `[map]` speaks of them, before recipes take some over.
    """

    mapping: Mapping
    values: DerivedColumns
    named: Mapping
    new: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


def map_columns(
    job: Job,
    table: SourceTable,
    custom_fields: Sequence[CustomField],
    samples: Sequence[Sequence[str]],
    *,
    accept: bool = False,
    ask: bool = True,
) -> MappedColumns:
    """Decide about every column. `accept` takes the sheet as it is now, whatever the lock says.

    Raises MappingError, naming every mistake with its line; also where the sheet is not what the mapping was saved for.
    """
    settings, headers = job.settings, table.headers
    changed = LockDrift()
    given = _winning(job, headers)
    if settings.lock is not None:
        given = [(column, by_key(name, settings.lock, custom_fields)) for column, name in given]
        changed = lock_drift(settings.lock, headers, custom_fields, _numbered(given))
        if changed.stops and not accept:
            raise _changed(job, table, changed)
        given = _still_there(job, given, changed, custom_fields)
    found = bind(headers, settings.values, settings.only, settings.place)
    mapping = _given(
        job, with_derived_columns(suggest(headers, custom_fields, samples), found), given, found, custom_fields, samples
    )
    if settings.lock is not None:
        chosen = {column_position(headers, column) for column, _ in given} | {one.position for one in found.makers}
        mapping = restrict_to_lock(mapping, chosen, changed.new, accept=accept)
    if ask:
        mapping = _asked(job, mapping, samples, [*given, *found.pairs], custom_fields)
    chosen_mapping = mapping
    mapping, values = bind_to_mapping(mapping, found, custom_fields, settings.place)
    named = _named(chosen_mapping, mapping, len(headers))
    return MappedColumns(mapping, values, named, changed.new, tuple(_new(mapping, changed.new)))


def _named(before: Mapping, after: Mapping, width: int) -> Mapping:
    """A mapped column stays so even where a recipe takes it over; an open one that a recipe uses is settled."""
    pairs = zip(before.columns[:width], after.columns[:width], strict=True)
    return Mapping(tuple(one if one.fit is Fit.MAPPED else other for one, other in pairs))


def _given(
    job: Job,
    mapping: Mapping,
    given: Pairs,
    found: BoundValues,
    custom_fields: Sequence[CustomField],
    samples: Sequence[Sequence[str]],
) -> Mapping:
    """The person's own word, with the mistakes of all its parts together."""
    mistakes = list(found.mistakes)
    made = dict(found.pairs)

    def place(table: str, column: str) -> str:
        if column in made:
            return f"{job.settings.place('values', made[column])}[values] {made[column]}: "
        return job.settings.place(table, column)

    try:
        mapping = apply_overrides(mapping, [*given, *found.pairs], custom_fields, place, samples)
    except MappingError as error:
        mistakes.append(error.message)
    if mistakes:
        raise MappingError(" ".join(mistakes), CORRECT)
    return mapping


def _winning(job: Job, headers: Sequence[str]) -> Pairs:
    """`--map` over `[map]`, also where they name the same column in two ways."""
    settings = job.settings
    pairs = [(column, name, str(settings.origin("map", column)) == "--map") for column, name in settings.map]
    chosen = {_position(headers, column) for column, _, option in pairs if option} - {None}
    return [(column, name) for column, name, option in pairs if option or _position(headers, column) not in chosen]


def _position(headers: Sequence[str], column: str) -> int | None:
    try:
        return column_position(headers, column)
    except MappingError:
        return None


def _numbered(given: Pairs) -> set[int]:
    """The positions that are named by number, such as `#3`."""
    numbers = (int(column[1:]) for column, _ in given if column[:1] == "#" and column[1:].isdecimal())
    return {number - 1 for number in numbers if number >= 1}


def _changed(job: Job, table: SourceTable, changed: LockDrift) -> MappingError:
    origin = job.settings.origin("lock")
    saved = origin.what if origin is not None else "the saved mapping"
    lock = job.settings.lock
    if lock is not None and 2 * changed.left < len(lock.columns):
        return MappingError(
            f"{saved} was made for another sheet: of its {len(lock.columns)} columns "
            f"{changed.left} are in {table.file}.",
            f"Give another folder with --out, or look at the mapping anew: openphone-import map {quote(job.file)}",
        )
    return MappingError(
        f"{table.file} is not what {saved} was made for. {' '.join(changed.stops)}",
        "If that is meant so, run again with --accept-changes, or look at the mapping with openphone-import map.",
    )


def _still_there(job: Job, given: Pairs, changed: LockDrift, custom_fields: Sequence[CustomField]) -> Pairs:
    """Without the columns and custom fields that a lock knows and that are no more, if that was accepted."""
    lock = job.settings.lock
    keys = {one.key for one in custom_fields}
    gone_fields = {
        f"custom:{name}".casefold()
        for key, one in (lock.custom if lock else {}).items()
        if key not in keys
        for name in (key, one.name)
    }
    gone = {_loose(header) for header in changed.gone}
    kept = [
        (column, name) for column, name in given if _loose(column) not in gone and name.casefold() not in gone_fields
    ]
    for column in [column for column, name in given if (column, name) not in kept]:
        job.hooks.note(f"Column {column!r} is not mapped any more: it, or its field, is gone.", warning=True)
    return kept


def _loose(text: str) -> str:
    return " ".join(text.split()).casefold()


def _asked(
    job: Job, mapping: Mapping, samples: Sequence[Sequence[str]], given: Pairs, custom_fields: Sequence[CustomField]
) -> Mapping:
    """Ask about each column that is unsure, where somebody is there to answer."""
    ask = job.hooks.ask
    if ask is None or job.settings.yes:
        return mapping
    for column in [one for one in mapping.columns if one.fit is Fit.UNSURE and one.position < len(samples)]:
        values = [value for value in samples[column.position] if value.strip()][:3]
        # An earlier answer may have settled this one too.
        while mapping.columns[column.position].fit is Fit.UNSURE and (answer := ask(column, values)):
            try:
                mapping = apply_overrides(mapping, [*given, (f"#{column.position + 1}", answer)], custom_fields)
            except MappingError as error:
                job.hooks.note(error.message, warning=True)
    return mapping


def _new(mapping: Mapping, new: Iterable[int]) -> Iterable[Problem]:
    """One warning for each column that the saved mapping does not know."""
    names = mapping.names
    for position in new:
        one = mapping.columns[position]
        if one.fit is Fit.MAPPED and one.target:
            becomes = f"is sent as {one.target.name}. Use --map {quote(f'{names[position]}=ignore')} to leave it out."
        else:
            becomes = f"is not sent. Use --map {quote(f'{names[position]}=FIELD')}, or --accept-changes, to send it."
        message = f"The column is new since the mapping was saved, and {becomes}"
        yield Problem(None, names[position], "", "column-new", Severity.WARNING, message, position)
