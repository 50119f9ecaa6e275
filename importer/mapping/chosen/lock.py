"""What a saved mapping was made for: the columns of the sheet, and the custom fields as they were.

A scheduled run compares, so that no column changes its meaning overnight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Table  # noqa: TC003 (settings read these annotations at run time)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from importer.mapping.suggest.columns import leave_out
from importer.mapping.suggest.header_key import fold, loose_key
from importer.model import CustomField, FieldType, Mapping
from importer.model.added_columns import ADDED_COLUMNS
from importer.text import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class LockedField:
    """A custom field as it was; `options` are those of a multi-select seen on contacts, where they were learned."""

    # The settings are checked by pydantic, which looks for this name on any dataclass.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: str
    type: FieldType
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MappingLock:
    """`columns`: every header of the sheet in order; `custom`: the custom fields that are sent, by key."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    columns: tuple[str, ...] = ()
    custom: Table[str, LockedField] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[CustomField, ...]:
        """The custom fields as they were."""
        return tuple(CustomField(key, locked.name, locked.type) for key, locked in self.custom.items())


@dataclass(frozen=True, slots=True)
class LockDrift:
    """How a sheet and a workspace differ from a lock.

    `stops`: one sentence for each thing to look at before a run; `new`: positions of columns that were not there, or
    of which it is not certain which column they were; `gone`: headers and `#N` that name no certain column any more;
    `still_there`: how many of the locked columns the sheet still has.
    """

    stops: tuple[str, ...] = ()
    new: tuple[int, ...] = ()
    gone: tuple[str, ...] = ()
    still_there: int = 0


def lock_of(
    headers: Sequence[str], custom_fields: Iterable[CustomField], options: Table[str, Sequence[str]] | None = None
) -> MappingLock:
    """The lock for a sheet and the custom fields that its mapping sends; `options` of multi-selects by key."""
    learned = options or {}
    custom = {
        custom_field.key: LockedField(custom_field.name, custom_field.type, tuple(learned.get(custom_field.key, ())))
        for custom_field in sorted(custom_fields, key=lambda custom_field: custom_field.key)
    }
    return MappingLock(tuple(header for header in headers if header.strip() not in ADDED_COLUMNS), custom)


def lock_drift(
    lock: MappingLock, headers: Sequence[str], custom_fields: Sequence[CustomField], numbered: Collection[int] = ()
) -> LockDrift:
    """Compare a sheet and a workspace with a lock.

    `numbered` are the positions that the mapping names as `#N`, which must still be the same columns. Case and spaces
    of headers do not count, nor does their order.
    """
    locked_keys, keys = (dict(enumerate(map(loose_key, columns))) for columns in (lock.columns, headers))
    # The columns that a rejects file adds are not the person's own, so they neither come nor go.
    of_sheet = [position for position, header in enumerate(headers) if header.strip() not in ADDED_COLUMNS]
    before, now = Counter(locked_keys.values()), Counter(keys[position] for position in of_sheet)
    gone = [header for header in dict.fromkeys(lock.columns) if now[loose_key(header)] == 0]
    new = [position for position in of_sheet if before[keys[position]] == 0]
    stops = list(_gone_columns(lock, headers, gone, new))

    # With one twin more or one less it is not certain any more which of them is which.
    for key, count in before.items():
        if now[key] in (0, count):
            continue
        positions = [position for position in keys if keys[position] == key]
        numbers = ", ".join(f"#{position + 1}" for position in positions)
        name = repr(headers[positions[0]]) if key else "without a name"
        times = [{1: "once", 2: "twice"}.get(number, f"{number} times") for number in (now[key], count)]
        stops.append(f"Column {name} occurs {times[0]} now ({numbers}), {times[1]} before.")

    # Beyond the last column there is no header, and a number may point there.
    moved = [position for position in sorted(numbered) if locked_keys.get(position, "") != keys.get(position, "")]
    for position in moved:
        was, is_now = (columns[position] if position < len(columns) else "" for columns in (lock.columns, headers))
        stops.append(
            f"Column #{position + 1}, which the mapping names by its number, was {was!r} and is {is_now!r} now."
        )
    stops += _changed_fields(lock, custom_fields)

    # Of twins that came or went, and of columns named by a number that is another's now, it is not certain which column
    # is which: they count as gone and as new.
    unclear = {key for key in before if now[key] not in (0, before[key])}
    unclear |= {locked_keys.get(position, "") for position in moved}
    unclear |= {key for position in moved if now[key := keys.get(position, "")] > 1}
    new += [position for position, key in keys.items() if key in unclear and position not in new]
    gone += [header for header in dict.fromkeys(lock.columns) if loose_key(header) in unclear and header not in gone]
    names = [*gone, *(f"#{position + 1}" for position in moved)]
    still_there = sum(min(before[key], now[key]) for key in before)
    return LockDrift(tuple(stops), tuple(sorted(new)), tuple(names), still_there)


