"""All rows of one person: joined rows leave no two contacts that the program itself would call one person."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from importer.identity.doubles import find_doubles
from importer.identity.marks import Facts, cells_mark, facts_of, marker
from importer.identity.matching import recognise
from importer.identity.people import Answer, ContactFacts, RowFacts
from importer.identity.rows_of_people import rows_of_people
from importer.identity.twins import TwinFinder, Twins, keys_of_rows

MARK = marker(b"salt")
NAMES = [("Ann", "Lee"), ("A.", "Lee"), ("Jo", "Ray"), ("Jim", "Ray"), ("J.", "Ray"), ("Ann", "Ray")]
ROWS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "+1", "+2"]), st.sampled_from(["", "a@x.co", "b@x.co"])),
    max_size=5,
)
Row = tuple[tuple[str, str], str, str]


def twins_of(rows: list[Row]) -> Twins:
    """The twins of rows from 2 on, found as those of a sheet."""
    names = [[row[0][0] for row in rows], [row[0][1] for row in rows], [""] * len(rows)]
    points = [[row[1] for row in rows], [row[2] for row in rows]]
    numbers = range(2, 2 + len(rows))
    finder = TwinFinder()
    for own_rows, keys in keys_of_rows(numbers, names, points):
        finder.feed(own_rows, keys)
    finder.compatible.feed(numbers, names, points)
    return finder.twins()


def facts_of_rows(rows: list[Row]) -> dict[int, Facts]:
    """What each row is known by."""
    return {
        number: facts_of(MARK, (*name, ""), [phone] if phone else [], [email] if email else [])
        for number, (name, phone, email) in enumerate(rows, 2)
    }


@given(ROWS)
def test_joined_rows_leave_nobody_twice(rows: list[Row]) -> None:
    """After `--same-person join` no two contacts of a new sheet are one person; each row has exactly one outcome."""
    facts, twins = facts_of_rows(rows), twins_of(rows)
    people = [
        RowFacts(
            number,
            cells_mark(MARK, [str(rows[number - 2])]),
            0,
            known,
            answer=Answer.JOIN if number in twins else Answer.NONE,
        )
        for number, known in facts.items()
    ]
    result = recognise(people, [], twins=twins)
    outcomes = [*result.new, *result.joins, *result.questions, *result.repeats]
    assert sorted(outcomes) == sorted(facts)
    assert {*result.joins.values()} <= {*result.new}

    members: dict[int, list[int]] = defaultdict(list)
    for row in (*result.new, *result.joins):
        members[result.joins.get(row, row)].append(row)
    contacts = [
        ContactFacts(
            str(first),
            facts=(
                Facts(
                    facts[first].name,
                    tuple({phone for row in every for phone in facts[row].phones}),
                    tuple({email for row in every for email in facts[row].emails}),
                ),
            ),
        )
        for first, every in members.items()
    ]
    assert find_doubles(contacts) == []


@given(st.lists(st.lists(st.integers(2, 9), min_size=2, max_size=3, unique=True).map(sorted), max_size=6))
def test_rows_of_one_name_are_one_person_through_any_others(groups: list[list[int]]) -> None:
    """Rows are one person exactly if a chain of groups leads from the one to the other."""
    merged: list[set[int]] = []
    for group in groups:
        joined = {*group}.union(*(known for known in merged if known & {*group}))
        merged = [known for known in merged if not known & joined] + [joined]
    assert rows_of_people(Twins(groups)).rows == {row: tuple(sorted(known)) for known in merged for row in known}


def test_a_row_that_is_somebody_else_joins_no_others() -> None:
    """Through a row that a person has said to be new no two others are one person."""
    twins = Twins([(2, 4), (3, 4)])
    assert rows_of_people(twins).rows[2] == (2, 3, 4)
    assert rows_of_people(twins, {4}).rows == {}


def test_an_initial_is_several_people() -> None:
    """J. Ray is nobody's row where both Jo Ray and Jim Ray have his number; A. Lee is Ann Lee."""
    jo, jim, initial = (("Jo", "Ray"), "+1", ""), (("Jim", "Ray"), "+1", ""), (("J.", "Ray"), "+1", "")
    assert rows_of_people(twins_of([jo, jim, initial])) == ({}, {4: 2})
    assert rows_of_people(twins_of([jo, initial])).rows == {2: (2, 3), 3: (2, 3)}
