"""A sheet and its rows, as they are read and as they are after cleaning.

Chunks are columns of text; pandas is loaded only when a DataFrame of them is needed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Self

from importer.model.row_names import RowNames

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping, Sequence

    import pandas as pd

    from importer.model.problem import Problem


NO_NAMES = RowNames()


# Cached because names are asked for wherever a problem is reported, always for the same headers.
@lru_cache(maxsize=256)
def column_names(headers: tuple[str, ...]) -> tuple[str, ...]:
    """What each column is called: its header without outer spaces, or `#N` (from 1) where `--map` needs the number.

    That is where the header is empty, or equals another one without outer spaces: `--map` takes a name that is written
    exactly like one header, in capitals too, so only headers that are equal then need their number.
    """
    trimmed = [header.strip() for header in headers]
    counts = Counter(trimmed)
    return tuple(name if name and counts[name] == 1 else f"#{number}" for number, name in enumerate(trimmed, 1))


@dataclass(frozen=True, slots=True)
class ReadDecision:
    """Something that the reader decided about a file and reports, such as ("encoding", "cp1252")."""

    what: str
    value: str


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A sheet that has been opened: its header is known, its rows are read a chunk at a time.

    `chunks()` may be called any number of times; each call reads the same rows again from the first, even if the file
    has been changed since. `header_row` is 0 where the sheet has none (headers are then `#1`, `#2`, ...).
    `decisions` are printed and stored; `problems` are sheet-wide. `nothing` are the columns (from 0) that have neither
    a name nor a cell. `digest` is of the bytes that are read, "" where they are unknown.
    `hidden_rows` are the numbers of the rows below the header that the sheet hides, by a filter or by hand, of
    `rows_with_hidden` (which is 0 where none is); `hidden_columns` are the positions of those that it hides.
    `row_names`: what its rows are called where it is made of several files.
    """

    file: str
    sheet: str | None
    header_row: int
    headers: tuple[str, ...]
    # A function and not an iterator, because the rows are gone through several times: by suggestions, staging, rejects.
    chunks: Callable[[], Iterator[SourceChunk]]
    decisions: tuple[ReadDecision, ...] = ()
    problems: tuple[Problem, ...] = ()
    nothing: frozenset[int] = frozenset()
    digest: str = ""
    hidden_rows: Sequence[int] = ()
    hidden_columns: tuple[int, ...] = ()
    rows_with_hidden: int = 0
    row_names: RowNames = NO_NAMES

    @property
    def names(self) -> tuple[str, ...]:
        """What each column is called, as `--map` takes it (see `column_names`)."""
        return column_names(self.headers)


def _frame(columns: Mapping[Any, Sequence[str]], rows: Sequence[int]) -> pd.DataFrame:
    # Imported here because pandas takes 1.5 s to load, and few sheets need a frame.
    import pandas as pd

    # Most columns of a frame that is looked at are empty, and to make one takes longer than to look at it.
    empty = pd.array([""] * len(rows), dtype="str")
    texts = {name: pd.array(list(column), dtype="str") if any(column) else empty for name, column in columns.items()}
    return pd.DataFrame(texts, pd.Index(list(rows), dtype="int64", name="row"))


# Without slots, because a cached property keeps its value in the instance's dict.
@dataclass(frozen=True)
class SourceChunk:
    """A bounded run of source rows.

    `rows`: their numbers in the sheet. `columns`: the text of their cells, column by column, as many as the header has;
    the empty string is the one empty value.
    `originals`: the untouched cells of the same rows in the same order, ragged as they were.
    `problems`: what reading itself found (error severity rejects the row).
    `skipped`: rows that are not contacts (totals, footers, repeated headers) or not to be imported (hidden ones, and
    those that `only` excludes); they are not in `rows`. `left_out`: the cells of the latter, where there are any.
    """

    rows: Sequence[int]
    columns: Sequence[Sequence[str]]
    originals: Sequence[tuple[str, ...]]
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()
    left_out: SourceChunk | None = None

    def leave_out(self, rows: SourceChunk) -> SourceChunk:
        """The same chunk with other rows, which are not in it, among those that are left out."""
        if self.left_out is None:
            return replace(self, left_out=rows)
        pairs = zip(self.left_out.columns, rows.columns, strict=True)
        return replace(
            self,
            left_out=SourceChunk(
                [*self.left_out.rows, *rows.rows],
                [[*first, *second] for first, second in pairs],
                [*self.left_out.originals, *rows.originals],
            ),
        )

    @classmethod
    def of(cls, cells: pd.DataFrame, originals: Sequence[tuple[str, ...]], problems: tuple[Problem, ...] = ()) -> Self:
        """A chunk with the cells of a DataFrame of text."""
        columns = [cells.iloc[:, position].tolist() for position in range(cells.shape[1])]
        return cls(cells.index.tolist(), columns, originals, problems)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The cells as a DataFrame of text: index = sheet row number, columns labelled 0..n-1 by position."""
        return _frame(dict(enumerate(self.columns)), self.rows)


# Without slots, as above.
@dataclass(frozen=True)
class NormalisedChunk:
    """The cells of a chunk after cleaning, ready for the schema.

    `rows`: their numbers in the sheet. `columns`: their text by name, "" where empty:
    `identity external_id first_name last_name company role source_url created_by`, then `phone_1 phone_1_label
    phone_2 ...`, `email_1 email_1_label ...` (as many as the widest row of the chunk needs) and `custom:<key>` for each
    mapped custom field. Values are as sent: E.164, RFC 3339; boolean, number and multi-select as JSON text.
    `withheld`: by row the phones that are never sent, since the sheet says not to use them.
    """

    rows: Sequence[int]
    columns: Mapping[str, Sequence[str]]
    problems: tuple[Problem, ...]
    withheld: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: pd.DataFrame, problems: tuple[Problem, ...]) -> Self:
        """A chunk with the columns of a DataFrame of text."""
        columns = {str(name): frame[name].tolist() for name in frame.columns}
        return cls(frame.index.tolist(), columns, problems)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The columns as a DataFrame of text: index = sheet row number."""
        return _frame(self.columns, self.rows)

    def only(self, rows: Container[int]) -> NormalisedChunk:
        """The chunk with only these rows, without the problems."""
        places = [place for place, row in enumerate(self.rows) if row in rows]
        columns = {name: [texts[place] for place in places] for name, texts in self.columns.items()}
        kept = {row: numbers for row, numbers in self.withheld.items() if row in rows}
        return NormalisedChunk([self.rows[place] for place in places], columns, (), kept)
