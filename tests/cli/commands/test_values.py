"""`[values]` and `only` from a TOML file to the contacts that arrive, and every way to get them wrong."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from typing import Any

SHEET = """\
Full,Tel,Tel 2,Street,City,Zip,State,News,ID
Ann Mary Lee,+14155550101,,1 Main St,Oakland,94601,active,Y,1
Bob Ray,,+14155550102,,Reno,,gone,N,2
-,,,,,,active,,3
Cid Fox,12,,9 Elm,,94602,Active,perhaps,4
"""
CONFIG = """\
only = "State == active"

[map]
Full = "ignore"

[values]
company = "Acme {{West}}"
"custom:Office Address" = "{Street}, {City} {Zip}"
external_id = "crm-{ID}"
"phone:main" = { first = ["Tel", "Tel 2"] }
"custom:VIP" = { column = "News", words = { "Y" = true, "N" = false }, default = "no" }

[values.first_name]
column = "Full"
split = " "
part = 1

[values.last_name]
column = "Full"
split = " "
part = "2-"
"""
OUT = Path("people.sandbox.import")


@pytest.fixture(autouse=True)
def files(home: Path) -> None:
    (home / "people.csv").write_text(SHEET, encoding="utf-8")
    (home / "c.toml").write_text(CONFIG, encoding="utf-8")


def table(name: str) -> list[dict[str, str]]:
    with (OUT / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def run(*options: str) -> int:
    return main(["run", "people.csv", "--sandbox", "--rate", "500", "--config", "c.toml", *options])


def contacts() -> list[dict[str, Any]]:
    with Sandbox.start(OUT / "sandbox.sqlite") as sandbox:
        return list(sandbox.contacts())


def test_a_migration_without_touching_the_sheet() -> None:
    """Templates, constants, value maps, splits and the row filter give the contacts that were meant, and no others."""
    assert run() == 1
    assert [(one["row"], one["external_id"], one["status"]) for one in table("id_map.csv")] == [
        ("2", "crm-1", "created"),
        ("3", "", "skipped"),
        ("4", "crm-3", "rejected"),
        ("5", "crm-4", "rejected"),
    ]
    [contact] = contacts()
    fields = contact["defaultFields"]
    assert (fields["firstName"], fields["lastName"], fields["company"]) == ("Ann", "Mary Lee", "Acme {West}")
    assert [(one["name"], one["value"]) for one in fields["phoneNumbers"]] == [("main", "+14155550101")]
    custom = {one["name"]: one["value"] for one in contact["customFields"]}
    assert custom == {"Office Address": "1 Main St, Oakland 94601", "VIP": True}


def test_problems_and_rejects_speak_of_the_persons_columns() -> None:
    """A problem of a made value names a column of the sheet; rejects have the person's columns only."""
    run()
    told = {(one["row"], one["rule"]): one for one in table("problems.csv")}
    assert told["5", "boolean-unknown"]["column"] == "News"
    assert "custom:VIP, made by [values] from 'News'" in told["5", "boolean-unknown"]["message"]
    assert told["3", "not-wanted"]["column"] == "State"
    columns = [one["column"] for one in table("problems.csv") if one["column"]]
    assert set(columns) <= set(SHEET.splitlines()[0].split(","))
    assert list(table("rejects.csv")[0]) == [
        *SHEET.splitlines()[0].split(","),
        "_row",
        "_column",
        "_problem",
        "_external_id",
    ]


def test_rejects_go_through_the_same_recipes() -> None:
    """A corrected rejects file is made into contacts in the same way, under the same ids."""
    run()
    rejects = OUT / "rejects.csv"
    text = (
        rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550104,").replace("'-,,", "Dee Orr,+14155550103,")
    )
    rejects.write_text(text, encoding="utf-8")
    assert main(["run", str(rejects), "--sandbox", "--rate", "500", "--config", "c.toml", "--out", str(OUT)]) == 0
    assert sorted(one["externalId"] for one in contacts()) == ["crm-1", "crm-3", "crm-4"]


def test_only_as_an_option() -> None:
    """--only may be given several times, and then all must hold; it wins over the file."""
    assert run("--only", "State == active", "--only", "Zip >= 94602", "--limit", "2") == 0
    assert [one["status"] for one in table("id_map.csv")] == ["skipped", "skipped"]


def test_the_users_own_schema_sees_the_sheet_as_it_is(home: Path) -> None:
    """A schema of the person's own is about the columns of the file, not about made ones."""
    (home / "own.py").write_text(
        "import pandera.pandas as pa\n"
        "Sheet = pa.DataFrameSchema({'Zip': pa.Column(str, pa.Check.str_length(max_value=4))}, strict='filter')\n"
    )
    assert run("--schema", "own.py:Sheet") == 1
    assert {one["row"] for one in table("problems.csv") if one["rule"].startswith("schema-")} == {"2", "5"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "{Street}",
            "{Stret}",
            "c.toml, line 8: [values] custom:Office Address: The sheet has no column 'Stret'. Did you mean",
        ),
        ("{Street}", "{Street", "line 8: [values] custom:Office Address: '{Street, {City} {Zip}' has a"),
        ("State ==", "Status ==", "c.toml, line 1: only: The sheet has no column 'Status'. Did you mean 'State'?"),
        ("== active", "is active", "line 1: only: 'State is active' is not a comparison"),
        (
            "custom:VIP",
            "custom:VPI",
            "line 11: [values] custom:VPI: The workspace has no custom field 'VPI'. Did you mean 'VIP'?",
        ),
        ('Full = "ignore"', 'Full = "full_nam"', "c.toml, line 4: There is no field 'full_nam'"),
        ('Full = "ignore"', 'Fill = "ignore"', "c.toml, line 4: The sheet has no column 'Fill'. Did you mean 'Full'?"),
        (
            'Full = "ignore"',
            'State = "company"',
            "line 7: [values] company: 'State', 'company (constant)' are all given to company",
        ),
        ('Full = "ignore"', 'Tel = "role"\nState = "role"', "c.toml, line 5: 'Tel', 'State' are all given to role"),
        ('Full = "ignore"', 'Tel = "role"\n"#2" = "role"', "c.toml, line 5: Column 'Tel' is given 2 fields"),
        ("part = 1", "part = 0", "c.toml, line 13: values.first_name part is 0"),
        ("part = 1\n", "", "needs split and part together"),
        ("company =", "company", "c.toml, line 7: is not valid TOML"),
        ("first =", "frist =", "line 10: [values.phone:main] has an unknown key 'frist', did you mean 'first'?"),
    ],
)
def test_a_mistake_stops_before_anything_is_sent(
    capsys: pytest.CaptureFixture[str], home: Path, old: str, new: str, words: str
) -> None:
    """Whatever does not fit is told with its line and remedy, exit 2, and nothing is sent."""
    assert old in CONFIG
    (home / "c.toml").write_text(CONFIG.replace(old, new, 1), encoding="utf-8")
    assert run() == 2
    said = capsys.readouterr().err
    assert words in " ".join(said.split()), said
    assert " next: " in said
    assert not OUT.exists() or contacts() == []


def test_all_mistakes_are_told_at_once(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Mistakes of the mapping, of recipes and of the filter come together, so that one correction is enough."""
    text = CONFIG.replace("{Street}", "{Stret}").replace("State ==", "Status ==").replace("Full =", "Fill =", 1)
    (home / "c.toml").write_text(text, encoding="utf-8")
    assert run() == 2
    said = capsys.readouterr().err
    assert all(line in said for line in ("line 1:", "line 4:", "line 8:"))
