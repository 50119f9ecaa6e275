"""`template`, `config` and `schema`: what a person fills in, and what the program makes of their settings."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from importer.cli.app import main
from importer.cli.commands.schema import document
from importer.mapping.chosen.template_header import template_columns
from importer.mapping.suggest.suggest import suggest
from importer.model import CustomField, FieldType, Fit
from importer.model.fields import TEMPLATE_COLUMNS
from importer.sandbox import Sandbox
from importer.settings.model import names

if TYPE_CHECKING:
    from typing import Any

EVERY_TYPE = tuple(CustomField(f"k-{kind}", f"My {kind}", kind) for kind in FieldType)
AWKWARD = (
    CustomField("1", "Company", FieldType.STRING),
    CustomField("2", "Twin", FieldType.STRING),
    CustomField("3", "Twin", FieldType.DATE),
    CustomField("4", "=Sum", FieldType.NUMBER),
    CustomField("5", "Mobile phone", FieldType.BOOLEAN),
    CustomField("6", " Two\n lines ", FieldType.STRING),
)


def id_map(folder: str) -> list[dict[str, str]]:
    with (Path(folder) / "id_map.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("fields", [EVERY_TYPE, AWKWARD, ()])
def test_every_header_of_a_template_finds_its_field(fields: tuple[CustomField, ...]) -> None:
    """Each column of a template is mapped to the field it was made for, twins and odd names included."""
    columns = template_columns(fields)
    found = suggest([header for header, _ in columns], fields).columns
    assert [one.target for one in found] == [target for _, target in columns]
    assert all(one.fit is Fit.MAPPED for one in found)
    assert len(columns) == len(TEMPLATE_COLUMNS) + sum(field.can_be_filled for field in fields)


def test_a_filled_template_imports_all_but_its_examples(home: Path) -> None:
    """What is filled in under the examples becomes a contact; the examples themselves are skipped, and said so."""
    assert main(["template", "new.csv", "--sandbox"]) == 0
    with Path("new.csv").open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow(["Ann", "Lee", "", "", "+14155550101", "", "", "", "2024-05-06", "yes"])
    assert main(["run", "new.csv", "--sandbox", "--rate", "500"]) == 0
    assert [(one["row"], one["status"]) for one in id_map("new.sandbox.import")] == [
        ("2", "skipped"),
        ("3", "skipped"),
        ("4", "created"),
    ]


def test_a_workbook_says_and_checks_what_belongs_in_it(home: Path) -> None:
    """The workbook has a comment on each header, checks dates and booleans, and keeps the plus of phones as text."""
    assert main(["template", "new.xlsx", "--sandbox"]) == 0
    book = openpyxl.load_workbook("new.xlsx")
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert "Customer Since" in header
    assert all(cell.comment is not None and cell.comment.text for cell in sheet[1])
    kinds = {str(check.sqref).split(":")[0]: check.type for check in sheet.data_validations.dataValidation}
    letters = {name: get_column_letter(column) for column, name in enumerate(header, 1)}
    assert kinds == {f"{letters['Customer Since']}3": "date", f"{letters['VIP']}3": "list"}
    row = {"First name": "Ann", "Phone": "+14155550101", "VIP": "no"}
    for name, value in row.items():
        sheet[f"{letters[name]}3"] = value
    book.save("filled.xlsx")
    assert main(["run", "filled.xlsx", "--sandbox", "--rate", "500"]) == 0
    assert [one["status"] for one in id_map("filled.sandbox.import")] == ["skipped", "created"]
    with Sandbox.start(Path("filled.sandbox.import/sandbox.sqlite")) as sandbox:
        [contact] = sandbox.contacts()
    assert contact["defaultFields"]["phoneNumbers"][0]["value"] == "+14155550101"


@pytest.mark.parametrize(("name", "words"), [("new.txt", ".csv or .xlsx"), ("people.csv", "exists already")])
def test_a_template_overwrites_nothing(capsys: pytest.CaptureFixture[str], home: Path, name: str, words: str) -> None:
    """A file that is there stays as it is, and an ending that means nothing is refused."""
    before = (home / "people.csv").read_bytes()
    assert main(["template", name, "--sandbox"]) == 2
    assert words in capsys.readouterr().err
    assert (home / "people.csv").read_bytes() == before


def test_config_says_where_each_value_comes_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """Every setting is shown with its origin: default, file and line, environment or option; the key is not."""
    monkeypatch.setenv("OPENPHONE_API_KEY", "sk-secret-123")
    monkeypatch.setenv("OPENPHONE_BASE_URL", "https://api.example.com/v")
    folder = home / "people.import"
    folder.mkdir()
    (folder / "mapping.toml").write_text('region = "US"\n[map]\nPhone = "phone"\n[values]\ncompany = "Acme"\n')
    (home / "nightly.toml").write_text('\nregion = "GB"\n')
    assert main(["config", "people.csv", "--config", "nightly.toml", "--rate", "5"]) == 0
    shown = {line.split(" = ")[0].strip(): line for line in capsys.readouterr().out.splitlines()}
    assert shown["region"].endswith('"GB"   # nightly.toml, line 2')
    assert shown["rate"].endswith("5.0   # --rate")
    assert shown["phones"].endswith('"strict"   # default')
    assert shown['map."Phone"'].endswith("mapping.toml, line 3")
    assert 'values."company"' in shown
    assert shown["base-url"].endswith("# OPENPHONE_BASE_URL")
    assert shown["api key"].endswith("********   # OPENPHONE_API_KEY")
    assert not any("sk-secret" in line for line in shown.values())


def test_config_as_an_event(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """Under --json the settings are one event."""
    assert main(["config", "--json", "--sandbox"]) == 0
    event = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {"name": "sandbox", "value": "true", "origin": "--sandbox"} in event["settings"]


def valid(text: str) -> bool:
    checker = jsonschema.Draft202012Validator(document())
    return bool(checker.is_valid(tomllib.loads(text)))


def test_the_schema_knows_every_key() -> None:
    """Every key of a TOML file is in the schema, described, and the schema is one."""
    found: dict[str, Any] = document()
    jsonschema.Draft202012Validator.check_schema(found)
    assert set(found["properties"]) == set(names())
    assert [name for name, rule in found["properties"].items() if not rule.get("description")] == ["lock"]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ('region = "US"\nrate = 5\n[map]\n"Tel" = "phone"', True),
        ('only = "A == b"\n[values]\ncompany = "Acme"\nrole = { first = ["A"], default = 3 }', True),
        ('[lock]\ncolumns = ["A"]\n[lock.custom]\nk = { name = "K", type = "date" }', True),
        ("regoin = 3", False),
        ("phones = 'loose'", False),
        ("[values]\ncompany = { frist = ['A'] }", False),
        ("[lock.custom]\nk = { name = 'K', type = 'dat' }", False),
    ],
)
def test_the_schema_finds_what_the_program_finds(text: str, *, good: bool) -> None:
    """An editor that knows the schema marks what the program would refuse."""
    assert valid(text) is good


def test_a_saved_mapping_fits_the_schema(home: Path) -> None:
    """What `map` writes is valid by the schema that `schema` prints."""
    assert main(["map", "people.csv", "--sandbox", "--region", "US"]) == 0
    assert valid((home / "people.sandbox.import/mapping.toml").read_text(encoding="utf-8"))
