"""`--map COLUMN=FIELD`: the person's choices, which always win over what was suggested."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as Table
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from importer.errors import MappingError
from importer.mapping.suggest.columns import CHOSEN, ignored, leave_out, mapped, same_slot, unsure
from importer.mapping.suggest.custom_fields import fields_named
from importer.mapping.suggest.header_key import fold, loose_key
from importer.mapping.suggest.value_types import likely_type
from importer.model import CustomField, Fit, Mapping, Target
from importer.model.fields import ARRAYS, MAP_FIELDS, NAME_HALVES
from importer.regex import regex
from importer.text import cut_name, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# Python reads no number of thousands of digits.
_POSITION = regex(r"#(\d{1,9})")
_MOST_MISTAKES = 20


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
            'Write it like --map Mobile=phone or --map "#3=ignore".',
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
    headers = [column_mapping.header for column_mapping in mapping.columns]
    choices: list[_Choice] = []
    mistakes: list[str] = []
    for column, field in pairs:
        choice_place = place("map", column)
        wrong: list[str] = []
        position, target = -1, None
        try:
            position = column_position(headers, column)
        except MappingError as error:
            wrong.append(error.message)
        # The field is read even where the column is wrong, so that both are reported together.
        values = samples[position] if 0 <= position < len(samples) else ()
        try:
            target = read_target(field, custom_fields, likely_type(values) if any(values) else "")
        except MappingError as error:
            wrong.append(error.message)
        if wrong and len(mistakes) == _MOST_MISTAKES:
            mistakes.append("There are more.")
            break
        if wrong:
            mistakes.append(f"{choice_place}{' '.join(wrong)}")
        else:
            choices.append(_Choice(position, mapping.names[position], target, choice_place))
    mistakes += _clashes(choices)
    if mistakes:
        raise MappingError(" ".join(mistakes), "Correct --map (or [map] in the TOML file) and run again.")
    return _applied(mapping, choices)


# --------------------------------------------------------------------------------------------------- columns


def column_position(headers: Sequence[str], name: str) -> int:
    """The position (from 0) of the column that a person names by its header or as `#N` (from 1).

    Raises MappingError where no column or more than one has that name.
    """
    name, step = name.strip(), "Name a column of the sheet and run again."
    number = numbered_position(name)
    position = -1 if number is None else number
    # From the strictest way to compare to the loosest: a header written exactly so goes before all that are like it.
    exact, loose, folded = _positions(tuple(headers))
    candidates = (
        exact.get(name, []),
        [position] if 0 <= position < len(headers) else [],
        loose.get(loose_key(name), []),
        folded.get(fold(name), []) if fold(name) else [],
    )
    positions = next(filter(None, candidates), [])
    if len(positions) == 1:
        return positions[0]
    if positions:
        numbers = ", ".join(f"#{n + 1}" for n in positions)
        mistake = f"The sheet has {len(positions)} columns named {name!r}: say which by its number ({numbers})."
        raise MappingError(mistake, step)
    if _POSITION.fullmatch(name):
        raise MappingError(f"There is no column {name}: the sheet has {len(headers)}.", step)
    by_fold = {loose_key(header): header.strip() for header in headers if header.strip()}
    columns = ", ".join(map(repr, map(cut_name, by_fold.values())))
    hint = did_you_mean(name, by_fold.values()) or f" Its columns are {columns}."
    raise MappingError(f"The sheet has no column {name!r}.{hint}", step)


def numbered_position(name: str) -> int | None:
    """The position (from 0) that `#N` names, None for any other name and for `#0`."""
    number = _POSITION.fullmatch(name)
    return int(number[1]) - 1 if number and int(number[1]) else None


@lru_cache(maxsize=4)
def _positions(headers: tuple[str, ...]) -> tuple[dict[str, list[int]], dict[str, list[int]], dict[str, list[int]]]:
    """The positions of headers as they are written, without what people write differently, and folded."""
    # Looked up for each name that was given, so not searched each time: a sheet may have thousands of columns.
    tables: tuple[defaultdict[str, list[int]], ...] = (defaultdict(list), defaultdict(list), defaultdict(list))
    for position, header in enumerate(headers):
        for table, key in zip(tables, (header.strip(), loose_key(header), fold(header)), strict=True):
            table[key].append(position)
    exact, loose, folded = (dict(table) for table in tables)
    return exact, loose, folded


def position_of(headers: Sequence[str], name: str) -> int | None:
    """The position of the column that `column_position` finds; None where it raises an error."""
    try:
        return column_position(headers, name)
    except MappingError:
        return None


# ---------------------------------------------------------------------------------------------------- fields


def read_target(text: str, custom_fields: Sequence[CustomField], likely: str = "") -> Target | None:
    """The target that a FIELD text names, None for `ignore`; `likely` is the type of the column's values.

    Raises MappingError, with what is near.
    """
    text, step = text.strip(), "Name a field and run again."
    kind, colon, field_text = (part.strip() for part in text.partition(":"))
    if kind.casefold() == "custom" and colon:
        fields = fields_named(field_text, custom_fields)
        if len(fields) == 1:
            return Target("custom", custom=fields[0])
        if fields:
            keys = ", ".join(field.key for field in fields)
            twins = f"The workspace has {len(fields)} custom fields named {field_text!r}"
            raise MappingError(f"{twins}: say which by its key ({keys}).", step)
        names = [field.name for field in custom_fields]
        hint = did_you_mean(field_text, names) or f" It has {', '.join(map(repr, names)) or 'none'}."
        # The API cannot make custom fields, a person can.
        new = f"If it should be a new field, create it in the Quo app{f', as a {likely} field' if likely else ''}."
        raise MappingError(f"The workspace has no custom field {field_text!r}.{hint} {new}", step)

    field = {fold(name): name for name in MAP_FIELDS}.get(fold(kind), "")
    if colon and field in ARRAYS and field_text:
        return Target(field, field_text)
    if field and not colon:
        return None if field == "ignore" else Target(field)
    if fields_named(text, custom_fields):
        raise MappingError(f"{text!r} is a custom field: write it as 'custom:{text}'.", step)
    hint = did_you_mean(text.replace(" ", "_"), MAP_FIELDS)
    fields_text = f"The fields are {', '.join(MAP_FIELDS)}, and custom:NAME."
    raise MappingError(f"There is no field {text!r}.{hint} {fields_text}", step)


# --------------------------------------------------------------------------------------------------- choices


def _clashes(choices: Sequence[_Choice]) -> list[str]:
    """A message for each two choices that exclude each other."""

    def names(group: Sequence[_Choice]) -> str:
        return ", ".join(repr(choice.name) for choice in group)

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
        f"{group[-1].place}{names(group)} are all given to {slot}, which holds one value."
        for slot, group in by_slot.items()
        # A column that is named twice was reported above.
        if len({choice.position for choice in group}) > 1
    ]
    halves = [choice for half in NAME_HALVES for choice in by_slot.get(half, ())]
    if halves and by_slot.get("full_name"):
        mistakes.append(
            f"{halves[-1].place}full_name ({names(by_slot['full_name'])}) fills the first and the last name; "
            f"{names(halves)} would too."
        )
    return mistakes


def _applied(mapping: Mapping, choices: Sequence[_Choice]) -> Mapping:
    columns = list(mapping.columns)
    chosen = {choice.position for choice in choices}
    for choice in choices:
        column, target = columns[choice.position], choice.target
        column = mapped(column, target, CHOSEN, 1.0) if target else ignored(column, CHOSEN)
        # A suggested column of labels stays only where the choice is a phone or email without a label of its own.
        if not target or target.label or target.field not in ARRAYS:
            column = replace(column, label_position=None)
        if not target or target.field != "phone":
            column = column.without(column.number_parts)
        if not target or target.field != "last_name":
            column = column.without(column.surname_parts)
        columns[choice.position] = column
        # A column that the person uses otherwise, or not at all, is no part of the numbers or names beside it. What it
        # says of their kind, and against calling them, still holds where it is sent too.
        for neighbour in columns:
            kept = {neighbour.label_position, *neighbour.flag_positions} if target else set[int | None]()
            columns[neighbour.position] = neighbour.without({choice.position} - kept)

        slot = same_slot(target)
        if not slot:
            continue
        # Two columns that the person chose for one field were refused above, so only suggestions give way.
        for rival in columns:
            if rival.position in chosen or rival.fit not in (Fit.MAPPED, Fit.UNSURE):
                continue
            rival_slot = same_slot(rival.target)
            if rival_slot == slot or (slot == "full_name" and rival_slot in NAME_HALVES):
                columns[rival.position] = leave_out(rival, f"You gave {slot} to {choice.name!r}.")
            elif rival_slot == "full_name" and slot in NAME_HALVES and rival.fit is Fit.MAPPED:
                reason = f"You gave {slot} to {choice.name!r}, which is half of a name."
                columns[rival.position] = unsure(rival, rival.target, reason)
    # A part of surnames that are not sent any more, or not as such, is not sent either, and that is said.
    parts = {part: surname.header for surname in mapping.columns for part in surname.surname_parts}
    for part in parts.keys() - chosen - {part for column in columns for part in column.surname_parts}:
        reason = f"It belongs to the surnames of {parts[part].strip()!r}, which you map otherwise."
        columns[part] = leave_out(columns[part], reason)
    return Mapping(tuple(columns))
