"""`[values]` and `only` meet the columns of a sheet: what they name is found, the fields they fill are given away."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from importer.errors import MappingError
from importer.mapping.chosen.overrides import column_position, read_target
from importer.mapping.derived.apply import DerivedColumns
from importer.mapping.derived.bound_recipe import BoundRecipe, bound
from importer.mapping.derived.filter import RowFilter, column_named, parse
from importer.mapping.derived.recipe import Recipe
from importer.mapping.suggest.columns import ignored, same_slot
from importer.mapping.suggest.header_key import fold
from importer.model import ColumnMapping, Fit, Mapping, column_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as Table

    from importer.model import CustomField, Target


@dataclass(frozen=True, slots=True)
class BoundValues:
    """What was found: `makers` in order of their columns, `bare` recipes that name no column, and every mistake."""

    headers: tuple[str, ...]
    makers: tuple[BoundRecipe, ...] = ()
    bare: dict[str, Recipe] = field(default_factory=dict)
    conditions: tuple[RowFilter, ...] = ()
    mistakes: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The made columns as `--map` would name them, each with its field."""
        return [(f"#{maker.position + 1}", maker.field) for maker in self.makers]


def bind(
    headers: Sequence[str], recipes: Table[str, Recipe], only: Sequence[str], place: Callable[..., str]
) -> BoundValues:
    """Find the columns of every recipe and comparison; what can't be found is a mistake.

    `place("values", field)` and `place("only")` say where it stands, such as `mapping.toml, line 4: `.
    """
    makers: list[BoundRecipe] = []
    conditions: list[RowFilter] = []
    mistakes: list[str] = []
    for name, recipe in recipes.items():
        try:
            if recipe.has_source:
                makers.append(_maker(name, recipe, len(headers) + len(makers), headers))
        except (MappingError, ValueError) as error:
            mistakes.append(f"{place('values', name)}[values] {name}: {_said(error)}")
    for text in only:
        try:
            conditions.append(_condition(text, headers))
        except (MappingError, ValueError) as error:
            mistakes.append(f"{place('only')}only: {_said(error)}")
    bare = {name: recipe for name, recipe in recipes.items() if not recipe.has_source}
    return BoundValues(tuple(headers), tuple(makers), bare, tuple(conditions), tuple(mistakes))


def _maker(name: str, recipe: Recipe, position: int, headers: Sequence[str]) -> BoundRecipe:
    maker = bound(name, recipe, position, lambda column: column_position(headers, column))
    if not maker.sources and fold(name) == fold("external_id"):
        raise ValueError("a constant would give every row the same id; use a template with a column, such as crm-{ID}.")
    return maker


def _condition(text: str, headers: Sequence[str]) -> RowFilter:
    def find(name: str) -> int | None:
        try:
            return column_position(headers, name)
        except MappingError:
            return None

    try:
        return parse(text, find, column_names(tuple(headers)))
    except ValueError:
        if name := column_named(text):
            column_position(headers, name)  # says what is near
        raise


def _said(error: Exception) -> str:
    text = error.message if isinstance(error, MappingError) else str(error)
    return text if text.endswith((".", "?")) else f"{text}."


def extended(mapping: Mapping, found: BoundValues) -> Mapping:
    """The mapping with a column for each maker behind those of the sheet, not mapped yet."""
    own = column_names(found.headers)
    made = [ColumnMapping(maker.position, _header(maker, own), Fit.UNMAPPED) for maker in found.makers]
    return Mapping((*mapping.columns, *made))


def _header(maker: BoundRecipe, own: tuple[str, ...]) -> str:
    sources = ", ".join(own[position] for position in dict.fromkeys(maker.sources))
    return f"{maker.field} (from {sources})" if sources else f"{maker.field} (constant)"


def settled(
    mapping: Mapping, found: BoundValues, custom_fields: Sequence[CustomField], place: Callable[..., str]
) -> tuple[Mapping, DerivedColumns]:
    """Take up the recipes without a column of their own, and tell of each source column that it is used.

    A phone column that a recipe makes a phone of is not sent by itself as well, nor is such an email column: "the first
    of Phone and Phone 2" would else be both. Raises MappingError, naming every mistake.
    """
    columns = list(mapping.columns)
    makers = list(found.makers)
    mistakes: list[str] = []
    for name, recipe in found.bare.items():
        try:
            makers.append(_taken_over(columns, name, recipe, custom_fields, column_names(found.headers)))
        except (MappingError, ValueError) as error:
            mistakes.append(f"{place('values', name)}[values] {name}: {_said(error)}")
    if mistakes:
        raise MappingError(" ".join(mistakes), "Correct [values] and run again.")
    _mark_used(columns, makers, found.conditions)
    unsplit = frozenset(one.position for one in columns if one.fit is not Fit.MAPPED)
    mapping = Mapping(tuple(columns))
    return mapping, DerivedColumns(column_names(found.headers), tuple(makers), found.conditions, unsplit)


def _taken_over(
    columns: list[ColumnMapping],
    name: str,
    recipe: Recipe,
    custom_fields: Sequence[CustomField],
    own: tuple[str, ...],
) -> BoundRecipe:
    """The maker of a recipe over the column that is mapped to its field; that column is then no longer sent itself."""
    target = read_target(name, custom_fields)
    if target is None:
        raise ValueError("ignore is no field that could be filled")
    mapped = [one for one in columns if one.fit is Fit.MAPPED and _same(one.target, target)]
    if len(mapped) > 1:
        several = ", ".join(repr(_name(one, own)) for one in mapped)
        raise ValueError(f"{several} are all mapped to {target.name}; say which is meant with column = ...")
    position = len(columns)
    if not mapped:
        if recipe.words or recipe.split is not None or recipe.default is None:
            raise ValueError(f"no column is mapped to {target.name}; say which is meant with column = ...")
        maker = BoundRecipe(name, position, (), Recipe(constant=recipe.default))
        columns.append(ColumnMapping(position, _header(maker, own), Fit.MAPPED, target, "You said so.", 1.0))
        return maker
    [source] = mapped
    if source.position >= len(own):
        raise ValueError("it has two recipes; put everything into one")
    maker = BoundRecipe(name, position, (source.position,), recipe)
    columns.append(replace(source, position=position, header=_header(maker, own)))
    columns[source.position] = ignored(source, f"Used by [values] for {name}.")
    return maker


def _same(one: Target | None, other: Target) -> bool:
    if one is None or same_slot(one) != same_slot(other):
        return False
    return one.name == other.name and other.label in ("", one.label)


def _name(column: ColumnMapping, own: tuple[str, ...]) -> str:
    return own[column.position] if column.position < len(own) else column.header


def _mark_used(columns: list[ColumnMapping], makers: Sequence[BoundRecipe], conditions: Sequence[RowFilter]) -> None:
    uses = [
        (position, maker.point, f"Used by [values] for {maker.field}.")
        for maker in makers
        for position in maker.sources
    ]
    uses += [(one.position, "", "Used by `only` to choose rows.") for one in conditions]
    for position, point, reason in reversed(uses):
        column = columns[position]
        is_point = point and column.target is not None and column.target.field == point
        if column.fit in (Fit.UNMAPPED, Fit.UNSURE) or (is_point and column.fit is Fit.MAPPED):
            columns[position] = ignored(column, reason)
