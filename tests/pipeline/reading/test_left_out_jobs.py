"""Jobs of customers that are left out, and whose customer the sheet does not have."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

HEADER = "Name,Phone\n"
ANN, BOB = '"Lee, Ann",+14155550101\n', '"Ray, Bob",+14155550102\n'
KITCHEN, ROOF = '"Lee, Ann:Kitchen remodel",+14155550111\n', '"Ray, Bob:Roof (2024)",+14155550112\n'
GUTTER = '"Ray, Bob:Gutter",+14155550113\n'
GIVEN = ("--map", "Name=full_name")
WITHOUT, WITH = ("--only", "Name names no job"), ("--only", "Name may name jobs")


def jobs() -> list[str]:
    """The cells of jobs that the problems name."""
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        return [line["value"] for line in csv.DictReader(stream) if line["rule"] == "job-without-customer"]


@pytest.mark.parametrize("step", ["row added", "jobs wanted"])
def test_a_later_job_whose_customer_has_no_row_is_said_each_night(office: Office, step: str) -> None:
    """One line for each such customer, in every run, until the customer has a row or jobs are imported."""
    assert office.run(HEADER + ANN + KITCHEN, *GIVEN, *WITHOUT) == 0
    assert jobs() == []
    for _ in range(2):
        assert office.run(HEADER + ROOF + GUTTER + ANN + KITCHEN) == 0
        assert jobs() == ["Ray, Bob:Roof (2024)"]
        assert len(office.sandbox.contacts()) == 1
    if step == "row added":
        assert office.run(HEADER + ROOF + GUTTER + ANN + KITCHEN + BOB) == 0
        assert office.names() == ["Ann Lee", "Bob Ray"]
    else:
        assert office.run(HEADER + ROOF + GUTTER + ANN + KITCHEN, *WITH) == 0
        assert len(office.sandbox.contacts()) == 4
    assert jobs() == []


def test_a_part_of_a_sheet_does_not_tell_which_customers_it_has(office: Office) -> None:
    """Of the first rows alone, and of rejects, no line says that a customer has no row."""
    office.run(HEADER + KITCHEN + ANN, *GIVEN, *WITHOUT, "--limit", "1")
    assert jobs() == []
    office.run(HEADER + ANN + ROOF.replace("+14155550112", "12") + BOB, *GIVEN, *WITH, out="out")
    office.run("", *WITHOUT, file="out/rejects.csv")
    assert jobs() == []
