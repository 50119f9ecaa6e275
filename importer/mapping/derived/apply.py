"""Before cleaning: rows are chosen by `only`, and columns computed by the recipes of `[values]`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING

from importer.mapping.derived.recipe import pieces_of, places_of
from importer.model import MAYBE_HEADING, NormalisedChunk, Problem, Severity, SourceChunk
from importer.model.fields import ARRAYS, IDENTIFYING_FIELDS, SCALARS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from importer.mapping.derived.bound_recipe import BoundRecipe
    from importer.mapping.derived.filter import RowFilter

_NAMES = frozenset(IDENTIFYING_FIELDS & SCALARS.keys())
_POINTS = tuple(f"{name}_" for name in ARRAYS)


@dataclass(frozen=True, slots=True)
class DerivedChunk:
    """A chunk with its computed columns behind those of the sheet.

    `alone`: for each identifying column, by position, the rows whose cell came from a constant or a default alone.
    `points_are_own`: the phones and emails of all rows came from cells of the sheet.
    """

    chunk: SourceChunk
    alone: Mapping[int, tuple[int, ...]]
    points_are_own: bool = True

    def bare(self, rows: Sequence[int]) -> SourceChunk:
        """Some rows of the chunk, with the cells of `alone` empty."""
        indices = {row: index for index, row in enumerate(self.chunk.rows)}
        columns = []
        for position, texts in enumerate(self.chunk.columns):
            alone = set(self.alone.get(position, ()))
            columns.append(["" if row in alone else texts[indices[row]] for row in rows])
        return SourceChunk(rows, columns, ((),) * len(rows))


@dataclass(frozen=True, slots=True)
class DerivedColumns:
    """What is done to each chunk; `titles` are the names of the sheet's own columns, in order."""

    titles: tuple[str, ...] = ()
    bound_recipes: tuple[BoundRecipe, ...] = ()
    conditions: tuple[RowFilter, ...] = ()
    unsplit: frozenset[int] = frozenset()

    def apply(self, chunk: SourceChunk) -> DerivedChunk:
        """Choose the rows and add the computed columns; rows that are not wanted are `skipped`, with the reason.

        A row that can't be compared, and one that was read with an error, stays: it is rejected and handed back.
        Rules: `not-wanted` (skipped), `only-unclear` (error), `split-left-over` (warning).
        """
        return self.compute(self._with_chosen_rows(chunk) if self.conditions else chunk)

    def compute(self, chunk: SourceChunk) -> DerivedChunk:
        """Add the computed columns to all rows, whether they are wanted or not."""
        if not self.bound_recipes:
            return DerivedChunk(chunk, {})

        columns = list(chunk.columns)
        alone: dict[int, tuple[int, ...]] = {}
        points_are_own = True
        for bound_recipe in self.bound_recipes:
            sources = [chunk.columns[position] for position in bound_recipe.sources]
            source_rows = list(zip(*sources, strict=True)) if sources else [()] * len(chunk.rows)
            # Cells repeat a lot, so each different combination is made once.
            made = {cells: bound_recipe.make(cells) for cells in set(source_rows)}
            columns.append([made[cells][0] for cells in source_rows])
            if bound_recipe.is_identifying:
                rows = tuple(row for row, cells in zip(chunk.rows, source_rows, strict=True) if made[cells][1])
                if rows:
                    alone[bound_recipe.position] = rows
                    points_are_own = points_are_own and not bound_recipe.point
        problems = (*chunk.problems, *self._left_over(chunk))
        return DerivedChunk(replace(chunk, columns=columns, problems=problems), alone, points_are_own)

    def _with_chosen_rows(self, chunk: SourceChunk) -> SourceChunk:
        # A row that could not be read properly is handed back, whatever the condition says of its cells. What may be
        # a note was read, and a condition is how a person says that it is one.
        unreadable = {
            problem.row
            for problem in chunk.problems
            if problem.severity is Severity.ERROR and problem.rule != MAYBE_HEADING
        }
        columns = [chunk.columns[condition.position] for condition in self.conditions]
        keep: list[bool] = []
        unclear: list[Problem] = []
        skipped: list[Problem] = []
        for index, row in enumerate(chunk.rows):
            verdict = None if row in unreadable else self._verdict(row, [column[index] for column in columns])
            keep.append(verdict is None or verdict.severity is Severity.ERROR)
            if verdict is not None:
                (unclear if keep[-1] else skipped).append(verdict)
        if all(keep):
            return replace(chunk, problems=(*chunk.problems, *unclear))
        left_out = _rows_of(chunk, [not is_kept for is_kept in keep])
        dropped = {*left_out.rows}
        problems = (*(problem for problem in chunk.problems if problem.row not in dropped), *unclear)
        chosen, skipped_rows = _rows_of(chunk, keep), (*chunk.skipped, *skipped)
        return replace(chosen, problems=problems, skipped=skipped_rows, left_out=chunk.left_out).leave_out(left_out)

    def _verdict(self, row: int, cells: Sequence[str]) -> Problem | None:
        """Why a row is not imported: not wanted, or not comparable; None where every condition holds."""
        answers = [
            (condition, cell, condition.holds(cell)) for condition, cell in zip(self.conditions, cells, strict=True)
        ]
        # A row that one condition excludes is not wanted, even if another one cannot tell.
        for condition, cell, is_wanted in answers:
            if is_wanted is False:
                text, rule = condition.refusal(cell), "not-wanted"
                return Problem(row, condition.title, cell, rule, Severity.WARNING, text, condition.position)
        for condition, cell, is_wanted in answers:
            if is_wanted is None:
                text = (
                    f"{cell!r} cannot be compared with {condition.value!r}, so it is not clear whether to import the "
                    "row. Write a plain number or a date such as 2024-12-31 there, or change `only`."
                )
                rule = "only-unclear"
                return Problem(row, condition.title, cell, rule, Severity.ERROR, text, condition.position)
        return None

    def _left_over(self, chunk: SourceChunk) -> Iterator[Problem]:
        """A warning for each split cell with a piece that no recipe takes."""
        parts_taken: defaultdict[tuple[int, str], list[int | str]] = defaultdict(list)
        # A column that is sent itself loses nothing, so only `unsplit` ones are looked at.
        for bound_recipe in self.bound_recipes:
            if (
                bound_recipe.recipe.split is not None
                and bound_recipe.recipe.part is not None
                and bound_recipe.sources[0] in self.unsplit
            ):
                parts_taken[bound_recipe.sources[0], bound_recipe.recipe.split].append(bound_recipe.recipe.part)
        for (position, split), parts in parts_taken.items():
            for row, text in zip(chunk.rows, chunk.columns[position], strict=True):
                pieces = pieces_of(text, split)
                used = {index for part in parts for index in places_of(part, len(pieces))}
                unused = [piece for index, piece in enumerate(pieces) if index not in used and piece]
                if unused:
                    message = (
                        f"{', '.join(map(repr, unused))} of {text!r} is in no part that [values] takes, so it is not "
                        'sent. Take it with another part, such as part = "2-" for all from the second on.'
                    )
                    title = self.titles[position]
                    yield Problem(row, title, text, "split-left-over", Severity.WARNING, message, position)

    def at_source(self, problem: Problem) -> Problem:
        """A problem of a computed column as a problem of its first source column, with how the value was computed."""
        bound_recipe = next(
            (bound_recipe for bound_recipe in self.bound_recipes if bound_recipe.position == problem.position), None
        )
        if bound_recipe is None:
            return problem
        titles = [self.titles[position] for position in dict.fromkeys(bound_recipe.sources)]
        made = f"{bound_recipe.field}, made by [values]" + (f" from {', '.join(map(repr, titles))}" if titles else "")
        return problem._replace(
            column=titles[0] if titles else None,
            message=f"{made}: {problem.message}",
            # A column of constants has no column of the sheet; its own position still tells it from the others.
            position=bound_recipe.sources[0] if bound_recipe.sources else bound_recipe.position,
        )

    def sources(self, position: int) -> tuple[int, ...]:
        """The position of a column and of those that it was computed from."""
        return (
            position,
            *(
                source
                for bound_recipe in self.bound_recipes
                if bound_recipe.position == position
                for source in bound_recipe.sources
            ),
        )


