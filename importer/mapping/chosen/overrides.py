"""`--map COLUMN=FIELD`: the person's word, which always wins over what was suggested."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping as Table
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.errors import MappingError
from importer.mapping.suggest.columns import Columns, ignored, leave_out, mapped, same_slot, unsure
from importer.mapping.suggest.custom_fields import named
from importer.mapping.suggest.header_key import fold
from importer.mapping.suggest.value_types import likely_type
from importer.model import CustomField, Fit, Mapping, Target
from importer.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

FIELDS = (
    "first_name",
    "last_name",
    "full_name",
    "company",
    "role",
    "email",
    "phone",
    "external_id",
    "source_url",
    "created_by",
    "ignore",
)
"""What a column can be mapped to, besides `custom:NAME`, `phone:LABEL` and `email:LABEL`."""

_HALVES = ("first_name", "last_name")
_POSITION = re.compile(r"#(\d+)")


class _Mistake(Exception):
    """One thing wrong with one assignment."""


@dataclass(frozen=True, slots=True)
class _Given:
    position: int
    title: str
    target: Target | None
    where: str = ""


def parse_assignment(text: str) -> tuple[str, str]:
    """Split `COLUMN=FIELD` at its last "=", so that a header may contain one.

    Raises MappingError where there is no "=", no column or no field.
    """
    column, sign, field = text.rpartition("=")
    if not sign or not column.strip() or not field.strip():
        raise MappingError(
            f"--map {text!r} is not of the form COLUMN=FIELD.",
            "Write it like --map 'Mobile=phone' or --map '#3=ignore'.",
        )
    return column.strip(), field.strip()


def override(
    mapping: Mapping,
    given: Iterable[tuple[str, str]] | Table[str, str],
    custom_fields: Sequence[CustomField] = (),
    place: Callable[..., str] = lambda *_: "",
    samples: Sequence[Sequence[str]] = (),
) -> Mapping:
    """Apply the person's own choices to a suggested mapping.

    `given` pairs a column (its header, but for case and spaces, or `#N` from 1) with a field. A field that holds one
    value and was suggested for another column is taken from that column, which says so. `full_name` replaces suggested
    first and last names; a given first or last name puts a suggested full name in question. `place("map", column)` says
    where a choice was made, such as `mapping.toml, line 4: `. `samples`, values per column, tell the type that a custom
    field needs which the workspace has not got yet.

    Raises MappingError, naming every mistake at once: an unknown or twin column, an unknown or twin field, a column
    or a single-valued field given twice, `full_name` given beside `first_name` or `last_name`.
    """
    pairs = list(given.items() if isinstance(given, Table) else given)
    chosen: list[_Given] = []
    mistakes: list[str] = []
    for column, field in pairs:
        where = place("map", column)
        try:
            chosen.append(replace(_read(mapping, column, field, custom_fields, samples), where=where))
        except _Mistake as mistake:
            mistakes.append(f"{where}{mistake}")
    mistakes += _clashes(chosen)
    if mistakes:
        raise MappingError(" ".join(mistakes), "Correct --map (or [map] in the TOML file) and run again.")
    return _applied(mapping, chosen)


def _read(
    mapping: Mapping,
    column: str,
    field: str,
    custom_fields: Sequence[CustomField],
    samples: Sequence[Sequence[str]],
) -> _Given:
    wrong: list[str] = []
    position, target = -1, None
    try:
        position = _position([one.header for one in mapping.columns], column.strip())
    except _Mistake as mistake:
        wrong.append(str(mistake))
    try:
        target = _target(field.strip(), custom_fields, _kind(samples, position))
    except _Mistake as mistake:
        wrong.append(str(mistake))
    if wrong:
        raise _Mistake(" ".join(wrong))
    return _Given(position, mapping.names[position], target)


def _kind(samples: Sequence[Sequence[str]], position: int) -> str:
    """The type of custom field that a column's values ask for, "" where they are not known."""
    return likely_type(samples[position]) if 0 <= position < len(samples) and any(samples[position]) else ""


# --------------------------------------------------------------------------------------------------- columns


def column_position(headers: Sequence[str], name: str) -> int:
    """The position (from 0) of the column that a person names by its header or as `#N` (from 1).

    Raises MappingError where there is none or more than one.
    """
    try:
        return _position(headers, name.strip())
    except _Mistake as mistake:
        raise MappingError(str(mistake), "Name a column of the sheet and run again.") from None


def _position(headers: Sequence[str], name: str) -> int:
    for found in (
        [n for n, header in enumerate(headers) if header.strip() == name],
        _numbered(name, len(headers)),
        [n for n, header in enumerate(headers) if _loose(header) == _loose(name)],
        [n for n, header in enumerate(headers) if fold(name) and fold(header) == fold(name)],
    ):
        if len(found) > 1:
            numbers = ", ".join(f"#{n + 1}" for n in found)
            raise _Mistake(f"The sheet has {len(found)} columns named {name!r}: say which by its number ({numbers}).")
        if found:
            return found[0]
    raise _Mistake(_no_column(name, headers))


def _numbered(name: str, count: int) -> list[int]:
    found = _POSITION.fullmatch(name)
    return [int(found[1]) - 1] if found and 1 <= int(found[1]) <= count else []


