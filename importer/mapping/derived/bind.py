"""`[values]` and `only` are bound to the columns of a sheet, and the mapping gets the fields that they fill."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from importer.errors import MappingError
from importer.mapping.chosen.overrides import column_position, position_of, read_target
from importer.mapping.derived.apply import DerivedColumns
from importer.mapping.derived.bound_recipe import BoundRecipe, bind_recipe
from importer.mapping.derived.filter import RowFilter, column_named, parse
from importer.mapping.derived.recipe import Recipe
from importer.mapping.suggest.columns import CHOSEN, ignored, same_slot
from importer.mapping.suggest.header_key import fold
from importer.model import ColumnMapping, Fit, Mapping, column_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as Table

    from importer.model import CustomField


@dataclass(frozen=True, slots=True)
class BoundValues:
    """Recipes and conditions of `only`, bound to the columns that they name, and every mistake in them, in words.

    `bound_recipes` are in the order of their columns; `bare` are recipes that name no column, by their field.
    """

    headers: tuple[str, ...]
    bound_recipes: tuple[BoundRecipe, ...] = ()
    bare: dict[str, Recipe] = field(default_factory=dict)
    conditions: tuple[RowFilter, ...] = ()
    mistakes: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The computed columns as `--map` would name them, each with its field."""
        return [(f"#{bound_recipe.position + 1}", bound_recipe.field) for bound_recipe in self.bound_recipes]


def bind(
    headers: Sequence[str], recipes: Table[str, Recipe], only: Sequence[str], place: Callable[..., str]
) -> BoundValues:
    """Find the columns of every recipe and comparison; what cannot be found is a mistake.

    `place("values", field)` and `place("only")` say where the text comes from, such as `mapping.toml, line 4: `.
    """
    bound_recipes: list[BoundRecipe] = []
    conditions: list[RowFilter] = []
    mistakes: list[str] = []
    for name, recipe in recipes.items():
        if not recipe.has_source:
            continue
        try:
            # Computed columns are numbered on behind those of the sheet; recipes with a mistake take no number.
            position = len(headers) + len(bound_recipes)
            bound_recipe = bind_recipe(name, recipe, position, lambda column: column_position(headers, column))
            if not bound_recipe.sources and fold(name) == fold("external_id"):
                raise ValueError(
                    "a constant would give every row the same id; use a template with a column, such as crm-{ID}."
                )
            bound_recipes.append(bound_recipe)
        except (MappingError, ValueError) as error:
            mistakes.append(f"{place('values', name)}[values] {name}: {_sentence(error)}")
    for text in only:
        try:
            conditions.append(_condition(text, headers))
        except (MappingError, ValueError) as error:
            mistakes.append(f"{place('only')}only: {_sentence(error)}")
    bare = {name: recipe for name, recipe in recipes.items() if not recipe.has_source}
    return BoundValues(tuple(headers), tuple(bound_recipes), bare, tuple(conditions), tuple(mistakes))


def _condition(text: str, headers: Sequence[str]) -> RowFilter:
    try:
        return parse(text, lambda name: position_of(headers, name), column_names(tuple(headers)), headers)
    except ValueError:
        # Where the text names no column, the error of looking for it is the better one: it says what is near.
        if name := column_named(text):
            column_position(headers, name)
        raise


def _sentence(error: Exception) -> str:
    text = error.message if isinstance(error, MappingError) else str(error)
    return text if text.endswith((".", "?")) else f"{text}."


def with_derived_columns(mapping: Mapping, bound: BoundValues) -> Mapping:
    """The mapping with a column for each bound recipe behind those of the sheet, not mapped yet."""
    names = column_names(bound.headers)
    computed = [
        ColumnMapping(bound_recipe.position, bound_recipe.header(names), Fit.UNMAPPED)
        for bound_recipe in bound.bound_recipes
    ]
    return Mapping((*mapping.columns, *computed))


def bind_to_mapping(
    mapping: Mapping, bound: BoundValues, custom_fields: Sequence[CustomField], place: Callable[..., str]
) -> tuple[Mapping, DerivedColumns]:
    """Bind the recipes that name no column to the column of their field, and say of each source column that it is used.

    A phone column that a recipe makes a phone of is not sent by itself as well, nor is such an email column: "the first
    of Phone and Phone 2" would otherwise be sent twice. Raises MappingError, naming every mistake.
    """
    columns = list(mapping.columns)
    names = column_names(bound.headers)
    bound_recipes = list(bound.bound_recipes)
    mistakes: list[str] = []
    for name, recipe in bound.bare.items():
        try:
            bound_recipes.append(_take_over(columns, name, recipe, custom_fields, names))
        except (MappingError, ValueError) as error:
            mistakes.append(f"{place('values', name)}[values] {name}: {_sentence(error)}")
    if mistakes:
        raise MappingError(" ".join(mistakes), "Correct [values] and run again.")

    uses = [
        (position, bound_recipe.point, f"Used by [values] for {bound_recipe.field}.")
        for bound_recipe in bound_recipes
        for position in bound_recipe.sources
    ]
    uses += [(condition.position, "", "Used by `only` to choose rows.") for condition in bound.conditions]
    # Backwards, so that a column with several uses says the first of them.
    for position, point, reason in reversed(uses):
        column = columns[position]
        is_point = point and column.target is not None and column.target.field == point
        if column.fit in (Fit.UNMAPPED, Fit.UNSURE) or (is_point and column.fit is Fit.MAPPED):
            columns[position] = ignored(column, reason)

    unsplit = frozenset(column.position for column in columns if column.fit is not Fit.MAPPED)
    return Mapping(tuple(columns)), DerivedColumns(names, tuple(bound_recipes), bound.conditions, unsplit)


def _take_over(
    columns: list[ColumnMapping],
    field: str,
    recipe: Recipe,
    custom_fields: Sequence[CustomField],
    names: tuple[str, ...],
) -> BoundRecipe:
    """Bind a recipe to the column that is mapped to its field; that column is then no longer sent itself."""
    target = read_target(field, custom_fields)
    if target is None:
        raise ValueError("ignore is not a field that can be filled")
    # A field without a label, such as phone, means the column of any label; same_slot tells custom fields apart.
    sources = [
        column
        for column in columns
        if column.fit is Fit.MAPPED
        and column.target
        and same_slot(column.target) == same_slot(target)
        and column.target.name == target.name
        and target.label in ("", column.target.label)
    ]
    if len(sources) > 1:
        headers = ", ".join(
            repr(names[source.position] if source.position < len(names) else source.header) for source in sources
        )
        raise ValueError(f"{headers} are all mapped to {target.name}; say which is meant with column = ...")
    position = len(columns)
    if not sources:
        # Only a default makes sense without a column: it is then a constant.
        if recipe.words or recipe.split is not None or recipe.default is None:
            raise ValueError(f"no column is mapped to {target.name}; say which is meant with column = ...")
        bound_recipe = BoundRecipe(field, position, (), Recipe(constant=recipe.default))
        columns.append(ColumnMapping(position, bound_recipe.header(names), Fit.MAPPED, target, CHOSEN, 1.0))
        return bound_recipe
    [source] = sources
    if source.position >= len(names):
        raise ValueError("it has two recipes; put everything into one")
    bound_recipe = BoundRecipe(field, position, (source.position,), recipe)
    columns.append(replace(source, position=position, header=bound_recipe.header(names)))
    columns[source.position] = ignored(source, f"Used by [values] for {field}.")
    return bound_recipe
