"""Lines that are looked at together give what they give one by one."""

from __future__ import annotations

import io

from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.spreadsheet.grid import Dialect, Record
from importer.spreadsheet.text import records

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
        "\x00",
        "\ufeff",
        "\udc80",
        " ",
    ]
)


def lines_of(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


def read(lines: records._Lines, dialect: Dialect) -> list[Record]:
    return [record for run in records._runs(lines, dialect, 1) for record in run.records()]


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.integers(1, 5), st.booleans())
@example('a,b\n"c\nd",e\nf,g\n', 2, False)
@example('a,"b\nc,d\ne,f\n', 200, False)
def test_batches_of_any_size_give_the_same_records(text: str, size: int, spaced: bool) -> None:
    """Records and faults are the same for batches of any size and without batches."""
    lines, dialect = lines_of(text), Dialect("utf-8", ",", spaced=spaced)
    alone = records._Lines(iter(()), "utf-8")
    alone.put_back(lines)
    together = records._Lines(iter(lines), "utf-8", size)
    assert read(together, dialect) == read(alone, dialect)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_quick_look_sees_every_sign_that_is_not_text(text: str) -> None:
    """Lines of which one holds a sign that is to be removed or reported are never taken for plain ones."""
    lines = lines_of(text)
    assert not (records._plain(lines, Dialect("utf-8", ",")) and any(map(records._FOUL.search, lines)))
