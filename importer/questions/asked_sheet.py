"""A sheet as the questions see it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import ColumnMapping, Fit, Mapping
    from importer.settings.model import Settings

MOST_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class AskedSheet:
    """What the questions look at.

    `mapping`: the sheet's own columns, each with its field; `samples`: the first values of each column; `settings`:
    what is decided already.
    """

    mapping: Mapping
    samples: Sequence[Sequence[str]]
    settings: Settings

    def columns(self, *fits: Fit) -> list[ColumnMapping]:
        """The columns that came to their field in one of these ways."""
        return [column for column in self.mapping.columns if column.fit in fits]

    def name(self, column: ColumnMapping) -> str:
        """What a column is called, as `--map` takes it."""
        return self.mapping.names[column.position]

    def examples(self, column: ColumnMapping) -> tuple[str, ...]:
        """A few different values of a column."""
        texts = (" ".join(text.split()) for text in self.samples[column.position])
        return tuple(islice(dict.fromkeys(filter(None, texts)), MOST_SAMPLES))
