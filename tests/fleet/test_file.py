"""`fleet.toml`: what it may say, what each workspace gets of it, and every mistake with its line."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from importer import guide
from importer.cli.commands.schema import fleet_document
from importer.errors import SettingsError
from importer.fleet.file import TOP_KEYS, read_fleet
from importer.fleet.keys import shared_keys
from importer.settings.load import load
from importer.settings.model import FLAGS

if TYPE_CHECKING:
    from importer.fleet.workspace import Fleet
    from importer.settings.model import Settings

SECRET = "sk-live-4711"
ENTRY = '[[workspace]]\nname = "acme"\nsheet = "acme.csv"\nsandbox = true\n'


def fleet_of(folder: Path, text: str) -> Fleet:
    file = folder / "fleet.toml"
    file.write_text(text, encoding="utf-8")
    return read_fleet(file)


def settings_of(fleet: Fleet, name: str, file: str | None = None) -> Settings:
    workspace = fleet.workspace(name)
    return workspace.for_file(file or workspace.sheet).settings({})


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("resluts = 'x'\n" + ENTRY, 1, "unknown key 'resluts', did you mean 'results'?"),
        ("region = 'US'\n" + ENTRY, 1, "belongs under [defaults]"),
        ("results = 3\n" + ENTRY, 1, 'must be a folder in quotes, such as "results", got 3'),
        (
            "results = 'ftp://host/x'\n" + ENTRY,
            1,
            "must be a folder, or an address of s3://, gs:// or az://, got 'ftp://host/x'",
        ),
        ("database = 'postgresql://host/x'\n" + ENTRY, 1, 'must be "env:NAME", with the name of an environment'),
        ("database = 3\n" + ENTRY, 1, 'must be "env:NAME"'),
        ("\n[defaults]\nregoin = 'US'\n" + ENTRY, 3, "unknown key 'regoin', did you mean 'region'?"),
        ("defaults = 3\n" + ENTRY, 1, "must be a table of options"),
        ("[defaults]\nrate = -1\n" + ENTRY + ENTRY.replace("acme", "beta"), 2, "rate must be above 0, got -1"),
        ("[defaults]\nout = 'x'\n" + ENTRY, 2, "`results` says where"),
        ("[workspace]\nname = 'acme'\n", 1, "workspaces are written as [[workspace]]"),
        ("[defaults]\nregion = 'US'\n", None, "has no [[workspace]]. Add one"),
        (ENTRY + "on-mach = 'update'\n", 5, "unknown key 'on-mach', did you mean 'on-match'?"),
        (ENTRY + "date-order = 'xyz'\n", 5, "date-order must be 'dmy', 'mdy' or 'ymd', got 'xyz'"),
        (ENTRY + "[workspace.map]\n'Phone' = 7\n", 6, 'must be a table of "Header" = "field"'),
        (ENTRY + "mapping = 7\n", 5, "mapping must be text in quotes, got 7"),
        (ENTRY + "aliases = 'old'\n", 5, "must be a list of former names"),
        (ENTRY + "json = true\n", 5, "it is an option of the command"),
        (ENTRY.replace('"acme"', '"a/b"'), 2, "name must have letters, digits, - _ and . only"),
        (ENTRY.replace('"acme"', '"fleet.json"'), 2, "got 'fleet.json'"),
        (ENTRY.replace('"acme"', "7"), 2, "name must be text in quotes, got 7"),
        (ENTRY.replace('name = "acme"\n', ""), 1, "this workspace has no name"),
        (ENTRY.replace('sheet = "acme.csv"\n', ""), 1, "workspace 'acme': there is no sheet"),
        (ENTRY.replace('"acme.csv"', '"-"'), 3, "standard input cannot be shared"),
        (ENTRY + ENTRY.replace('"acme"', '"Acme"'), 6, "the name 'Acme' is taken"),
        (ENTRY + ENTRY.replace('"acme"', '"b"') + "aliases = ['acme']\n", 6, "the name 'acme' is taken"),
        (ENTRY.replace("sandbox = true\n", ""), 1, "there is no key. Put the key on the first line of a file"),
        (ENTRY.replace("sandbox = true", f"api-key = '{SECRET}'"), 4, "a key itself does not belong in this file"),
        (ENTRY.replace("sandbox = true", f"token = '{SECRET}'"), 4, "a key itself does not belong in this file"),
        (ENTRY.replace("sandbox = true", f"api-key-env = '{SECRET}'"), 4, "and not the key itself"),
        (ENTRY + "api-key-file = 'k'\napi-key-env = 'K'\n", 6, "there is an api-key-file already"),
        (ENTRY + "name = 'acme'\n", 5, "this key or table is in the file twice"),
        (ENTRY + "region = US\n", 5, "is not valid TOML"),
    ],
)
def test_a_mistake_has_its_line_and_what_to_write(tmp_path: Path, text: str, line: int | None, words: str) -> None:
    """Each mistake names file, line, key and value, says what is right, and never shows a key."""
    with pytest.raises(SettingsError) as caught:
        fleet_of(tmp_path, text)
    where = f"{tmp_path / 'fleet.toml'}" + (f", line {line}" if line else "")
    assert where in caught.value.message
    assert words in caught.value.message
    assert SECRET not in str(caught.value)
    assert "openphone-import guide fleet" in caught.value.next_step


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    """A person corrects the file once: a mistake in the defaults is said once, and hides none of a workspace."""
    text = "[defaults]\nrate = -1\n" + ENTRY + "regoin = 'US'\n" + ENTRY.replace("acme", "beta") + "limit = 0\n"
    with pytest.raises(SettingsError) as caught:
        fleet_of(tmp_path, text)
    places = ("line 2:", "line 7, workspace 'acme':", "line 12, workspace 'beta':")
    assert [caught.value.message.count(place) for place in places] == [1, 1, 1], caught.value.message


def test_a_workspace_has_the_defaults_its_mapping_and_its_own(tmp_path: Path) -> None:
    """Defaults give way to the mapping of a workspace, and that to what its entry says; each value knows its line."""
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "acme.toml").write_text('region = "FR"\ndate-order = "dmy"\n[map]\n"Tel" = "phone"\n')
    text = (
        '[defaults]\nregion = "US"\ndate-order = "mdy"\nrate = 5\nfields = "f.json"\n'
        '[defaults.map]\n"Note" = "ignore"\n' + ENTRY + 'mapping = "maps/acme.toml"\nsheet-name = "People"\n'
        'date-order = "ymd"\n[workspace.map]\n"Id" = "external_id"\n' + ENTRY.replace("acme", "beta")
    )
    fleet = fleet_of(tmp_path, text)
    acme, beta = settings_of(fleet, "acme"), settings_of(fleet, "beta")
    assert (acme.region, acme.date_order, acme.rate, acme.sheet) == ("FR", "ymd", 5, "People")
    assert dict(acme.map) == {"Note": "ignore", "Tel": "phone", "Id": "external_id"}
    assert (beta.region, beta.date_order, dict(beta.map)) == ("US", "mdy", {"Note": "ignore"})
    assert acme.fields == tmp_path / "f.json"
    origin = acme.origin("date_order")
    assert origin is not None
    assert origin.line == 14


def test_a_mapping_decides_nothing_but_how_a_sheet_is_read(tmp_path: Path) -> None:
    """A mapping that may come from elsewhere cannot act: an option of another kind belongs into the fleet's file."""
    (tmp_path / "m.toml").write_text('region = "US"\non-match = "update"\n', encoding="utf-8")
    fleet = fleet_of(tmp_path, ENTRY + 'mapping = "m.toml"\n')
    with pytest.raises(
        SettingsError,
        match=r"m\.toml, line 2, workspace 'acme': on-match is not about the mapping; move it into .*fleet",
    ):
        settings_of(fleet, "acme")


