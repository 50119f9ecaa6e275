"""Do the values fit the custom fields that they go to? Asked of every chunk, told by column at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.contacts.type_check import OptionChecks, TypeChecks
from importer.mapping.derived.apply import at_sources

if TYPE_CHECKING:
    from importer.model import NormalisedChunk, Problem, SourceChunk
    from importer.pipeline.reading.sheet import PreparedSheet


class Fitness:
    """The checks of one sheet against the types and, where they are known, the options of its custom fields."""

    def __init__(self, sheet: PreparedSheet) -> None:
        self._values = sheet.values
        self._misfits = TypeChecks(sheet.mapping)
        self._choices = OptionChecks(sheet.mapping, sheet.options)

    def feed(self, chunk: SourceChunk, normalised: NormalisedChunk) -> tuple[Problem, ...]:
        """Take a chunk into account; what it gives back is about single cells."""
        self._misfits.feed(chunk, normalised)
        return at_sources(self._values, self._choices.near_misses(normalised))

    def problems(self) -> tuple[Problem, ...]:
        """What there is to say of whole columns."""
        return at_sources(self._values, (*self._misfits.problems(), *self._choices.problems()))
