"""Before anything is cleaned: rows chosen by `only`, and columns made by the recipes of `[values]`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING

from importer.mapping.derived.recipe import pieces_of, places_of
from importer.model import NormalisedChunk, Problem, Severity, SourceChunk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from importer.mapping.derived.bound_recipe import BoundRecipe
    from importer.mapping.derived.filter import RowFilter

_SOMEBODY = ("first_name", "last_name", "company")


@dataclass(frozen=True, slots=True)
class DerivedChunk:
    """A chunk with its made columns behind those of the sheet.

    `alone`: by position, the rows of columns by which a row is somebody whose cell came from a constant or a default.
    """

    chunk: SourceChunk
    alone: Mapping[int, tuple[int, ...]]
    points_are_own: bool = True

    def bare(self, rows: Sequence[int]) -> SourceChunk:
        """Some rows of the chunk with nothing in those cells."""
        places = {row: place for place, row in enumerate(self.chunk.rows)}
        columns = []
        for position, texts in enumerate(self.chunk.columns):
            alone = set(self.alone.get(position, ()))
            columns.append(["" if row in alone else texts[places[row]] for row in rows])
        return SourceChunk(rows, columns, ((),) * len(rows))


@dataclass(frozen=True, slots=True)
class DerivedColumns:
    """What is done to each chunk; `titles` are the names of the sheet's own columns, in order."""

    titles: tuple[str, ...] = ()
    makers: tuple[BoundRecipe, ...] = ()
    conditions: tuple[RowFilter, ...] = ()
    unsplit: frozenset[int] = frozenset()

    def apply(self, chunk: SourceChunk) -> DerivedChunk:
        """Choose the rows and add the made columns; rows that are not wanted are `skipped`, with the reason.

        A row that can't be compared, and one that was read with an error, stays: it is rejected and handed back.
        Rules: `not-wanted` (skipped), `only-unclear` (error), `split-left-over` (warning).
        """
        if self.conditions:
            chunk = self._chosen(chunk)
        if not self.makers:
            return DerivedChunk(chunk, {})
        return self._with_columns(chunk)

    def _chosen(self, chunk: SourceChunk) -> SourceChunk:
        broken = {one.row for one in chunk.problems if one.severity is Severity.ERROR}
        columns = [_texts(chunk, one.position) for one in self.conditions]
        keep: list[bool] = []
        said: list[Problem] = []
        skipped: list[Problem] = []
        for at, row in enumerate(chunk.rows):
            verdict = None if row in broken else self._verdict(row, [column[at] for column in columns])
            keep.append(verdict is None or verdict.severity is Severity.ERROR)
            if verdict is not None:
                (said if keep[-1] else skipped).append(verdict)
        if all(keep):
            return replace(chunk, problems=(*chunk.problems, *said))
        rows = {row for row, kept in zip(chunk.rows, keep, strict=True) if not kept}
        return SourceChunk(
            list(compress(chunk.rows, keep)),
            [list(compress(texts, keep)) for texts in chunk.columns],
            list(compress(chunk.originals, keep)),
            (*(one for one in chunk.problems if one.row not in rows), *said),
            (*chunk.skipped, *skipped),
        )

    def _verdict(self, row: int, cells: Sequence[str]) -> Problem | None:
        """Why a row is not imported: not wanted, or not to be compared; None where every condition holds."""
        answers = [(one, cell, one.holds(cell)) for one, cell in zip(self.conditions, cells, strict=True)]
        for one, cell, answer in answers:
            if answer is False:
                text = f"Not imported, because only rows with {one} are wanted. Change `only` if it is."
                return Problem(row, one.title, cell, "not-wanted", Severity.WARNING, text, one.position)
        for one, cell, answer in answers:
            if answer is None:
                text = f"{cell!r} cannot be compared with {one.value!r}, so nobody knows whether the row is wanted. "
                step = "Write a plain number or a date such as 2024-12-31 there, or change `only`."
                return Problem(row, one.title, cell, "only-unclear", Severity.ERROR, text + step, one.position)
        return None

    def _with_columns(self, chunk: SourceChunk) -> DerivedChunk:
        columns = list(chunk.columns)
        alone: dict[int, tuple[int, ...]] = {}
        for maker in self.makers:
            made = self._made(maker, chunk)
            if maker.is_somebody:
                alone[maker.position] = tuple(
                    row for row, (_, by_itself) in zip(chunk.rows, made, strict=True) if by_itself
                )
            columns.append([text for text, _ in made])
        own = not any(maker.is_point and alone.get(maker.position) for maker in self.makers)
        chunk = replace(chunk, columns=columns, problems=(*chunk.problems, *self._left_over(chunk)))
        return DerivedChunk(chunk, {position: rows for position, rows in alone.items() if rows}, own)

    @staticmethod
    def _made(maker: BoundRecipe, chunk: SourceChunk) -> list[tuple[str, bool]]:
        sources = [_texts(chunk, position) for position in maker.sources]
        rows = list(zip(*sources, strict=True)) if sources else [()] * len(chunk.rows)
        known = {cells: maker.make(cells) for cells in set(rows)}
        return [known[cells] for cells in rows]

    def _left_over(self, chunk: SourceChunk) -> Iterator[Problem]:
        """What of a split cell no recipe takes."""
        taken: defaultdict[tuple[int, str], list[int | str]] = defaultdict(list)
        for maker in self.makers:
            if maker.recipe.split is not None and maker.recipe.part is not None and maker.sources[0] in self.unsplit:
                taken[maker.sources[0], maker.recipe.split].append(maker.recipe.part)
        for (position, split), parts in taken.items():
            for row, text in zip(chunk.rows, _texts(chunk, position), strict=True):
                pieces = pieces_of(text, split)
                used = {place for part in parts for place in places_of(part, len(pieces))}
                left = [piece for place, piece in enumerate(pieces) if place not in used and piece]
                if left:
                    rest = ", ".join(map(repr, left))
                    what = f"{rest} of {text!r} is in no part that [values] takes, so it is not sent."
                    step = 'Take it with another part, such as part = "2-" for all from the second on.'
                    title = self.titles[position]
                    yield Problem(row, title, text, "split-left-over", Severity.WARNING, f"{what} {step}", position)

    def spoken(self, problem: Problem) -> Problem:
        """A problem of a made column as one of the person's own column, told how the value came to be."""
        maker = next((maker for maker in self.makers if maker.position == problem.position), None)
        if maker is None:
            return problem
        titles = [self.titles[position] for position in dict.fromkeys(maker.sources)]
        made = f"{maker.field}, made by [values]" + (f" from {', '.join(map(repr, titles))}" if titles else "")
        return replace(
            problem,
            column=titles[0] if titles else None,
            message=f"{made}: {problem.message}",
            # A column of constants has no column of the sheet; its own position still tells it from the others.
            position=maker.sources[0] if maker.sources else maker.position,
        )

    def sources(self, position: int) -> tuple[int, ...]:
        """The position of a column and of those that it was computed from."""
        return (position, *(source for maker in self.makers if maker.position == position for source in maker.sources))


