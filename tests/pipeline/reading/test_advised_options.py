"""What is advised about options, columns and ids is done with the commands, and ends well."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox import Fault
from tests.pipeline.reading.test_advice import UPDATE, problems

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

TAGGED = "Name,Phone,Interests\nAnn Lee,+14155550101,Retail\n"


def rules() -> set[str]:
    return {rule for _, rule in problems()}


def ends_well(office: Office, sheet: str, rule: str, *options: str) -> None:
    """Run with what was advised, twice: the rule is gone, and everybody is there once."""
    for _ in range(2):
        assert office.run(sheet, *options, *UPDATE) == 0
        assert rule not in rules()
        assert len(office.sandbox.contacts()) == sheet.count("\n") - 1


@pytest.mark.parametrize(
    ("rule", "option", "corrected"),
    [("option-near-miss", "Retial", "Retail"), ("option-unseen", "Wholesale", "Retail")],
)
def test_an_option_is_corrected(office: Office, rule: str, option: str, corrected: str) -> None:
    """An option that no contact has is said once the options are learned, and no more when it is corrected."""
    office.run(TAGGED)
    service = ("--base-url", office.sandbox.url, "-q", "--out", "out")
    assert main(["map", "people.csv", *service, "--learn-options"]) == 0
    sheet = TAGGED + f"Bob Ray,+14155550102,{option}\n"
    office.run(sheet)
    assert rule in rules()
    ends_well(office, sheet.replace(option, corrected), rule)


def test_a_new_column_changes_no_number_until_it_is_accepted(office: Office) -> None:
    """A column of area codes that is new since the mapping was saved is put before the numbers once it is accepted."""
    service = ("--base-url", office.sandbox.url, "-q", "--out", "out", "--region", "US")
    Path("people.csv").write_text("Name,Phone\nAnn Lee,555-0101\nBob Ray,415-555-0102\n", encoding="utf-8")
    assert main(["map", "people.csv", *service]) == 0
    sheet = "Name,Phone,Area Code\nAnn Lee,555-0101,628\nBob Ray,415-555-0102,\n"
    office.run(sheet, "--region", "US")
    assert "+16285550101" not in str(office.sandbox.contacts())
    assert "column-joined" not in rules()
    office.run(sheet, "--region", "US", "--on-match", "update", "--accept-changes")
    assert "+16285550101" in str(office.sandbox.contacts())


@pytest.mark.parametrize("options", [("--map", "Company=company"), ("--accept-changes",)])
def test_a_new_column_is_sent_or_accepted(office: Office, options: tuple[str, ...]) -> None:
    """A column that is new since the mapping was saved is sent with --map or --accept-changes."""
    sheet = "Name,Phone\nAnn Lee,+14155550101\n"
    service = ("--base-url", office.sandbox.url, "-q", "--out", "out")
    Path("people.csv").write_text(sheet, encoding="utf-8")
    assert main(["map", "people.csv", *service]) == 0
    office.run(sheet)
    later = "Name,Phone,Company\nAnn Lee,+14155550101,Acme\n"
    office.run(later)
    assert "column-new" in rules()
    ends_well(office, later, "column-new", *options)
    ends_well(office, later, "column-new")
    assert [each["defaultFields"]["company"] for each in office.sandbox.contacts()] == ["Acme"]


def test_a_part_that_was_left_over_is_taken(office: Office) -> None:
    """Another part in [values] takes what `split-left-over` says was left."""
    sheet = "Who,Phone\nAnn Lee,+14155550101\nBob Mary Ray,+14155550102\n"
    config = Path("split.toml")
    recipe = '[values]\nfirst_name = {{ column = "Who", split = " ", part = 1 }}\n'
    recipe += 'last_name = {{ column = "Who", split = " ", part = {} }}\n'
    config.write_text(recipe.format(2), encoding="utf-8")
    office.run(sheet, "--config", "split.toml")
    assert "split-left-over" in rules()
    config.write_text(recipe.format('"2-"'), encoding="utf-8")
    ends_well(office, sheet, "split-left-over", "--config", "split.toml")
    assert office.names() == ["Ann Lee", "Bob Mary Ray"]


@pytest.mark.parametrize("is_there", [False, True])
def test_an_id_that_cannot_be_looked_up(office: Office, is_there: bool) -> None:
    """The person is looked for in the app; one who is not there is created under another id from the rejects."""
    sheet = "Id,Name,Phone\n1,Ann Lee,+14155550101\n2,Bob Ray,+14155550102\n"
    office.sandbox.add_faults(
        Fault("drop-after" if is_there else "drop", method="POST", external_id="2"),
        Fault("400", method="GET", external_id="2"),
    )
    ids = ("--map", "Id=external_id")
    assert office.run(sheet, *ids) == 1
    assert "id-not-searchable" in rules()
    assert office.names() == (["Ann Lee", "Bob Ray"] if is_there else ["Ann Lee"])
    later = sheet.replace("2,Bob", "20,Bob")
    if is_there:
        # Another id alone makes nobody twice.
        assert office.run(later, *ids) == 1
        assert len(office.sandbox.contacts()) == 2
        return
    path = Path("out/rejects.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        header, line = list(csv.reader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, ["20", *line[1:-1], "new"]])
    assert office.run("", file="out/rejects.csv") == 0
    ends_well(office, later, "id-not-searchable", *ids)


def test_no_value_is_left_unused(office: Office) -> None:
    """`value-unused` only guards the cleaning: no command gives two columns to a field that holds one value."""
    Path("people.csv").write_text("Name,Phone,Note,Nota\nAnn Lee,+14155550101,a,b\n", encoding="utf-8")
    assert office.run("", "--map", "Note=custom:Lead Source", "--map", "Nota=custom:Lead Source") == 2
    assert office.run("", "--map", "Note=custom:Lead Source", "--map", "Nota=ignore") == 0
    assert rules() == set()


def test_an_unfillable_column_is_ignored(office: Office) -> None:
    """`column-unfillable`: a column whose field no program can fill is left out without a word with =ignore."""
    office.sandbox.retype("lead-source", "formula")
    sheet = "Name,Phone,Lead Source\nAnn Lee,+14155550101,a\n"
    office.run(sheet)
    assert "column-unfillable" in rules()
    ends_well(office, sheet, "column-unfillable", "--map", "Lead Source=ignore")


@pytest.mark.parametrize(
    ("options", "numbers"),
    [(("--map", "Phone 1 DNC=ignore"), 2), (("--accept-changes",), 1), (("--map", "Phone 1 DNC=role"), 1)],
    ids=["ignored", "accepted", "sent"],
)
def test_a_new_column_that_forbids_calls_says_so(office: Office, options: tuple[str, ...], numbers: int) -> None:
    """Under a saved mapping its numbers are left out at once, and its line names the ways to settle that for good."""
    Path("people.csv").write_text("Name,Phone 1\nAnn Lee,+14155550101\nBob Ray,+14155550102\n", encoding="utf-8")
    assert main(["map", "people.csv", "--base-url", office.sandbox.url, "-q", "--out", "out"]) == 0
    sheet = "Name,Phone 1,Phone 1 DNC\nAnn Lee,+14155550101,Y\nBob Ray,+14155550102,N\n"
    office.run(sheet)
    assert "+14155550101" not in str(office.sandbox.contacts())
    (line,) = [message for rule, message in messages() if rule == "column-new"]
    assert "'Phone 1' are left out where it says not to call them" in line
    assert "=ignore" in line
    assert "--accept-changes" in line
    office.run(sheet, *options, *UPDATE)
    assert "column-new" not in rules()
    assert str(office.sandbox.contacts()).count("+1415") == numbers


def messages() -> list[tuple[str, str]]:
    """The rule and the message of each line of problems.csv."""
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        return [(line["rule"], line["message"]) for line in csv.DictReader(stream)]
