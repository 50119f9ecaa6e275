"""A country in the name of a column of phones decides about its numbers, if they are numbers of that country."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office


def numbers(office: Office) -> list[list[str]]:
    """The numbers of each contact, in the order of the names."""
    contacts = sorted(office.sandbox.contacts(), key=lambda contact: str(contact["defaultFields"]["firstName"]))
    return [[point["value"] for point in contact["defaultFields"]["phoneNumbers"]] for contact in contacts]


def problems() -> list[dict[str, str]]:
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("options", [(), ("--region", "US"), ("--region", "DE")])
def test_numbers_are_of_the_country_that_the_column_names(office: Office, options: tuple[str, ...]) -> None:
    """Whatever the region of the sheet, the numbers of such a column are its country's, and that is said."""
    sheet = "Name,UK Phone,US cell\nAnn Lee,020 7946 0018,415-555-2671\nBob Ray,0161 496 0000,\n"
    assert office.run(sheet, *options) == 0
    assert numbers(office) == [["+442079460018", "+14155552671"], ["+441614960000"]]
    said = [line["column"] for line in problems() if line["rule"] == "column-country"]
    assert said == ["UK Phone", *(["US cell"] if options != ("--region", "US") else [])]


def test_a_word_that_is_no_country_of_the_numbers_decides_nothing(office: Office) -> None:
    """Where few of the numbers are of the country in the name, they are read as all others."""
    sheet = "Name,Georgia Phone\nAnn Lee,404-555-2671\nBob Ray,404-555-2672\n"
    assert office.run(sheet, "--region", "US") == 0
    assert numbers(office) == [["+14045552671"], ["+14045552672"]]
    assert "column-country" not in {line["rule"] for line in problems()}


def test_a_country_column_goes_before_the_name_of_a_column(office: Office) -> None:
    """What each row says of its country is nearer to its number than the name of the column."""
    sheet = "Name,Land,UK Phone\nAnn Lee,DE,030 23125100\nBob Ray,GB,020 7946 0018\n"
    assert office.run(sheet, "--region-column", "Land") == 0
    assert numbers(office) == [["+493023125100"], ["+442079460018"]]
