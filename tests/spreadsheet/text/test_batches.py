"""Lines that are looked at together give what they give one by one."""

from __future__ import annotations

import io
from itertools import islice

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.errors import SourceError
from importer.spreadsheet.grid import Dialect, Record
from importer.spreadsheet.text import records
from importer.spreadsheet.text.lines import FOUL, FileLines, RecordLines

PIECES = st.sampled_from(
    [
        "a",
        "b c",
        ",",
        ",",
        ",",
        "\n",
        "\n",
        "\n",
        "\r\n",
        "\r",
        '"',
        '""',
        '"a"',
        ',"x',
        '\ny",',
        "\x0b",
        "\u2028",
        "\x00",
        "\ufeff",
        "\udc80",
        " ",
    ]
)


def lines_of(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


def stream_of(text: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogateescape")), "utf-8", "surrogateescape", newline="")


def read(lines: RecordLines, dialect: Dialect) -> list[Record]:
    return [record for run in records._runs(lines, dialect, 1) for record in run.records()]


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.integers(1, 20), st.booleans())
@example('a,b\n"c\nd",e\nf,g\n', 9, False)
@example('a,"b\nc,d\ne,f\n', 200, False)
@example('"a\nb",c,"d\u2028e,f"\n', 200, False)
def test_batches_of_any_size_give_the_same_records(text: str, size: int, spaced: bool) -> None:
    """Records and faults are the same for batches of any size and without batches."""
    lines, dialect = lines_of(text), Dialect("utf-8", ",", spaced=spaced)
    alone = RecordLines(FileLines(stream_of(""), "a.csv", 1000), "utf-8")
    alone.put_back(lines)
    together = RecordLines(FileLines(stream_of(text), "a.csv", 1000, together=size), "utf-8")
    assert read(together, dialect) == read(alone, dialect)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.lists(st.booleans(), max_size=8), st.integers(1, 9))
@example("a\r\nb\n", [True, True], 2)
def test_lines_are_the_same_one_by_one_and_many_at_once(text: str, at_once: list[bool], size: int) -> None:
    """However the lines of a file are taken, none is cut, joined or lost."""
    source, taken = FileLines(stream_of(text), "a.csv", 1000, together=size), list[str]()
    for many in at_once:
        taken += source.block() if many else islice(source, 1)
    assert [*taken, *source] == lines_of(text)


@pytest.mark.parametrize("size", [1, 4, 6, 100])
def test_a_line_that_is_too_long_is_named(size: int) -> None:
    """A line of more characters than a sheet can have stops the reading, whatever it is read together with."""
    assert FileLines(stream_of("ab\nabcd\n"), "a.csv", 5, together=size).block()
    for text in ("ab\nabcde\n", "ab\nabcde"):
        source = FileLines(stream_of(text), "a.csv", 5, together=size)
        with pytest.raises(SourceError, match=r"^Line 2 of a\.csv is longer than 5 characters"):
            source.block() + source.block()


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_quick_look_sees_every_sign_that_is_not_text(text: str) -> None:
    """Lines of which one holds a sign that is to be removed or reported are never taken for plain ones."""
    lines = lines_of(text)
    assert not (records._plain(lines, Dialect("utf-8", ",")) and any(map(FOUL.search, lines)))
