"""A recipe bound to the columns of one sheet: cells of a row in, the text of one made cell out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.mapping.derived.recipe import Recipe, pieces_of, places_of, text_of
from importer.mapping.derived.template import TextTemplate
from importer.mapping.suggest.header_key import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

POINTS = frozenset({"phone", "email"})
SOMEBODY = frozenset({"first_name", "last_name", "full_name", "company"}) | POINTS
"""The fields by which a row is somebody."""


@dataclass(frozen=True, slots=True)
class BoundRecipe:
    """`field` as the person wrote it; `sources` are column positions from 0; `position` is that of the made column."""

    field: str
    position: int
    sources: tuple[int, ...]
    recipe: Recipe
    template: TextTemplate | None = None

    def make(self, cells: Sequence[str]) -> tuple[str, bool]:
        """The text of the made cell from the cells of `sources`, and whether no cell of the row gave it."""
        text = self._worded(self._split(self._source(cells)))
        if text:
            return text, not self.sources
        default = self.recipe.default
        return ("", False) if default is None else (text_of(default), True)

    @property
    def is_somebody(self) -> bool:
        """Whether the field is one of those by which a row is somebody."""
        return self._kind in map(fold, SOMEBODY)

    @property
    def is_point(self) -> bool:
        """Whether the field is a phone or an email."""
        return self._kind in POINTS

    @property
    def point(self) -> str:
        """`phone` or `email` where the field is one of these, else ""."""
        return self._kind if self.is_point else ""

    @property
    def _kind(self) -> str:
        return fold(self.field.partition(":")[0])

    def _source(self, cells: Sequence[str]) -> str:
        if self.recipe.constant is not None:
            return text_of(self.recipe.constant)
        if self.template is not None:
            return self.template.fill(cells)
        return next((cell for cell in cells if cell.strip()), "")

    def _split(self, text: str) -> str:
        split, part = self.recipe.split, self.recipe.part
        if split is None or part is None:
            return text
        pieces = pieces_of(text, split)
        return (split if split.strip() else " ").join(pieces[place] for place in places_of(part, len(pieces)))

    def _worded(self, text: str) -> str:
        words = self.recipe.words
        if not words:
            return text
        if text.strip() in words:
            return text_of(words[text.strip()])
        folded = {word.casefold(): value for word, value in words.items()}
        found = folded.get(text.strip().casefold())
        return text if found is None else text_of(found)


def bound(field: str, recipe: Recipe, position: int, column: Callable[[str], int]) -> BoundRecipe:
    """Bind a recipe; `column` finds a position by name, or raises. Raises ValueError for a bad template."""
    template = TextTemplate.read(recipe.template) if recipe.template is not None else None
    names = template.columns if template else (recipe.column,) if recipe.column is not None else recipe.first
    return BoundRecipe(field, position, tuple(column(name) for name in names), recipe, template)
