"""Tables that a spreadsheet program splits at another separator than that of the file: nothing in them is run."""

from __future__ import annotations

import csv
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from importer.spreadsheet.rejects.guard import guarded, unguarded
from importer.text import csv_cell, harmless

SEPARATORS = (",", ";", "\t")
# A sign with a number, in which a comma may be that of its decimals, and then something else; a comma that is none,
# as where the next cell begins, or a semicolon makes the whole text no formula.
FORMULA = re.compile(r'[\s"\u200b\ufeff]*(?:[=@＝＠]|[+\-＋－][\d ().\-/]*(?:,\d[\d.]*)?[^\d ().\-/,;\t])')
cells = st.text(st.sampled_from("=+-@＝'\"\t\r\n ;,|0a_x3B\u200b"), max_size=9)


def fields(line: str, separator: str) -> list[str]:
    """The fields that a program with this separator sees: a quote counts where a field begins with it."""
    return [field for row in csv.reader(re.split(r"\r\n|\r|\n", line), delimiter=separator) for field in row]


@given(st.lists(cells, min_size=1, max_size=3), st.sampled_from(SEPARATORS), st.sampled_from(SEPARATORS))
@example([",-\r="], ";", ",")
@example([",-1\t-2\r="], ";", ",")
def test_rejects_are_harmless_for_every_separator(row: list[str], written: str, read: str) -> None:
    """A row of rejects begins no formula in a program of any separator, and each cell is read back as it was."""
    for is_open in (True, False):
        assert [unguarded(guarded(cell, written, is_open=is_open)) for cell in row] == row
    line = written.join(csv_cell(guarded(cell, written), written) for cell in ("1", *row))
    if written != read:
        assert [field for field in fields(line, read) if FORMULA.match(field)] == []


@given(st.lists(cells, min_size=1, max_size=3))
def test_problems_are_harmless_for_semicolons(row: list[str]) -> None:
    """A line of problems.csv begins no formula in a program that splits at semicolons or tabs."""
    line = ",".join(csv_cell(harmless(cell)) for cell in ("1", *row))
    for separator in (";", "\t"):
        assert [field for field in fields(line, separator) if FORMULA.match(field)] == []


@pytest.mark.parametrize("text", ["+14155550101; +1 (415) 555-0102", "a; b", "x;-5", "Lee, Ann", "a;b=c"])
def test_lists_of_numbers_stay_as_they_are(text: str) -> None:
    """Phones one after the other, and words, are easy to correct: nothing is written in place of what is between."""
    assert guarded(text, is_open=False).removeprefix("'") == harmless(text).removeprefix("'") == text


@pytest.mark.parametrize("piece", [";", "\n", "\n-", ";-", "; ", "\t=", '"', ";+1 "])
def test_long_cells_are_guarded_in_proportion(piece: str) -> None:
    """A cell twice as long takes about twice as long."""

    def seconds(count: int) -> float:
        text = piece * count
        began = time.process_time()
        guarded(text)
        harmless(text)
        return time.process_time() - began

    seconds(1000)
    assert seconds(200_000) < 40 * max(min(seconds(20_000) for _ in range(3)), 0.001)