@pytest.mark.parametrize("table", ["[defaults]\n{}\n" + ENTRY.replace("sandbox", "yes"), ENTRY + "{}\n", "{}"])
def test_only_a_value_of_its_own_type_is_taken(tmp_path: Path, table: str) -> None:
    """No flag is taken from text or a number, no number from text or a flag: the message says what to write."""
    flags = [name.replace("_", "-") for name in FLAGS if name != "json"]
    numbers = ["limit", "header-row", "max-deletes", "rate", "wait-for-service"]
    wrong = [*((flag, value, "true or false, without quotes") for flag in flags for value in ('"yes"', '""', "1"))]
    wrong += [(name, value, "number without quotes") for name in numbers for value in ('"5"', "true", "[5]")]
    settings_file = tmp_path / "m.toml"

    def read(text: str) -> None:
        if "workspace" in text:
            fleet_of(tmp_path, text)
        settings_file.write_text(text, encoding="utf-8")
        load({}, {}, settings_file)

    for name, value, words in wrong:
        text = table.replace("sandbox = true\n", "").format(f"{name} = {value}")
        with pytest.raises(SettingsError) as caught:
            read(text)
        message = caught.value.message
        got = value.replace('"', "'")
        assert re.search(
            rf"line \d+(, workspace 'acme')?: {name} must be a? ?.*{words}, got {re.escape(got)}\.", message
        )
        assert ("workspace 'acme': " + name in message) is table.startswith("[[workspace]]"), message