def emptied(
    normalised: NormalisedChunk, made: DerivedChunk, clean: Callable[[SourceChunk], NormalisedChunk]
) -> NormalisedChunk:
    """Rows in which nothing but constants and defaults is left of a person, made as empty as the person's own cells.

    A constant company must not turn a row of placeholders into a contact; the schema then rejects the row. `clean` is
    what made the normalised chunk: a row that may be such a one is cleaned once more without them.
    """
    reached = _somebody(normalised, but=_SOMEBODY)
    alone = {row for rows in made.alone.values() for row in rows}
    # A row with a phone or an address is somebody, unless that is what was made.
    own = made.points_are_own
    suspects = [row for row in normalised.rows if row in alone and not (own and row in reached)]
    if not suspects:
        return normalised
    bare = clean(made.bare(suspects))
    hollow = set(suspects) - _somebody(bare)
    if not hollow:
        return normalised
    columns = {
        name: _blanked(texts, normalised.rows, hollow) if _is_somebody(name) else texts
        for name, texts in normalised.columns.items()
    }
    told = [one for one in normalised.problems if one.row not in hollow]
    told += [one for one in bare.problems if one.row in hollow]
    return NormalisedChunk(normalised.rows, columns, tuple(sorted(told, key=lambda one: one.row or 0)))


def _somebody(chunk: NormalisedChunk, but: Collection[str] = ()) -> set[int]:
    """The rows with anything in the columns by which a row is somebody."""
    columns = [texts for name, texts in chunk.columns.items() if _is_somebody(name) and name not in but]
    return {row for texts in columns for row, text in zip(chunk.rows, texts, strict=True) if text}


def _blanked(texts: Sequence[str], rows: Sequence[int], hollow: Collection[int]) -> list[str]:
    return ["" if row in hollow else text for row, text in zip(rows, texts, strict=True)]


def _is_somebody(name: str) -> bool:
    return name in _SOMEBODY or (name.startswith(("phone_", "email_")) and not name.endswith("_label"))


def _texts(chunk: SourceChunk, position: int) -> Sequence[str]:
    return chunk.columns[position]


def spoken_all(values: DerivedColumns, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Every problem as `Values.spoken` tells it."""
    return tuple(map(values.spoken, problems)) if values.makers else tuple(problems)
