"""Whether a column is the sheet's own number for each customer, by which a person is known for good."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from importer.mapping.suggest.header_key import fold, words
from importer.mapping.suggest.value_types import is_email, is_likely_phone, share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import Choice, Fit, Question, QuestionKind
from importer.questions.column import LEAVE_OUT, no_such_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.model import ColumnMapping
    from importer.questions.asked_sheet import AskedSheet

_FEWEST_ROWS = 2
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class IdCount:
    """A column of ids, counted: rows, filled cells, whether no two are the same, and whether they are 1, 2, 3."""

    rows: int
    filled: int
    unique: bool
    numbers_rows: bool


def ask_own_number(sheet: AskedSheet) -> Iterator[Question]:
    """Ask about the best column that is filled in every row, never the same, and called like a customer's number."""
    if sheet.sent("external_id", "identity"):
        return
    columns = [column for column in sheet.columns(Fit.UNMAPPED) if _rank(column) and _may_be(sheet, column)]
    for column in sorted(columns, key=lambda column: (-_rank(column), column.position)):
        count = sheet.reader.counted("ids", (column.position,), count_ids)
        if count.filled == count.rows and count.unique and count.rows >= _FEWEST_ROWS:
            yield _question(sheet, column, count)
            return


def count_ids(chunks: Iterator[list[Sequence[str]]]) -> IdCount:
    """Count the ids of one column."""
    rows, counts_on, hashes = 0, True, array("q")
    for (texts,) in chunks:
        for text in filter(None, map(str.strip, texts)):
            counts_on = counts_on and text == str(len(hashes) + 1)
            # Eight bytes an id, however long they are: the ids of a million rows stay small.
            hashes.append(hash(text))
        rows += len(texts)
    ordered = sorted(hashes)
    return IdCount(rows, len(ordered), all(first != second for first, second in pairwise(ordered)), counts_on)


def _rank(column: ColumnMapping) -> int:
    """How much a header is one of a customer's own number: 2 for "Customer No", 1 for "ID", 0 for any other."""
    terms, key, header_words = vocabulary(), fold(column.header), words(column.header)
    is_own = key in terms.own_numbers or ("#" in column.header and f"{key}number" in terms.own_numbers)
    # What is said of another person, or by the program that the sheet comes from, is no number of its own.
    if set(header_words) & terms.left.keys():
        return 0
    return 2 if is_own else 1 if key in terms.ids or (len(header_words) == 1 and header_words[0] in terms.ids) else 0


def _may_be(sheet: AskedSheet, column: ColumnMapping) -> bool:
    values = sheet.first_values(column)
    looks_other = share(values, is_email) > _HALF or share(values, is_likely_phone) == 1
    first = sheet.reader.first_texts(column.position)
    return not looks_other and len(values) == len(first) == len(set(values)) >= _FEWEST_ROWS


def _question(sheet: AskedSheet, column: ColumnMapping, count: IdCount) -> Question:
    name = sheet.name(column)
    if count.numbers_rows:
        evidence = (
            f"It counts 1, 2, 3 to {count.rows:,} in the order of the rows: that seems to number the rows, not the "
            "customers, and a number that moves to another person when the sheet is sorted would mix people up."
        )
    else:
        evidence = (
            f"All {count.rows:,} rows have one and no two are the same. With it a person is known again even if "
            "name and phone have changed."
        )
    return Question(
        QuestionKind.OWN_NUMBER,
        f"Is {name!r} your own number for each customer?",
        evidence,
        (
            Choice("external_id", "yes, each keeps it for good", {"map": {name: "external_id"}}),
            no_such_column(name),
        ),
        proposal=LEAVE_OUT if count.numbers_rows else "external_id",
        column=column.position,
        column_name=name,
        samples=sheet.examples(column),
    )
