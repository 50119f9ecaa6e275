"""A sheet as the questions see it: its first rows, and whole columns where a question needs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, TypeVar, cast

from importer.model import Fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from importer.model import ColumnMapping, Mapping, SourceChunk
    from importer.settings.model import Settings

MOST_SAMPLES = 3
Counted = TypeVar("Counted")


class ColumnReader:
    """The columns of a sheet: the first rows, and whole columns, of which what was counted is kept.

    `chunks` reads the sheet from its first row, as `SourceTable.chunks` does. Most sheets raise no question, so that
    they are not read a second time: a question looks at the first rows before it has whole columns read.
    """

    def __init__(self, chunks: Callable[[], Iterable[SourceChunk]]) -> None:
        self._chunks = chunks
        self._kept: dict[tuple[str, tuple[int, ...]], object] = {}

    @cached_property
    def first(self) -> SourceChunk | None:
        """The first rows, some thousands; None where there are none."""
        return next(iter(self._chunks()), None)

    def first_texts(self, position: int) -> Sequence[str]:
        """The first cells of a column."""
        return self.first.columns[position] if self.first is not None else ()

    def counted(
        self,
        name: str,
        positions: tuple[int, ...],
        count: Callable[[Iterator[list[Sequence[str]]]], Counted],
    ) -> Counted:
        """Return what `count` makes of whole columns, which it gets some thousand cells of each at a time."""
        key = (name, positions)
        if key not in self._kept:
            self._kept[key] = count([chunk.columns[position] for position in positions] for chunk in self._chunks())
        return cast("Counted", self._kept[key])

    def found(self, name: str, find: Callable[[SourceChunk], Iterable[Counted]], *, whole: bool) -> Sequence[Counted]:
        """Return what `find` gives for the first rows, or for all rows where a person waits for the `whole` sheet."""
        key = (name, (int(whole),))
        if key not in self._kept:
            chunks = self._chunks() if whole else filter(None, (self.first,))
            self._kept[key] = [result for chunk in chunks for result in find(chunk)]
        return cast("Sequence[Counted]", self._kept[key])


@dataclass(frozen=True, slots=True)
class AskedSheet:
    """What the questions look at.

    `mapping`: every column with its field, computed ones last; `width`: how many are the sheet's own; `settings`: what
    is decided already; `own_numbers`: the workspace's own phone numbers in E.164, as far as they are known; `whole`:
    whole columns are worth reading, even if the first rows raise no question.
    """

    mapping: Mapping
    width: int
    settings: Settings
    reader: ColumnReader = field(repr=False)
    own_numbers: tuple[str, ...] = ()
    whole: bool = False

    def columns(self, *fits: Fit) -> list[ColumnMapping]:
        """The sheet's own columns that came to their field in one of these ways."""
        return [column for column in self.mapping.columns[: self.width] if column.fit in fits]

    def sent(self, *fields: str) -> list[ColumnMapping]:
        """The columns, computed ones too, that fill one of these fields."""
        mapped = (column for column in self.mapping.columns if column.fit is Fit.MAPPED)
        return [column for column in mapped if column.target and column.target.field in fields]

    def name(self, column: ColumnMapping) -> str:
        """What a column is called, as `--map` takes it."""
        return self.mapping.names[column.position]

    def first_values(self, column: ColumnMapping) -> list[str]:
        """The first values of a column, on one line each, without blank ones."""
        texts = (" ".join(text.split()) for text in self.reader.first_texts(column.position))
        return [text for text in texts if text]

    def examples(self, column: ColumnMapping) -> tuple[str, ...]:
        """A few different values of a column."""
        return tuple(islice(dict.fromkeys(self.first_values(column)), MOST_SAMPLES))