def _gone_columns(lock: MappingLock, headers: Sequence[str], gone: Sequence[str], new: Sequence[int]) -> Iterator[str]:
    for header in gone:
        if not header.strip():
            yield "A column without a name is gone."
            continue
        # It may have a new name: a new column is in its place, or has a name much like it.
        heir: int | None = lock.columns.index(header)
        if heir not in new:
            by_name = {fold(headers[position]): position for position in new}
            name = nearest(fold(header), by_name)
            heir = None if name is None else by_name[name]
        hint = "" if heir is None else f"; {headers[heir]!r} looks like its new name"
        yield f"Column {header!r} is gone{hint}."


def _changed_fields(lock: MappingLock, custom_fields: Sequence[CustomField]) -> Iterator[str]:
    by_key = {custom_field.key: custom_field for custom_field in custom_fields}
    for key, was in lock.custom.items():
        now = by_key.get(key)
        if now is None:
            yield f"The custom field {was.name!r} (key {key}) is not in the workspace any more."
        elif now.type != was.type:
            fact = (
                f"The custom field {now.name!r} (key {key}) was of type {was.type} and is of type {now.shown_type} now."
            )
            yield fact
        elif now.name.strip() != was.name.strip():
            # A new name alone changes nothing, since the key is locked; another field under the old name may be meant.
            heir = next((rival.key for rival in custom_fields if rival.name.strip() == was.name.strip()), None)
            if heir is not None:
                yield (
                    f"The custom field {was.name!r} (key {key}) is called {now.name!r} now, and another field (key "
                    f"{heir}) has its old name."
                )


def by_key(field_text: str, lock: MappingLock, custom_fields: Sequence[CustomField]) -> str:
    """`custom:NAME` as `custom:KEY` where the field got another name or a twin since; any other text as it is.

    Where another field has its name now, the text stays too: the person has been asked about that (`lock_drift`).
    """
    kind, _, name = field_text.partition(":")
    keys = [key for key, locked in lock.custom.items() if locked.name == name.strip()]
    if kind.strip().casefold() != "custom" or len(keys) != 1:
        return field_text
    holders = [custom_field.key for custom_field in custom_fields if custom_field.name.strip() == name.strip()]
    has_twin = len(holders) > 1 and keys[0] in holders
    return f"custom:{keys[0]}" if has_twin or not holders else field_text


def restrict_to_lock(mapping: Mapping, chosen: Collection[int], new: Collection[int], *, accept: bool) -> Mapping:
    """Under a lock only what the mapping names is sent: a suggestion alone changes nothing.

    `chosen`: positions that `[map]` or an option names; `new`: columns that the lock does not know, which `accept`
    lets in as suggested.
    """
    columns = list(mapping.columns)
    reason = "It is new since the mapping was saved; --accept-changes accepts it."
    unknown = frozenset() if accept else frozenset(new) - frozenset(chosen)
    for column in mapping.mapped:
        # Nor does a new column change the values of others; but a number that it forbids must not be called meanwhile.
        unasked = unknown.intersection(column.beside) - {*column.flag_positions}
        for position in unasked:
            columns[position] = leave_out(columns[position], reason)
        columns[column.position] = column.without(unasked)
        if column.position in chosen or column.header.strip() in ADDED_COLUMNS:
            continue
        if column.position not in new:
            columns[column.position] = leave_out(column, "[map] of the saved mapping does not name it.")
        elif not accept:
            columns[column.position] = leave_out(column, reason)
    return Mapping(tuple(columns))
