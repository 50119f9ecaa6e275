"""What a saved mapping was made for: the columns that were there, and the custom fields as they were.

A scheduled run compares, so that no column changes its meaning overnight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Table  # noqa: TC003 (settings read these annotations at run time)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from importer.mapping.suggest.columns import leave_out
from importer.mapping.suggest.header_key import fold
from importer.mapping.suggest.known_headers import IDENTITY, REJECT_COLUMNS
from importer.model import CustomField, FieldType, Fit, Mapping
from importer.text import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

OURS = REJECT_COLUMNS | {IDENTITY}
"""The columns that a rejects file has beside the person's own."""


@dataclass(frozen=True, slots=True)
class LockedField:
    """A custom field as it was; `options` are those of a multi-select seen on contacts, where they were learned."""

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
        return tuple(CustomField(key, one.name, one.type) for key, one in self.custom.items())


@dataclass(frozen=True, slots=True)
class LockDrift:
    """How a sheet and a workspace differ from a lock.

    `stops`: one sentence each, of what must be looked at before a run; `new`: positions of columns that were not there,
    or of which it can't be told which one they were; `gone`: headers and `#N` that name no certain column any more;
    `left`: how many of the locked columns are still there.
    """

    stops: tuple[str, ...] = ()
    new: tuple[int, ...] = ()
    gone: tuple[str, ...] = ()
    left: int = 0


def lock_of(
    headers: Sequence[str], custom_fields: Iterable[CustomField], options: Table[str, Sequence[str]] | None = None
) -> MappingLock:
    """The lock for a sheet and the custom fields that its mapping sends."""
    learned = options or {}
    custom = {
        one.key: LockedField(one.name, one.type, tuple(learned.get(one.key, ())))
        for one in sorted(custom_fields, key=lambda one: one.key)
    }
    return MappingLock(tuple(header for header in headers if header.strip() not in OURS), custom)


def changes(
    lock: MappingLock, headers: Sequence[str], custom_fields: Sequence[CustomField], numbered: Collection[int] = ()
) -> LockDrift:
    """Compare; `numbered` are the positions that the mapping names as `#N`, which must still be the same columns.

    Headers are compared but for case and spaces, and may stand in another order.
    """
    before = Counter(map(_key, lock.columns))
    now = Counter(_key(header) for header in headers if header.strip() not in OURS)
    gone = [header for header in dict.fromkeys(lock.columns) if now[_key(header)] == 0]
    new = [n for n, header in enumerate(headers) if header.strip() not in OURS and before[_key(header)] == 0]
    moved = [n for n in sorted(numbered) if _at(lock.columns, n) != _at(headers, n)]
    stops = [*_vanished(lock, headers, gone, new), *_counted(headers, before, now)]
    stops += _moved(lock, headers, moved)
    stops += _fields(lock, custom_fields)
    # Of twins that came or went, and of columns named by a number that is another's now, nothing is certain.
    unclear = {key for key in before if now[key] not in (0, before[key])}
    unclear |= {_at(lock.columns, n) for n in moved} | {key for n in moved if now[key := _at(headers, n)] > 1}
    new += [n for n, header in enumerate(headers) if _key(header) in unclear and n not in new]
    gone += [header for header in dict.fromkeys(lock.columns) if _key(header) in unclear and header not in gone]
    names = [*gone, *(f"#{n + 1}" for n in moved)]
    return LockDrift(tuple(stops), tuple(sorted(new)), tuple(names), sum(min(before[key], now[key]) for key in before))


def _key(header: str) -> str:
    return " ".join(header.split()).casefold()


def _vanished(lock: MappingLock, headers: Sequence[str], gone: Sequence[str], new: Sequence[int]) -> Iterator[str]:
    for header in gone:
        if not header.strip():
            yield "A column without a name is gone."
            continue
        heir = _heir(lock.columns.index(header), header, headers, new)
        hint = "" if heir is None else f"; {headers[heir]!r} looks like its new name"
        yield f"Column {header!r} is gone{hint}."