def test_paths_begin_at_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler starts anywhere: sheets, keys and results are looked for beside the file, addresses stay."""
    (tmp_path / "conf").mkdir()
    text = ENTRY.replace("sandbox = true", 'api-key-file = "k"') + ENTRY.replace("acme.csv", "https://x.example/b.csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ann")
    assert fleet_of(Path("conf"), ENTRY.replace("acme.csv", "~/b.csv")).workspaces[0].sheet == "/home/ann/b.csv"
    fleet = fleet_of(Path("conf"), text.replace('"acme"', '"beta"', 2).replace('"beta"', '"acme"', 1))
    acme = fleet.workspace("acme")
    assert (acme.sheet, acme.out, fleet.folder) == (
        os.path.join("conf", "acme.csv"),  # noqa: PTH118
        Path("conf/fleet.results/acme"),
        Path("conf/fleet.results"),
    )
    assert settings_of(fleet, "acme").api_key_file == Path("conf/k")
    # What is rehearsed is kept apart from what is imported.
    assert fleet.workspace("beta").out == Path("conf/fleet.results/beta.sandbox")
    assert fleet.workspace("beta").sheet == "https://x.example/b.csv"


def test_results_may_say_where_a_workspace_has_its_folder(tmp_path: Path) -> None:
    """{workspace} stands for the name; the figures of all are above it. A former name keeps its folder."""
    fleet = fleet_of(tmp_path, 'results = "all/of-{workspace}/in"\n' + ENTRY + 'aliases = ["old"]\n')
    assert (fleet.folder, fleet.workspace("acme").out) == (tmp_path / "all", tmp_path / "all/of-acme.sandbox/in")
    (tmp_path / "all/of-old.sandbox/in").mkdir(parents=True)
    (tmp_path / "all/of-old.sandbox/in/journal.sqlite").touch()
    assert read_fleet(fleet.file).workspace("acme").out == tmp_path / "all/of-old.sandbox/in"


def test_rejects_are_not_read_like_their_sheet(tmp_path: Path) -> None:
    """What says how one file is written, or is about all of its rows, holds for the sheet alone."""
    (tmp_path / "m.toml").write_text('encoding = "cp1252"\nphones = "lenient"\n', encoding="utf-8")
    own = 'mapping = "m.toml"\nheader-row = 4\ndelimiter = ";"\nlimit = 9\nexpect-rows = "20%"\nregion = "US"\n'
    fleet = fleet_of(tmp_path, ENTRY + own)
    sheet, rejects = settings_of(fleet, "acme"), settings_of(fleet, "acme", str(tmp_path / "rejects.csv"))
    assert (sheet.header_row, sheet.delimiter, sheet.limit, sheet.expect_rows) == (4, ";", 9, "20%")
    assert (rejects.header_row, rejects.delimiter, rejects.limit, rejects.expect_rows) == (None,) * 4
    assert (sheet.encoding, rejects.encoding, rejects.phones) == ("cp1252", None, "lenient")
    assert (rejects.region, rejects.out) == ("US", sheet.out)


def test_the_key_of_a_workspace_replaces_that_of_all(tmp_path: Path) -> None:
    """A workspace that names its key in one way does not get another one by the defaults' other way."""
    text = '[defaults]\napi-key-file = "all.key"\n' + ENTRY.replace("sandbox = true", 'api-key-env = "ACME_KEY"')
    fleet = fleet_of(tmp_path, text)
    settings = settings_of(fleet, "acme")
    assert (settings.api_key_file, settings.api_key_env) == (None, "ACME_KEY")


