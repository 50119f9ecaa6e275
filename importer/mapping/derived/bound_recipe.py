"""A recipe bound to the columns of one sheet: it makes the text of one cell from the cells of a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.mapping.derived.recipe import Recipe, pieces_of, places_of, text_of
from importer.mapping.derived.template import TextTemplate
from importer.mapping.suggest.header_key import fold
from importer.model.fields import ARRAYS, IDENTIFYING_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_IDENTIFYING = frozenset(map(fold, IDENTIFYING_FIELDS))


@dataclass(frozen=True, slots=True)
class BoundRecipe:
    """`field` as the person wrote it; `sources` and `position` (of the computed column) count columns from 0."""

    field: str
    position: int
    sources: tuple[int, ...]
    recipe: Recipe
    template: TextTemplate | None = None

    def header(self, names: Sequence[str]) -> str:
        """The header of the computed column, with the names of the columns that it is made from."""
        sources = ", ".join(names[position] for position in dict.fromkeys(self.sources))
        return f"{self.field} (from {sources})" if sources else f"{self.field} (constant)"

    def make(self, cells: Sequence[str]) -> tuple[str, bool]:
        """The text of the computed cell from the cells of `sources`, and whether no cell of the row gave it."""
        recipe = self.recipe
        # In the order that the settings promise: source, split, words, default.
        if recipe.constant is not None:
            text = text_of(recipe.constant)
        elif self.template is not None:
            text = self.template.fill(cells)
        else:
            text = next((cell for cell in cells if cell.strip()), "")

        if recipe.split is not None and recipe.part is not None:
            pieces = pieces_of(text, recipe.split)
            separator = recipe.split if recipe.split.strip() else " "
            text = separator.join(pieces[index] for index in places_of(recipe.part, len(pieces)))

        if recipe.words:
            # A whole cell is replaced: exactly this word goes before the same word in another case.
            word = text.strip()
            by_fold = {name.casefold(): value for name, value in recipe.words.items()}
            value = recipe.words.get(word, by_fold.get(word.casefold()))
            text = text if value is None else text_of(value)

        if text:
            return text, not self.sources
        return ("", False) if recipe.default is None else (text_of(recipe.default), True)

    @property
    def is_identifying(self) -> bool:
        """Whether a row that has this field alone is a contact."""
        return self._field_key in _IDENTIFYING

    @property
    def point(self) -> str:
        """`phone` or `email` where the field is one of these, else ""."""
        return self._field_key if self._field_key in ARRAYS else ""

    @property
    def _field_key(self) -> str:
        return fold(self.field.partition(":")[0])


def bind_recipe(field: str, recipe: Recipe, position: int, column: Callable[[str], int]) -> BoundRecipe:
    """Bind a recipe; `column` finds a position by name, or raises. Raises ValueError for a bad template."""
    template = TextTemplate.read(recipe.template) if recipe.template is not None else None
    names = template.columns if template else (recipe.column,) if recipe.column is not None else recipe.first
    return BoundRecipe(field, position, tuple(column(name) for name in names), recipe, template)
