"""What is proposed to a person who is asked whether rows of a sheet are one person."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from importer.pipeline.job import Hooks
from importer.pipeline.reading.asked_people import AskedRow, PeopleAnswer
from importer.pipeline.run import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.pipeline.conftest import Desk, MakeRow

OFFICE = {"First Name": "", "Last Name": "", "Company": "Acme Ltd"}
ANN = {"First Name": "Ann", "Last Name": "Lee"}


@pytest.mark.parametrize(
    ("names", "expected"),
    [([ANN, ANN], PeopleAnswer.SAME), ([OFFICE, OFFICE], PeopleAnswer.LEAVE), ([ANN, ANN, OFFICE], PeopleAnswer.SAME)],
)
def test_rows_of_a_company_alone_are_not_proposed_as_one(
    desk: Desk, row: MakeRow, names: list[dict[str, str]], expected: PeopleAnswer
) -> None:
    """Rows with one name and number may be proposed as one person, rows with a company's and its number never."""
    phone = row(1)["Phone"]
    desk.write([row(number, Phone=phone, **named) for number, named in enumerate(names, 1)])
    proposals: list[PeopleAnswer] = []

    def answer(_: Sequence[AskedRow], proposed: PeopleAnswer) -> PeopleAnswer:
        proposals.append(proposed)
        return PeopleAnswer.LEAVE

    hooks = Hooks(ask_people=answer, settle_seconds=0.05)
    asyncio.run(run(desk.job(hooks, map=(("ID", "ignore"),))))
    assert proposals == [expected]