def test_workspaces_with_one_key_take_turns_and_have_one_source(tmp_path: Path) -> None:
    """Two with one key are found by the key itself; another source, or the same sheet twice, would double people."""
    real = ENTRY.replace("sandbox = true", 'api-key-env = "{}"')
    entries = [
        real.format(key).replace("acme", name) for name, key in zip("abcd", ("K1", "K2", "K3", "K9"), strict=True)
    ]
    environment = {"K1": "one", "K2": "two", "K3": " one "}
    fleet = fleet_of(tmp_path, "\n".join(entries))
    assert shared_keys(fleet, environment) == {"a": "a", "b": "b", "c": "a", "d": "d"}

    entries[2] += 'source = "crm"\n'
    with pytest.raises(SettingsError, match=r"line 11: 'c' has the same key as 'a' \(line 1\), but another source"):
        shared_keys(fleet_of(tmp_path, "\n".join(entries)), environment)
    entries[2] = entries[2].replace('source = "crm"\n', "").replace("c.csv", "a.csv")
    with pytest.raises(SettingsError, match=r"'c' imports .*a\.csv with the same key as 'a'"):
        shared_keys(fleet_of(tmp_path, "\n".join(entries)), environment)


def test_the_schema_takes_what_the_program_takes() -> None:
    """An editor that checks by `schema fleet` is content with the guide's files, and marks a slip and a key."""
    schema = fleet_document()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    texts = re.findall(r"```toml\n(.*?)```", guide.page("fleet"), re.DOTALL)
    assert [error.message for text in texts for error in validator.iter_errors(tomllib.loads(text))] == []
    for wrong in ("regoin = 'US'", "api-key = 'x'", "out = 'x'", "rate = -1"):
        assert not validator.is_valid(tomllib.loads(f"{ENTRY}{wrong}\n")), wrong
    assert set(schema["properties"]) == set(TOP_KEYS)


@pytest.mark.parametrize("wrong", ['"a/b"', '""', '"a."', "7"])
def test_a_fleet_is_called_as_its_file_or_as_it_says(tmp_path: Path, wrong: str) -> None:
    """The name at the top leads the names of the journals; one that could be taken for two is refused with its line."""
    assert (fleet_of(tmp_path, ENTRY).name, fleet_of(tmp_path, f'name = "west"\n{ENTRY}').name) == ("fleet", "west")
    journals = [each.journal_name for each in fleet_of(tmp_path, f'name = "west"\n{ENTRY}').workspaces]
    assert journals == ["west/acme.sandbox"]
    with pytest.raises(SettingsError, match="line 1: must have letters, digits"):
        fleet_of(tmp_path, f"name = {wrong}\n{ENTRY}")


def test_an_unknown_workspace_is_named_with_the_nearest(tmp_path: Path) -> None:
    """--workspace with a slip says which workspaces there are."""
    with pytest.raises(SettingsError, match="no workspace 'amce', did you mean 'acme'"):
        fleet_of(tmp_path, ENTRY).workspace("amce")