def _rows_of(chunk: SourceChunk, keep: Sequence[bool]) -> SourceChunk:
    """Some rows of a chunk, without its problems."""
    columns = [list(compress(texts, keep)) for texts in chunk.columns]
    return SourceChunk(list(compress(chunk.rows, keep)), columns, list(compress(chunk.originals, keep)))


def emptied(
    normalised: NormalisedChunk, made: DerivedChunk, clean: Callable[[SourceChunk], NormalisedChunk]
) -> NormalisedChunk:
    """Empty the rows that are contacts only by constants and defaults, as if these had not been there.

    A constant company must not turn a row of placeholders into a contact; the schema then rejects the row. `clean` is
    what made the normalised chunk: a row that may be such a one is cleaned once more without them.
    """
    computed_only = {row for rows in made.alone.values() for row in rows}
    # A row with a phone or an email is a contact, unless that was computed.
    has_point = _identified_rows(normalised, without=_NAMES) if made.points_are_own else set()
    suspects = [row for row in normalised.rows if row in computed_only and row not in has_point]
    if not suspects:
        return normalised
    bare = clean(made.bare(suspects))
    hollow = set(suspects) - _identified_rows(bare)
    if not hollow:
        return normalised

    # What the constants made of these rows goes, and their problems with it: the person never wrote those values.
    columns = dict(normalised.columns)
    for name in filter(_is_identifying, columns):
        texts = zip(normalised.rows, columns[name], strict=True)
        columns[name] = ["" if row in hollow else text for row, text in texts]
    problems = [problem for problem in normalised.problems if problem.row not in hollow]
    problems += [problem for problem in bare.problems if problem.row in hollow]
    problems.sort(key=lambda problem: problem.row or 0)
    return replace(normalised, columns=columns, problems=tuple(problems))


def _identified_rows(chunk: NormalisedChunk, without: Collection[str] = ()) -> set[int]:
    """The rows with a text in an identifying column."""
    columns = [texts for name, texts in chunk.columns.items() if _is_identifying(name) and name not in without]
    return {row for texts in columns for row, text in zip(chunk.rows, texts, strict=True) if text}


def _is_identifying(name: str) -> bool:
    return name in _NAMES or (name.startswith(_POINTS) and not name.endswith("_label"))


def at_sources(values: DerivedColumns, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems as `DerivedColumns.at_source` gives them."""
    return tuple(map(values.at_source, problems)) if values.bound_recipes else tuple(problems)
