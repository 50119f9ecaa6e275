"""Rows of one sheet that are one person: found for all rows together, in time that grows as the rows do."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.identity.marks import cells_mark, facts_of, marker
from importer.identity.matching import recognise
from importer.identity.people import Answer, Reason, RowFacts
from importer.identity.twins import TwinFinder, keys_of_rows, twin_keys
from tests.identity.model import twins_of

MARK = marker(b"salt")
ROW_KEYS = st.lists(st.tuples(st.integers(2, 12), st.integers(0, 4)))


@settings(deadline=None)
@given(ROW_KEYS)
def test_the_groups_are_the_rows_of_each_shared_key(fed: list[tuple[int, int]]) -> None:
    """A group is all rows with one key, in order, each once; a key of one row alone makes none."""
    finder = TwinFinder()
    finder.feed([row for row, _ in fed], [key for _, key in fed])
    twins = finder.twins()

    of_key = {key: sorted({row for row, other in fed if other == key}) for _, key in fed}
    assert sorted(map(list, twins.groups)) == sorted(rows for rows in of_key.values() if len(rows) > 1)
    for row, _ in fed:
        own = {other for number in twins.groups_of(row) for other in twins.groups[number]} - {row}
        shared = {other for other, key in fed if (row, key) in fed} - {row}
        assert own == shared
        assert (row in twins) == bool(shared)


_NAMES = st.sampled_from(["", " ", "Ann", "ANN", "Straße", "Lee"])
_POINTS = st.sampled_from(["", "+14155550101", "a@x.co", "A@x.co"])


@settings(deadline=None)
@given(st.lists(st.tuples(_NAMES, _NAMES, _NAMES, st.tuples(_POINTS, _POINTS)), max_size=6), st.integers(0, 2))
def test_keys_of_many_rows_are_those_of_each(rows: list[tuple[str, str, str, tuple[str, str]]], width: int) -> None:
    """Rows taken together have the keys that each has by itself."""
    names = [[row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]]
    points = [[row[3][place] for row in rows] for place in range(width)]
    expected = [
        (number, key)
        for number, (first, last, company, own) in enumerate(rows, 2)
        for key in twin_keys(first, last, company, own[:width])
    ]
    found = keys_of_rows(range(2, 2 + len(rows)), names, points)
    assert sorted(pair for fed, keys in found for pair in zip(fed, keys, strict=True)) == sorted(expected)


def test_a_row_takes_next_to_no_memory() -> None:
    """A hundred thousand rows take no more memory than a few do, and those that are one person are found."""
    finder, count, times = TwinFinder(), 5000, 24
    names, points = [["Ann"] * count, ["Lee"] * count, [""] * count], [[f"+1415{row:07}" for row in range(count)]]
    tracemalloc.start()
    try:
        for start in range(2, 2 + times * count, count):
            rows = range(start, start + count)
            for own_rows, keys in keys_of_rows(rows, names, points):
                finder.feed(own_rows, keys)
            finder.compatible.feed(rows, names, points)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 4_000_000
    assert [len(group) for group in finder.twins().groups] == [times] * count


def one_person(count: int, answer: Answer) -> list[RowFacts]:
    """Rows of one name, all without phone and email, each with another note."""
    facts = facts_of(MARK, ("Ann", "Lee", ""), (), ())
    rows = range(2, count + 2)
    return [RowFacts(row, cells_mark(MARK, ["Ann Lee", f"note {row}"]), row, facts, answer=answer) for row in rows]


def seconds(rows: list[RowFacts]) -> float:
    """The least of several times in which the rows are told apart."""
    times = []
    for _ in range(3):
        start = time.process_time()
        recognise(rows, [], twins=twins_of(rows))
        times.append(time.process_time() - start)
    return min(times)


def namesakes(*ids: str, answer: Answer = Answer.NONE) -> list[RowFacts]:
    """Rows of one name, all without phone and email, with these ids of an id column."""
    return [replace(row, id=own_id) for row, own_id in zip(one_person(len(ids), answer), ids, strict=True)]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["", "1", "2", "3"]), max_size=6), st.sampled_from([Answer.NONE, Answer.JOIN]))
def test_two_ids_are_two_people(ids: list[str], answer: Answer) -> None:
    """Of namesakes without numbers no row with an id is taken for one with another id, or asked whether it is."""
    rows = namesakes(*ids, answer=answer)
    found = recognise(rows, [], id_column=True, twins=twins_of(rows))
    id_of = {row.row: row.id for row in rows}
    of_row = {row: question.rows for row, question in found.questions.items()}
    of_row |= {row: (first,) for row, first in found.joins.items()}
    for row, firsts in of_row.items():
        assert all(id_of[row] in ("", id_of[first]) or not id_of[first] for first in firsts)
        # With two ids in the sheet none of their rows is asked for the sake of a row without one.
        assert not id_of[row] or len({*filter(None, ids)}) == 1 or all(id_of[first] for first in firsts)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("answer", [Answer.NONE, Answer.JOIN])
def test_a_namesake_without_an_id_may_be_any(place: int, answer: Answer) -> None:
    """Wherever it stands, a row without an id is asked which of its namesakes with ids it is, and never joined."""
    ids = ["1", "2"]
    ids.insert(place, "")
    rows = namesakes(*ids, answer=answer)
    found = recognise(rows, [], id_column=True, twins=twins_of(rows))
    others = tuple(row.row for row in rows if row.id)
    assert {row: (question.reason, question.rows) for row, question in found.questions.items()} == {
        place + 2: (Reason.SEVERAL_ROWS, others)
    }
    assert sorted(found.new) == list(others)
    assert not found.joins

    separate = [replace(row, answer=Answer.SEPARATE) for row in rows]
    assert len(recognise(separate, [], id_column=True, twins=twins_of(rows)).new) == len(rows)


@pytest.mark.parametrize("answer", [Answer.NONE, Answer.JOIN, Answer.SEPARATE])
def test_a_sheet_of_one_person_takes_time_as_its_rows(answer: Answer) -> None:
    """Four times as many rows of one person take about four times as long, whatever was answered about them."""
    short, long = one_person(2_000, answer), one_person(8_000, answer)
    # Squares take 16 times as long; the machine does something else now and then.
    assert seconds(long) < 9 * seconds(short)

    found = recognise(short, [], twins=twins_of(short))
    later = [row.row for row in short[1:]]
    expected = {Answer.NONE: (later, [], [2]), Answer.JOIN: ([], later, [2]), Answer.SEPARATE: ([], [], [2, *later])}
    assert (list(found.questions), list(found.joins), found.new) == expected[answer]