def _loose(text: str) -> str:
    return " ".join(text.split()).casefold()


def _no_column(name: str, headers: Sequence[str]) -> str:
    if _POSITION.fullmatch(name):
        return f"There is no column {name}: the sheet has {len(headers)}."
    by_fold = {_loose(header): header.strip() for header in headers if header.strip()}
    hint = did_you_mean(name, by_fold.values()) or f" Its columns are {', '.join(map(repr, by_fold.values()))}."
    return f"The sheet has no column {name!r}.{hint}"


# ---------------------------------------------------------------------------------------------------- fields


def read_target(text: str, custom_fields: Sequence[CustomField]) -> Target | None:
    """The target that a FIELD text names; None for `ignore`. Raises MappingError, with what is near."""
    try:
        return _target(text.strip(), custom_fields)
    except _Mistake as mistake:
        raise MappingError(str(mistake), "Name a field and run again.") from None


def _target(text: str, custom_fields: Sequence[CustomField], likely: str = "") -> Target | None:
    """The target of a FIELD text; None for `ignore`."""
    kind, colon, rest = (part.strip() for part in text.partition(":"))
    by_fold = {fold(field): field for field in FIELDS}
    field = by_fold.get(fold(kind), "")
    if kind.casefold() == "custom" and colon:
        return _custom_target(rest, custom_fields, likely)
    if colon and field in ("phone", "email") and rest:
        return Target(field, rest)
    if colon or not field:
        raise _Mistake(_no_field(text, custom_fields))
    return None if field == "ignore" else Target(field)


def _custom_target(name: str, custom_fields: Sequence[CustomField], likely: str) -> Target:
    found = named(name, custom_fields)
    if len(found) == 1:
        return Target("custom", custom=found[0])
    if found:
        keys = ", ".join(field.key for field in found)
        raise _Mistake(f"The workspace has {len(found)} custom fields named {name!r}: say which by its key ({keys}).")
    names = [field.name for field in custom_fields]
    hint = did_you_mean(name, names) or f" It has {', '.join(map(repr, names)) or 'none'}."
    # The API cannot make custom fields, a person can.
    wanted = f"make it in the Quo app{f', as a {likely} field' if likely else ''}."
    raise _Mistake(f"The workspace has no custom field {name!r}.{hint} If it is to be a new one, {wanted}")


def _no_field(text: str, custom_fields: Sequence[CustomField]) -> str:
    if named(text, custom_fields):
        return f"{text!r} is a custom field: write it as 'custom:{text}'."
    hint = did_you_mean(text.replace(" ", "_"), FIELDS)
    return f"There is no field {text!r}.{hint} The fields are {', '.join(FIELDS)}, and custom:NAME."


# --------------------------------------------------------------------------------------------------- choices


def _clashes(chosen: Sequence[_Given]) -> list[str]:
    by_column: defaultdict[int, list[_Given]] = defaultdict(list)
    by_slot: defaultdict[str, list[_Given]] = defaultdict(list)
    for one in chosen:
        by_column[one.position].append(one)
        by_slot[same_slot(one.target)].append(one)
    by_slot.pop("", None)
    mistakes = [
        f"{group[-1].where}Column {group[0].title!r} is given {len(group)} fields."
        for group in by_column.values()
        if len(group) > 1
    ]
    mistakes += [
        f"{group[-1].where}{_names(group)} are all given to {slot}, which holds one value."
        for slot, group in by_slot.items()
        if len({one.position for one in group}) > 1
    ]
    halves = [one for slot in _HALVES for one in by_slot.get(slot, ())]
    if halves and by_slot.get("full_name"):
        mistakes.append(
            f"{halves[-1].where}full_name ({_names(by_slot['full_name'])}) fills the first and the last name; "
            f"{_names(halves)} would too."
        )
    return mistakes


def _names(group: Sequence[_Given]) -> str:
    return ", ".join(repr(one.title) for one in group)


def _applied(mapping: Mapping, chosen: Sequence[_Given]) -> Mapping:
    columns = list(mapping.columns)
    theirs = {one.position for one in chosen}
    for one in chosen:
        column = columns[one.position]
        columns[one.position] = (
            mapped(column, one.target, "You said so.", 1.0) if one.target else ignored(column, "You said so.")
        )
        if not one.target or one.target.label or one.target.field not in ("phone", "email"):
            columns[one.position] = replace(columns[one.position], label_position=None)
        _displace(columns, one, theirs)
    return Mapping(tuple(columns))


def _displace(columns: Columns, one: _Given, theirs: set[int]) -> None:
    slot = same_slot(one.target)
    if not slot:
        return
    for column in columns:
        if column.position in theirs or column.fit not in (Fit.MAPPED, Fit.UNSURE):
            continue
        rival = same_slot(column.target)
        if rival == slot or (slot == "full_name" and rival in _HALVES):
            columns[column.position] = leave_out(column, f"You gave {slot} to {one.title!r}.")
        elif rival == "full_name" and slot in _HALVES and column.fit is Fit.MAPPED:
            columns[column.position] = unsure(
                column, column.target, f"You gave {slot} to {one.title!r}, which is half of a name."
            )
