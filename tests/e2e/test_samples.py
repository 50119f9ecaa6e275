"""The sample sheets through the real command line, against the outputs they must give."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import openpyxl
import pytest

from importer.sandbox import Sandbox
from schemas.id_map import id_map
from tests import warm
from tests.paths import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path


def command(*arguments: str, cwd: Path) -> warm.Ended:
    """Run the real command in `cwd`, with a home of its own and no terminal."""
    return warm.run(arguments, cwd, {"PATH": "", "HOME": str(cwd / "home"), "LANG": "C.UTF-8"})


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def without_contact_ids(path: Path) -> list[dict[str, str]]:
    """The id map with its contact ids, which differ from run to run, replaced by whether there is one."""
    return [{**line, "contact_id": "yes" if line["contact_id"] else ""} for line in table(path)]


@pytest.mark.parametrize("name", ["contacts.csv", "contacts.xlsx"])
def test_a_sample_gives_its_expected_outputs(tmp_path: Path, name: str) -> None:
    """Each sample sheet gives, file by file, the outputs that stand in sample_data/expected."""
    done = command("run", str(SAMPLES / name), "--sandbox", "--rate", "200", "--out", "out", cwd=tmp_path)
    out, expected = tmp_path / "out", SAMPLES / "expected" / name
    assert done.code == 1, done.err
    assert without_contact_ids(out / "id_map.csv") == table(expected / "id_map.csv")
    for file in ("problems.csv", "rejects.csv"):
        assert (out / file).read_text(encoding="utf-8") == (expected / file).read_text(encoding="utf-8")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    promised = json.loads((expected / "summary.json").read_text(encoding="utf-8"))
    assert {key: summary[key] for key in promised} == promised
    assert (out / "rejects.xlsx").exists() == (name == "contacts.xlsx")


def test_both_samples_make_the_same_contacts(tmp_path: Path) -> None:
    """The workbook and the CSV hold the same people, so the second import finds everybody there."""
    first = command("run", str(SAMPLES / "contacts.csv"), "--sandbox", "--rate", "200", "--out", "out", cwd=tmp_path)
    again = command("run", str(SAMPLES / "contacts.xlsx"), "--sandbox", "--rate", "200", "--out", "out", cwd=tmp_path)
    assert (first.code, again.code) == (1, 1)
    with Sandbox.start(tmp_path / "out" / "sandbox.sqlite") as sandbox:
        ids = [contact["externalId"] for contact in sandbox.contacts()]
    known = {line["external_id"] for line in table(tmp_path / "out" / "id_map.csv") if line["contact_id"]}
    assert len(ids) == len(set(ids)) == len(known)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sample CSV has been imported into `out`; tests read it only."""
    folder = tmp_path_factory.mktemp("imported")
    command("run", str(SAMPLES / "contacts.csv"), "--sandbox", "--rate", "200", "--out", "out", cwd=folder)
    return folder


def test_the_id_map_names_the_contact_of_each_row(imported: Path) -> None:
    """Each contact id in id_map.csv is that of the contact which has the row's own name and external id."""
    people = table(SAMPLES / "contacts.csv")
    with Sandbox.start(imported / "out" / "sandbox.sqlite") as sandbox:
        contacts = {contact["id"]: contact for contact in sandbox.contacts()}
    lines = table(imported / "out" / "id_map.csv")
    assert len(lines) == len(people)
    for line in lines:
        if line["contact_id"]:
            contact, person = contacts[line["contact_id"]], people[int(line["row"]) - 2]
            assert contact["externalId"] == line["external_id"]
            assert contact["defaultFields"]["firstName"] == person["First Name"]
            assert contact["defaultFields"]["lastName"] == person["Last Name"]


def test_the_id_map_keeps_its_schema(imported: Path) -> None:
    """id_map.csv is valid under the pandera schema that the project publishes for it."""
    import pandas as pd

    frame = pd.read_csv(imported / "out" / "id_map.csv", dtype=str, keep_default_na=False)
    id_map().validate(frame, lazy=True)


def test_running_again_changes_nothing(tmp_path: Path) -> None:
    """The second run of the same sheet creates nobody, and its id map is the first one's to the letter."""
    arguments = ("run", str(SAMPLES / "contacts.csv"), "--sandbox", "--rate", "200", "--out", "out")
    command(*arguments, cwd=tmp_path)
    first = (tmp_path / "out" / "id_map.csv").read_bytes()
    again = command(*arguments, cwd=tmp_path)
    assert again.code == 1
    assert (tmp_path / "out" / "id_map.csv").read_bytes() == first
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["requests"] <= 1


def test_the_workbook_is_made_from_the_csv() -> None:
    """The sample workbook holds exactly the people of the CSV."""
    sheet = openpyxl.load_workbook(SAMPLES / "contacts.xlsx")["Customers"]
    with (SAMPLES / "contacts.csv").open(encoding="utf-8", newline="") as stream:
        records = list(csv.reader(stream))
    names = [[str(value or "") for value in row[1:3]] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert names == [record[1:3] for record in records]


def test_the_demo_needs_nothing(tmp_path: Path) -> None:
    """`demo` works without a key, exits 0 and shows the result and where the files are."""
    done = command("demo", "--rate", "200", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "Result:" in done.out
    assert "demo.sandbox.import/" in done.out
    assert (tmp_path / "demo.sandbox.import" / "id_map.csv").exists()
