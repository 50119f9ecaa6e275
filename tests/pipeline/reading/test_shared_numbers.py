"""Numbers that several rows have are told, whatever stands between these rows."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.cli.app import main
from importer.pipeline.reading.shared_numbers import SharedNumbers

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

NUMBERS = st.sampled_from([f"+{number}" for number in (12, 1202, 14155550101, 442079460018, 999999999999999)])
CHUNKS = st.lists(st.lists(st.tuples(NUMBERS, st.integers(0, 3)), max_size=6), max_size=5)


@given(CHUNKS)
def test_every_later_row_with_a_number_is_told_its_first_row(chunks: list[list[tuple[str, int]]]) -> None:
    """A row is told each number that an earlier row has, and of the rows before it the first, in row order."""
    shared, first, expected = SharedNumbers(), dict[str, int](), list[tuple[int, str, str]]()
    for number, chunk in enumerate(chunks):
        # Row by row, as the numbers of a chunk come.
        pairs = sorted(((text, 1 + 10 * number + row) for text, row in dict.fromkeys(chunk)), key=itemgetter(1))
        shared.feed([text for text, _ in pairs], [row for _, row in pairs])
        for text, row in pairs:
            if first.setdefault(text, row) != row:
                expected.append((row, text, f"Row {first[text]} has"))
    found = list(shared.problems())
    assert [(one.row, one.value, " ".join(one.message.split()[:3])) for one in found] == expected
    assert {one.rule for one in found} <= {"phone-shared"}


HEADER = "Name,Phone,Email\n"
JOHN = "John Smith,+14155550100,john.smith@example.com\n"


@pytest.mark.parametrize("colleagues", [1, 20])
def test_a_successor_with_the_same_given_name_is_asked_about(office: Office, colleagues: int) -> None:
    """Where several people have a number, another family name may be another person: no contact is renamed unasked."""
    others = "".join(f"Mary{number} Poe,+14155550100,m{number}@example.com\n" for number in range(colleagues))
    assert office.run(HEADER + JOHN + others) == 0
    baker = JOHN.replace("Smith", "Baker").replace("smith", "baker")
    assert office.run(HEADER + baker + others, "--on-match", "update") == 1
    assert "John Smith" in office.names()
    assert "John Baker" not in office.names()
    (own_id,) = [contact["externalId"] for contact in office.sandbox.contacts() if "John" in str(contact)]
    office.answer((f"?{own_id}", "new"))
    assert office.run("", file="out/rejects.csv") == 0
    assert {"John Smith", "John Baker"} <= {*office.names()}
    assert office.run(HEADER + baker + others, "--on-match", "update") == 0
    assert len(office.names()) == colleagues + 2


@pytest.mark.parametrize(
    ("renamed", "others"),
    [
        # A number of their own.
        ("John Baker,+14155550100,j@example.com\n", "Mary Poe,+14155550102,\n"),
        # A number of several people, and an address of their own.
        ("John Baker,+14155550100,john.smith@example.com\n", "Mary Poe,+14155550100,\n"),
        # The family name has grown.
        ('"Smith Baker, John",+14155550100,j@example.com\n', "Mary Poe,+14155550100,\n"),
    ],
)
def test_a_person_with_another_family_name_stays_that_person(office: Office, renamed: str, others: str) -> None:
    """A given name and a number or address that no other row has, or a part of the family name, are enough."""
    assert office.run(HEADER + JOHN + others) == 0
    assert office.run(HEADER + renamed + others, "--on-match", "update") == 0
    assert len(office.names()) == 2
    assert any(name in office.names() for name in ("John Baker", "John Smith Baker"))


def test_rows_of_one_person_share_no_number(office: Office) -> None:
    """A number is told to a row of another person, and not to a row that is joined with the one that has it."""
    sheet = f"{HEADER}Ann Lee,+14155550101,a@x.co\nAnn Lee,+14155550101,b@x.co\nBob Ray,+14155550101,\n"
    for _ in range(2):
        office.run(sheet, "--same-person", "join")
        problems = Path("out/problems.csv").read_text(encoding="utf-8").splitlines()
        assert [line.split(",")[0] for line in problems if "phone-shared" in line] == ["4"]
    office.run(sheet, "--same-person", "separate")
    problems = Path("out/problems.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in problems if "phone-shared" in line] == ["3", "4"]


def test_rows_of_one_person_in_several_files_share_no_number(office: Office) -> None:
    """A number of a row that is joined with one of another file is told as little as within one file."""
    Path("a.csv").write_text(f"{HEADER}Bob Ray,+14155550102,\nAnn Lee,+14155550101,a@x.co\n", encoding="utf-8")
    Path("b.csv").write_text(f"{HEADER}Ann Lee,+14155550101,b@x.co\nCy Fox,+14155550102,c@x.co\n", encoding="utf-8")
    service = ("--base-url", office.sandbox.url, "--rate", "200", "--yes", "-q", "--out", "out")
    main(["run", "a.csv", "b.csv", *service, "--same-person", "join"])
    problems = Path("out/problems.csv").read_text(encoding="utf-8").splitlines()
    assert [line for line in problems if "phone-shared" in line and "+14155550101" in line] == []
    assert len([line for line in problems if "phone-shared" in line]) == 1
