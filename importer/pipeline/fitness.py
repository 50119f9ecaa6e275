"""Do the values fit the custom fields that they go to? Asked of every chunk, told by column at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.misfit import Choices, Misfits
from importer.mapping.values import spoken_all

if TYPE_CHECKING:
    from importer.model import NormalisedChunk, Problem, SourceChunk
    from importer.pipeline.sheet import Sheet


class Fitness:
    """The checks of one sheet against the types and, where they are known, the options of its custom fields."""

    def __init__(self, sheet: Sheet) -> None:
        self._values = sheet.values
        self._misfits = Misfits(sheet.mapping)
        self._choices = Choices(sheet.mapping, sheet.options)

    def feed(self, chunk: SourceChunk, normalised: NormalisedChunk) -> tuple[Problem, ...]:
        """Take a chunk into account; what it gives back is about single cells."""
        self._misfits.feed(chunk, normalised)
        return spoken_all(self._values, self._choices.near_misses(normalised))

    def problems(self) -> tuple[Problem, ...]:
        """What there is to say of whole columns."""
        return spoken_all(self._values, (*self._misfits.problems(), *self._choices.problems()))
