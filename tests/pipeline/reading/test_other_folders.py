"""Two folders over one workspace: colleagues import the same people, and each person is made once."""

from __future__ import annotations

from itertools import count

import pytest

from importer.sandbox import Sandbox
from tests.pipeline.reading.conftest import Office

HEADER = "Name,Phone,Email\n"
ANN = "Ann Lee,+14155550101,ann@example.com\n"
BOB = "Bob Ray,+14155550102,bob@example.com\n"
CY = "Cy Doe,+14155550103,cy@example.com\n"


@pytest.mark.parametrize(
    ("rejected", "elsewhere", "corrected"),
    [
        # The colleague leaves a bad address out; here it is corrected.
        ("Bob Ray,12,\n", "Bob Ray,+14155550102,\n", BOB),
        ("Bob Ray,12,\n", "Bob Ray,+14155550102,bob@example.com\n", "Bob Ray,+14155550102,\n"),
        # Not there at first, and added in both places.
        ("", BOB, "Bob Ray,+14155550102,robert@example.com\n"),
    ],
)
@pytest.mark.parametrize("between", [0, 1, 2])
def test_a_row_that_a_colleague_has_imported_meanwhile(
    office: Office, rejected: str, elsewhere: str, corrected: str, between: int
) -> None:
    """A row that another folder made after this one's first run is that contact when it is corrected here."""
    office.run(HEADER + ANN + rejected)
    for _ in range(between):
        office.run(HEADER + CY + ANN + rejected)
    assert office.run(HEADER + ANN + elsewhere, file="theirs.csv", out="theirs") == 0
    assert office.run(HEADER + CY + ANN + corrected) == 0
    assert office.names() == ["Ann Lee", "Bob Ray", "Cy Doe"]


def test_the_contacts_that_the_folder_knows_are_read_once(office: Office) -> None:
    """Rows that are new in a later run cost a request or two more, as long as nobody else imports."""
    people = [f"Ann{number} Lee,+1415555{number:04},ann{number}@example.com\n" for number in range(1000, 1130)]
    seconds = count(1_700_000_000, 30)
    with Sandbox.start(rate=0, clock=lambda: next(seconds)) as sandbox:
        ours, costs = Office(sandbox), []
        for rows in (120, 122, 124, 126):
            seen = len(sandbox.requests())
            assert ours.run(HEADER + "".join(people[:rows])) == 0
            costs.append(sum("sources=" in request.query for request in sandbox.requests()[seen:]))
        assert costs == [1, 3, 1, 1]

        # A colleague adds one, and the folder reads all that it does not know.
        assert ours.run(HEADER + people[126], file="theirs.csv", out="theirs") == 0
        assert ours.run(HEADER + "".join(people).replace("ann1126@", "anna1126@")) == 0
        assert len(sandbox.contacts()) == 130
