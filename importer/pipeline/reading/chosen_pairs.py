"""Which choices of a person about columns count: an option before a file, and both before what is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.errors import MappingError
from importer.mapping.chosen.overrides import position_of, read_target
from importer.mapping.suggest.columns import same_slot
from importer.model.fields import NAME_HALVES
from importer.shell import shell_quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import CustomField
    from importer.settings.model import Settings

Pairs = list[tuple[str, str]]


def chosen_pairs(
    settings: Settings, headers: Sequence[str], custom_fields: Sequence[CustomField]
) -> tuple[Pairs, list[str]]:
    """Return the pairs (column, field) that count, in the order in which they were given, and what to warn of.

    `--map` wins over `[map]`, also where they name the same column in two ways, such as `Phone` and `#3`. What is
    remembered from an earlier run gives way to both, and the earlier to the later, where a column would get two fields
    or a field two columns.
    """
    origins = {column: settings.origin("map", column) for column, _ in settings.map}
    positions = {column: position_of(headers, column) for column in origins}
    by_option = {positions[column] for column, origin in origins.items() if str(origin) == "--map"} - {None}
    kept: Pairs = []
    remembered: Pairs = []
    warnings: list[str] = []
    for column, field in settings.map:
        origin = origins[column]
        if origin is not None and origin.remembered:
            remembered.append((column, field))
        elif str(origin) == "--map" or positions[column] not in by_option:
            kept.append((column, field))

    taken = {positions[column] for column, _ in kept}
    slots = {slot for _, field in kept for slot in _slots(field, custom_fields)}
    # The last one given comes first, so that it stays.
    for column, field in reversed(remembered):
        if positions[column] is None:
            warnings.append(
                f"Column {column!r} was mapped to {field} in an earlier run and is not in this sheet; "
                f"--forget {shell_quote(f'map.{column}')} ends this warning."
            )
        elif positions[column] not in taken and not slots & _slots(field, custom_fields):
            kept.append((column, field))
            taken.add(positions[column])
            slots |= _slots(field, custom_fields)
    stay = set(kept)
    return [pair for pair in settings.map if pair in stay], warnings


def _slots(field: str, custom_fields: Sequence[CustomField]) -> set[str]:
    """The fields that only one column may fill if it is mapped to `field`: a whole name fills both halves."""
    try:
        slot = same_slot(read_target(field, custom_fields))
    except MappingError:
        # Reported where the choices are applied.
        return set()
    return {slot, *NAME_HALVES} if slot == "full_name" else {slot} if slot else set()
