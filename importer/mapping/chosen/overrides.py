"""`--map COLUMN=FIELD`: the person's choices, which always win over what was suggested."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping as Table
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.errors import MappingError
from importer.mapping.suggest.columns import CHOSEN, ignored, leave_out, mapped, same_slot, unsure
from importer.mapping.suggest.custom_fields import fields_named
from importer.mapping.suggest.header_key import fold
from importer.mapping.suggest.value_types import likely_type
from importer.model import CustomField, Fit, Mapping, Target
from importer.model.fields import ARRAYS, MAP_FIELDS, NAME_HALVES
from importer.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_POSITION = re.compile(r"#(\d+)")


class _Mistake(Exception):
    """One thing wrong with one assignment."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A column and the field that a person gave it, None for `ignore`; `place` says where, for messages."""

    position: int
    name: str
    target: Target | None
    place: str


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


def apply_overrides(
    mapping: Mapping,
    overrides: Iterable[tuple[str, str]] | Table[str, str],
    custom_fields: Sequence[CustomField] = (),
    place: Callable[..., str] = lambda *_: "",
    samples: Sequence[Sequence[str]] = (),
) -> Mapping:
    """Apply the person's own choices to a suggested mapping.

    `overrides` pairs a column (its header, where case and spaces do not count, or `#N` from 1) with a field. A field
    that holds one value and was suggested for another column is taken from that column, which says so. `full_name`
    replaces suggested first and last names; a chosen first or last name puts a suggested full name in question.
    `place("map", column)` says where a choice was made, such as `mapping.toml, line 4: `. `samples`, values per column,
    tell the type that a custom field needs which the workspace does not have yet.

    Raises MappingError, naming every mistake at once: an unknown or twin column, an unknown or twin field, a column
    or a single-valued field chosen twice, `full_name` chosen beside `first_name` or `last_name`.
    """
    pairs = list(overrides.items() if isinstance(overrides, Table) else overrides)
    choices: list[_Choice] = []
    mistakes: list[str] = []
    for column, field in pairs:
        choice_place = place("map", column)
        try:
            choices.append(_read(mapping, column, field, custom_fields, samples, choice_place))
        except _Mistake as mistake:
            mistakes.append(f"{choice_place}{mistake}")
    mistakes += _clashes(choices)
    if mistakes:
        raise MappingError(" ".join(mistakes), "Correct --map (or [map] in the TOML file) and run again.")
    return _applied(mapping, choices)


def _read(
    mapping: Mapping,
    column: str,
    field: str,
    custom_fields: Sequence[CustomField],
    samples: Sequence[Sequence[str]],
    place: str,
) -> _Choice:
    """Read one assignment; a wrong column and a wrong field are reported together."""
    mistakes: list[str] = []
    position, target = -1, None
    try:
        position = _position([column_mapping.header for column_mapping in mapping.columns], column.strip())
    except _Mistake as mistake:
        mistakes.append(str(mistake))
    values = samples[position] if 0 <= position < len(samples) else ()
    try:
        target = _target(field.strip(), custom_fields, likely_type(values) if any(values) else "")
    except _Mistake as mistake:
        mistakes.append(str(mistake))
    if mistakes:
        raise _Mistake(" ".join(mistakes))
    return _Choice(position, mapping.names[position], target, place)


# --------------------------------------------------------------------------------------------------- columns


def column_position(headers: Sequence[str], name: str) -> int:
    """The position (from 0) of the column that a person names by its header or as `#N` (from 1).

    Raises MappingError where no column or more than one has that name.
    """
    try:
        return _position(headers, name.strip())
    except _Mistake as mistake:
        raise MappingError(str(mistake), "Name a column of the sheet and run again.") from None


def _position(headers: Sequence[str], name: str) -> int:
    number = _POSITION.fullmatch(name)
    position = int(number[1]) - 1 if number else -1
    # From the strictest way to compare to the loosest: a header written exactly so goes before all that are like it.
    candidates = (
        [n for n, header in enumerate(headers) if header.strip() == name],
        [position] if 0 <= position < len(headers) else [],
        [n for n, header in enumerate(headers) if _loose(header) == _loose(name)],
        [n for n, header in enumerate(headers) if fold(name) and fold(header) == fold(name)],
    )
    positions = next(filter(None, candidates), [])
    if len(positions) == 1:
        return positions[0]
    if positions:
        numbers = ", ".join(f"#{n + 1}" for n in positions)
        raise _Mistake(f"The sheet has {len(positions)} columns named {name!r}: say which by its number ({numbers}).")
    if number:
        raise _Mistake(f"There is no column {name}: the sheet has {len(headers)}.")
    by_fold = {_loose(header): header.strip() for header in headers if header.strip()}
    hint = did_you_mean(name, by_fold.values()) or f" Its columns are {', '.join(map(repr, by_fold.values()))}."
    raise _Mistake(f"The sheet has no column {name!r}.{hint}")


