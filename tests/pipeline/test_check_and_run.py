"""`check` makes no bodies and no digests, and yet tells of a sheet what `run` tells."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox.seed import FIELDS

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "ID,First Name,Phone,Phone 2,Email,Balance,VIP,Customer Since"
ROWS = [
    "1,Ann,+14155550101,+14155550102,ann@example.com,5,yes,2024-01-02",
    "1,Ann,+14155550102,(415) 555-0101,ann@example.com,5,y,2024-01-02",  # the same contact, spelt otherwise
    "1,Ann,+14155550101,+14155550102,ann@example.com,6,yes,2024-01-02",  # another one with its id
    "2,Bob,+14155550101,,,,,",  # a number that somebody else has
    "3,Cy,,,cy@example.com,,,",  # nobody will see it
    "4,Di,12,,di@example.com,,,",  # a number that is none
    f"{'x' * 80},Ed,+14155550105,,,,,",
    ",Flo,+14155550106,,,,,",
    ",Flo,4155550106,,,,,",
    "5,,,,,,maybe,2024-02-30",
]


@pytest.mark.parametrize("prefix", [[], ["--id-prefix", "crm-"]])
def test_check_and_run_tell_the_same(tmp_path: Path, prefix: list[str]) -> None:
    """Every problem and every count of rows that are not sent is the same, whether a sheet is checked or imported."""
    (tmp_path / "people.csv").write_text("\n".join([HEADER, *ROWS, ""]), encoding="utf-8")
    (tmp_path / "fields.json").write_text(json.dumps({"data": FIELDS}), encoding="utf-8")
    told, ended = {}, {}
    for command, how in (
        ("check", ["--fields", str(tmp_path / "fields.json")]),
        ("run", ["--sandbox", "--rate", "100"]),
    ):
        out = tmp_path / command
        given = ["--region", "US", "--yes", "--map", "ID=external_id", "--out", str(out), *prefix]
        assert main([command, str(tmp_path / "people.csv"), *given, *how]) == 1
        with (out / "problems.csv").open(encoding="utf-8", newline="") as stream:
            told[command] = list(csv.reader(stream))
        with (out / "rejects.csv").open(encoding="utf-8", newline="") as stream:
            ended[command] = list(csv.reader(stream))
    # A run decides rows again once it knows whose they are, so the order within a row may differ.
    assert sorted(told["check"]) == sorted(told["run"])
    assert ended["check"] == ended["run"]
    rules = {line[3] for line in told["check"]}
    assert {"external-id-twice", "phone-shared", "no-phone", "external-id-hashed"} <= rules
