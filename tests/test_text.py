"""Small texts for messages."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.text import (
    casefolded,
    counted,
    csv_cell,
    did_you_mean,
    duration,
    listed,
    nearest,
    quoted,
    read_json,
    shorten,
)

FIELDS = ("first_name", "last_name", "company", "role", "email", "phone")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("phon", "phone"),
        (" COMAPNY ", "company"),
        ("mail", "email"),
        ("surname", "last_name"),
        ("zip", None),
        ("", None),
    ],
)
def test_the_nearest_name_is_suggested(text: str, name: str | None) -> None:
    """A typing mistake leads to the name that was meant; a text that is like no name leads to none."""
    assert nearest(text, FIELDS) == name
    assert did_you_mean(text, FIELDS) == ("" if name is None else f" Did you mean {name!r}?")


@given(st.lists(st.text(max_size=4) | st.sampled_from(["", "\0", "+1415", "Ann@X.co", "Straße", "İ", "ΣΑΣ"])))
def test_many_texts_lose_their_case_as_each_does(texts: list[str]) -> None:
    """Texts taken together are without their case what each is by itself, NUL among them or not."""
    assert list(casefolded(texts)) == list(map(str.casefold, texts))


@given(st.lists(st.text()), st.text())
def test_only_names_that_exist_are_suggested(names: list[str], text: str) -> None:
    """A suggestion is one of the names, as it is written, and the first of names that are spelled alike."""
    name = nearest(text, names)
    assert name is None or name in names
    assert did_you_mean(text, names, quoted) in ("", f' Did you mean "{name}"?')


@given(st.text(), st.integers(2, 80))
def test_a_shortened_text_is_one_line_of_its_limit(text: str, limit: int) -> None:
    """A value in a message never breaks its line, and says with an ellipsis that it is cut."""
    short = shorten(text, limit)
    assert len(short) <= limit
    assert len(short.splitlines()) <= 1
    assert short == " ".join(text.split()) or short.endswith("…")


def test_numbers_names_and_times_are_written_as_people_do() -> None:
    """Singular and plural, thousands separators, lists that say how much is left out, times in two units."""
    assert [counted(1, "row"), counted(2000, "row"), counted(2, "retry", "retries")] == [
        "1 row",
        "2,000 rows",
        "2 retries",
    ]
    assert listed(["a", "b", "c"], 2) == '"a", "b" and 1 more'
    assert [duration(4.25), duration(4.25, 0), duration(185), duration(7620)] == [
        "4.2 s",
        "4 s",
        "3 min 05 s",
        "2 h 07 min",
    ]


@given(st.lists(st.text(), min_size=2), st.sampled_from(",;\t|^"))
def test_a_csv_cell_is_written_as_the_library_writes_it(cells: list[str], delimiter: str) -> None:
    """Cells of any text, joined, are the line that `csv.writer` writes."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerow(cells)
    assert delimiter.join(csv_cell(cell, delimiter) for cell in cells) + "\r\n" == stream.getvalue()


def test_json_from_outside_is_no_bug() -> None:
    """A text that is nested deeper than Python can follow is no JSON, as any other that cannot be read."""
    assert read_json('{"a": [1]}') == {"a": [1]}
    for text in ("[" * 100_000, '{"a":' * 100_000, "x", b"\xff"):
        with pytest.raises(ValueError):  # noqa: PT011 - its words are those of Python
            read_json(text)