def _loose(text: str) -> str:
    return " ".join(text.split()).casefold()


# ---------------------------------------------------------------------------------------------------- fields


def read_target(text: str, custom_fields: Sequence[CustomField]) -> Target | None:
    """The target that a FIELD text names; None for `ignore`. Raises MappingError, with what is near."""
    try:
        return _target(text.strip(), custom_fields)
    except _Mistake as mistake:
        raise MappingError(str(mistake), "Name a field and run again.") from None


def _target(text: str, custom_fields: Sequence[CustomField], likely: str = "") -> Target | None:
    """The target of a FIELD text, None for `ignore`; `likely` is the type of the column's values."""
    kind, colon, rest = (part.strip() for part in text.partition(":"))
    field = {fold(name): name for name in MAP_FIELDS}.get(fold(kind), "")
    if kind.casefold() == "custom" and colon:
        return _custom_target(rest, custom_fields, likely)
    if colon and field in ARRAYS and rest:
        return Target(field, rest)
    if field and not colon:
        return None if field == "ignore" else Target(field)
    if fields_named(text, custom_fields):
        raise _Mistake(f"{text!r} is a custom field: write it as 'custom:{text}'.")
    hint = did_you_mean(text.replace(" ", "_"), MAP_FIELDS)
    raise _Mistake(f"There is no field {text!r}.{hint} The fields are {', '.join(MAP_FIELDS)}, and custom:NAME.")


def _custom_target(name: str, custom_fields: Sequence[CustomField], likely: str) -> Target:
    fields = fields_named(name, custom_fields)
    if len(fields) == 1:
        return Target("custom", custom=fields[0])
    if fields:
        keys = ", ".join(field.key for field in fields)
        raise _Mistake(f"The workspace has {len(fields)} custom fields named {name!r}: say which by its key ({keys}).")
    names = [field.name for field in custom_fields]
    hint = did_you_mean(name, names) or f" It has {', '.join(map(repr, names)) or 'none'}."
    # The API cannot make custom fields, a person can.
    step = f"make it in the Quo app{f', as a {likely} field' if likely else ''}."
    raise _Mistake(f"The workspace has no custom field {name!r}.{hint} If it is to be a new one, {step}")


# --------------------------------------------------------------------------------------------------- choices


def _clashes(choices: Sequence[_Choice]) -> list[str]:
    """A message for each two choices that exclude each other."""
    by_column: defaultdict[int, list[_Choice]] = defaultdict(list)
    by_slot: defaultdict[str, list[_Choice]] = defaultdict(list)
    for choice in choices:
        by_column[choice.position].append(choice)
        if slot := same_slot(choice.target):
            by_slot[slot].append(choice)

    mistakes = [
        f"{group[-1].place}Column {group[0].name!r} is given {len(group)} fields."
        for group in by_column.values()
        if len(group) > 1
    ]
    mistakes += [
        f"{group[-1].place}{_names(group)} are all given to {slot}, which holds one value."
        for slot, group in by_slot.items()
        # A column that is named twice was reported above.
        if len({choice.position for choice in group}) > 1
    ]
    halves = [choice for half in NAME_HALVES for choice in by_slot.get(half, ())]
    if halves and by_slot.get("full_name"):
        mistakes.append(
            f"{halves[-1].place}full_name ({_names(by_slot['full_name'])}) fills the first and the last name; "
            f"{_names(halves)} would too."
        )
    return mistakes


def _names(group: Sequence[_Choice]) -> str:
    return ", ".join(repr(choice.name) for choice in group)


def _applied(mapping: Mapping, choices: Sequence[_Choice]) -> Mapping:
    columns = list(mapping.columns)
    chosen = {choice.position for choice in choices}
    for choice in choices:
        column, target = columns[choice.position], choice.target
        column = mapped(column, target, CHOSEN, 1.0) if target else ignored(column, CHOSEN)
        # A suggested column of labels stays only where the choice is a phone or email without a label of its own.
        if not target or target.label or target.field not in ARRAYS:
            column = replace(column, label_position=None)
        columns[choice.position] = column

        slot = same_slot(target)
        if not slot:
            continue
        for rival in columns:
            if rival.position in chosen or rival.fit not in (Fit.MAPPED, Fit.UNSURE):
                continue
            rival_slot = same_slot(rival.target)
            if rival_slot == slot or (slot == "full_name" and rival_slot in NAME_HALVES):
                columns[rival.position] = leave_out(rival, f"You gave {slot} to {choice.name!r}.")
            elif rival_slot == "full_name" and slot in NAME_HALVES and rival.fit is Fit.MAPPED:
                reason = f"You gave {slot} to {choice.name!r}, which is half of a name."
                columns[rival.position] = unsure(rival, rival.target, reason)
    return Mapping(tuple(columns))