def _heir(place: int, header: str, headers: Sequence[str], new: Sequence[int]) -> int | None:
    """The new column that has a vanished one's place, or a name like its."""
    if place in new:
        return place
    by_name = {fold(headers[n]): n for n in new}
    name = nearest(fold(header), by_name)
    return None if name is None else by_name[name]


def _counted(headers: Sequence[str], before: Counter[str], now: Counter[str]) -> Iterator[str]:
    for key, count in before.items():
        if now[key] in (0, count):
            continue
        where = ", ".join(f"#{n}" for n, header in enumerate(headers, 1) if _key(header) == key)
        name = repr(headers[int(where.split(",")[0][1:]) - 1]) if key else "without a name"
        yield f"Column {name} is there {_times(now[key])} now ({where}), {_times(count)} before."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _at(headers: Sequence[str], position: int) -> str:
    """The key of the header at a position, "" beyond the last."""
    return _key(headers[position]) if position < len(headers) else ""


def _moved(lock: MappingLock, headers: Sequence[str], moved: Iterable[int]) -> Iterator[str]:
    for n in moved:
        was, now = (columns[n] if n < len(columns) else "" for columns in (lock.columns, headers))
        yield f"Column #{n + 1}, which the mapping names by its number, was {was!r} and is {now!r} now."


def _fields(lock: MappingLock, custom_fields: Sequence[CustomField]) -> Iterator[str]:
    by_key = {one.key: one for one in custom_fields}
    for key, was in lock.custom.items():
        now = by_key.get(key)
        if now is None:
            yield f"The custom field {was.name!r} (key {key}) is not in the workspace any more."
        elif now.type != was.type:
            yield f"The custom field {now.name!r} (key {key}) was of type {was.type} and is of type {now.type} now."
        elif heir := _heir_of(now, was, custom_fields):
            heir_now = f"another one (key {heir}) has its name"
            yield f"The custom field {was.name!r} (key {key}) is called {now.name!r} now, and {heir_now}."


def _heir_of(now: CustomField, was: LockedField, custom_fields: Iterable[CustomField]) -> str:
    """The key of another field that has taken the name of a renamed one, "" where there is none."""
    if now.name.strip() == was.name.strip():
        return ""
    return next((one.key for one in custom_fields if one.name.strip() == was.name.strip()), "")


def by_key(field_text: str, lock: MappingLock, custom_fields: Sequence[CustomField]) -> str:
    """`custom:NAME` as `custom:KEY` where the field got another name or a twin since; any other text as it is.

    Where another field has its name now, the text is left too: the person has been asked about that (`changes`).
    """
    kind, _, name = field_text.partition(":")
    keys = [key for key, one in lock.custom.items() if one.name == name.strip()]
    if kind.strip().casefold() != "custom" or len(keys) != 1:
        return field_text
    now = [one.key for one in custom_fields if one.name.strip() == name.strip()]
    is_twin = len(now) > 1 and keys[0] in now
    return f"custom:{keys[0]}" if is_twin or not now else field_text


def restrained(mapping: Mapping, chosen: Collection[int], new: Collection[int], *, accept: bool) -> Mapping:
    """Under a lock only what the mapping names is sent: a suggestion alone changes nothing.

    `chosen`: positions that `[map]` or an option names; `new`: columns that the lock does not know, which `accept`
    lets in as suggested.
    """

    def settle(n: int) -> str:
        if n in new:
            return "" if accept else "It is new since the mapping was saved; --accept-changes takes it in."
        return "[map] of the saved mapping does not name it."

    columns = [
        leave_out(one, reason)
        if one.fit is Fit.MAPPED
        and one.position not in chosen
        and one.header.strip() not in OURS
        and (reason := settle(one.position))
        else one
        for one in mapping.columns
    ]
    return Mapping(tuple(columns))
