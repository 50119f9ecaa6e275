"""What was said of rows when they were handed back, of which their file of rejects shows no sign.

A row goes on with the one above it, or looks like a note, only beside the other rows of its sheet. So the doubts about
rejects are kept: those of a run in the journal, and those of the latest rejects of any command beside their file.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from importer.model import MAYBE_HEADING, Problem, Severity
from importer.model.added_columns import NEW_PERSON
from importer.pipeline.reading.incomplete_rows import CONTINUES
from importer.spreadsheet.rejects.rejects import layout_of, numbered_cells
from importer.spreadsheet.row_problems import maybe_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from importer.model import NormalisedChunk, Reject, SourceChunk, SourceTable
    from importer.spreadsheet.rejects.rejects import StatedRow


class DoubtsOfRejects(NamedTuple):
    """The doubts about the rows of a rejects file, by row.

    `went_on`: why a row goes on with the row above, which the file need not hold. `notes`: the problem of a row that
    may be a note, which shows only beside the contacts of the sheet.
    """

    went_on: Mapping[int, str]
    notes: Mapping[int, Problem]


NO_DOUBTS = DoubtsOfRejects({}, {})


class HandedBackDoubt(NamedTuple):
    """A doubt as it is kept beside a file of rejects, without what the row says: its number and external id there.

    `note`: the hash of the only text of a row that may be a note; "" for a row that goes on with the one above.
    """

    number: int
    external_id: str
    note: str


def noting_doubts(rejects: Iterable[Reject], doubts: list[HandedBackDoubt]) -> Iterator[Reject]:
    """Give the rejects on, and note the doubts about them."""
    for reject in rejects:
        for problem in reject.problems:
            if problem.rule in (CONTINUES, MAYBE_HEADING):
                note = _hash(problem.value) if problem.rule == MAYBE_HEADING else ""
                doubts.append(HandedBackDoubt(reject.row, reject.external_id, note))
        yield reject


def doubts_of_journal(rejects: Iterable[Reject]) -> DoubtsOfRejects:
    """Return what a run has said of the rows that it handed back."""
    problems = [
        problem for reject in rejects for problem in reject.problems if problem.rule in (CONTINUES, MAYBE_HEADING)
    ]
    return DoubtsOfRejects(
        {problem.row: problem.message for problem in problems if problem.row and problem.rule == CONTINUES},
        {problem.row: problem for problem in problems if problem.row and problem.rule == MAYBE_HEADING},
    )


def doubts_of_file(
    table: SourceTable, stated: Sequence[StatedRow], kept: Iterable[HandedBackDoubt], numbers: Mapping[int, int]
) -> DoubtsOfRejects:
    """Return what was said of the rows of a rejects file, as it was kept beside it.

    `numbers`: by row of the file the number that the row has from now on, where that is another.
    """
    by_id = {doubt.external_id: doubt for doubt in kept if doubt.external_id}
    by_number = {doubt.number: doubt for doubt in kept}
    doubts: dict[int, HandedBackDoubt] = {}
    for line in stated:
        says_nothing = line.external_id.casefold() in ("", NEW_PERSON)
        doubt = by_number.get(line.number) if says_nothing else by_id.get(line.external_id)
        if doubt is not None:
            doubts[line.row] = doubt
    went_on = {
        numbers.get(row, row): (
            f"Row {numbers.get(row, row)} has no name, only a phone or email. It seems to go on with the row above it "
            "in the sheet: put what it says into that row, in a column of its own or after a semicolon, and run the "
            "sheet again. If it is another person, give the row a name of its own."
        )
        for row, doubt in doubts.items()
        if not doubt.note
    }
    hashes = {row: doubt.note for row, doubt in doubts.items() if doubt.note}
    return DoubtsOfRejects(went_on, dict(_notes(table, hashes, numbers)) if hashes else {})


def _notes(table: SourceTable, hashes: Mapping[int, str], numbers: Mapping[int, int]) -> Iterator[tuple[int, Problem]]:
    """The problems of rows that still have the only text that they were handed back with."""
    layout = layout_of(table)
    row_of = {numbers.get(row, row): row for row in hashes}
    for row, cells in numbered_cells(table):
        texts = [(place, cells[place].strip()) for place in layout.kept if place < len(cells) and cells[place].strip()]
        if row in row_of and len(texts) == 1 and _hash(texts[0][1]) == hashes[row_of[row]]:
            place, value = texts[0]
            message = f"Row {row:,}: {maybe_note(value, layout.name_of(place))}"
            yield row, Problem(row, None, value, MAYBE_HEADING, Severity.ERROR, message)


def _hash(text: str) -> str:
    return blake2b(" ".join(text.split()).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def same_notes(
    chunk: SourceChunk,
    normalised: NormalisedChunk,
    own_cells: Callable[[Sequence[str]], Sequence[str]],
    notes: Mapping[int, Problem],
) -> Iterator[Problem]:
    """Give the doubts about rows of a rejects file that have nothing but the text that they were handed back with.

    A person who imports the rejects without a look has not said that a note is a contact. `new` as its `_external_id`
    says so, and so does any other text in the row.
    """
    if notes.keys().isdisjoint(chunk.rows):
        return
    for row, cells, stated in zip(chunk.rows, chunk.originals, normalised.columns["identity"], strict=True):
        if row in notes and stated != NEW_PERSON:
            texts = [" ".join(cell.split()) for cell in own_cells(cells)]
            if [text for text in texts if text] == [" ".join(notes[row].value.split())]:
                yield notes[row]
