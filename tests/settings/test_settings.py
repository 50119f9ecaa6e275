from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from pydantic import SecretStr

from importer.cli.options import NO_SETTINGS, ConsoleOptions, NoticeOptions, ServiceOptions, SheetOptions, SyncOptions
from importer.errors import KeyMissing, SettingsError
from importer.settings.api_key import load_key
from importer.settings.load import load
from importer.settings.model import Settings, names
from importer.settings.validators import DEFAULT_BASE_URL


def test_later_layers_win(tmp_path: Path) -> None:
    """Defaults < TOML < environment < options."""
    file = tmp_path / "nightly.toml"
    file.write_text('region = "GB"\nrate = 5\nbase-url = "https://toml.example.com"\n[map]\n"Tel" = "phone"\n')
    environment = {"OPENPHONE_BASE_URL": "https://env.example.com"}
    settings = load({"rate": 3.0, "map": (("Mail", "email"),)}, environment, file)
    assert settings.phones == "strict"
    assert settings.region == "GB"
    assert settings.base_url == "https://env.example.com"
    assert settings.rate == 3
    assert settings.map == (("Tel", "phone"), ("Mail", "email"))


def test_a_later_file_wins_over_an_earlier_one(tmp_path: Path) -> None:
    """`--config` wins over `mapping.toml`, key by key and column by column."""
    saved, config = tmp_path / "mapping.toml", tmp_path / "nightly.toml"
    saved.write_text('region = "US"\nsource = "crm"\n[map]\n"A" = "email"\n"B" = "phone"\n')
    config.write_text('region = "FR"\n[map]\n"A" = "ignore"\n')
    settings = load({}, {}, saved, config)
    assert (settings.region, settings.source) == ("FR", "crm")
    assert dict(settings.map) == {"A": "ignore", "B": "phone"}


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    """One message names every wrong key and value, with the nearest right name."""
    file = tmp_path / "bad.toml"
    file.write_text('regoin = "US"\nrate = -1\nphones = "loose"\n')
    with pytest.raises(SettingsError) as caught:
        load({"source": "csv"}, {}, file)
    message = str(caught.value)
    assert "did you mean 'region'" in message
    assert "bad.toml, line 2: rate must be above 0, got -1" in message
    assert "bad.toml, line 3: phones must be 'strict' or 'lenient', got 'loose'" in message
    assert "bad.toml, line 1: unknown key" in message
    assert "'csv' is reserved" in message


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("source", "openphone-sync", "reserved"),
        ("source", "CSV", "reserved"),
        ("source", "x" * 73, "1 to 72 characters"),
        ("source", "", "1 to 72 characters"),
        ("rate", 0.0, "above 0"),
        ("rate", float("nan"), "--rate"),
        ("delimiter", ";;", "one character"),
        ("delimiter", "", "one character"),
        ("delimiter", '"', "one character"),
        ("delimiter", "\n", "one character"),
        ("delimiter", "\0", "one character"),
        ("encoding", "utf8mb4", "did you mean utf-8? Correct"),
        ("header_row", -1, "--header-row: must be 0 or more"),
        ("limit", 0, "--limit: must be 1 or more"),
        ("base_url", "api.quo.com", "https://api.quo.com"),
        ("list_separator", "", "one character"),
    ],
)
def test_a_wrong_value_is_named_with_its_rule(option: str, value: object, words: str) -> None:
    """A value that cannot be used stops the command and says what would be right."""
    with pytest.raises(SettingsError, match="--" + option.replace("_", "-")) as caught:
        load({option: value}, {})
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["not toml = = 1", 'map = "Tel=phone"', "[map]\nTel = 3"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    """A TOML file that cannot be read as settings is named in the message."""
    file = tmp_path / "broken.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=r"broken\.toml"):
        load({}, {}, file)


def test_every_option_is_a_setting_and_a_key_of_the_file() -> None:
    """The command line, the TOML file and Settings speak of the same things by the same names."""
    groups = (SheetOptions, SyncOptions, ServiceOptions, NoticeOptions, ConsoleOptions)
    shown = {one.name for group in groups for one in fields(group)}
    tables = {"values", "lock"}
    assert (shown - NO_SETTINGS) | tables == {name.replace("-", "_") for name in names()}


def test_the_key_is_looked_for_in_order(tmp_path: Path) -> None:
    """The sandbox has its own key, a key file beats the environment, and a BOM or line end is no part of the key."""
    file = tmp_path / "key"
    file.write_bytes(b"\xef\xbb\xbffile-key\r\nsecond line")
    environment = {"OPENPHONE_API_KEY": " env-key\n"}
    assert load_key(Settings(sandbox=True), environment).get_secret_value() == "sandbox-key"
    assert load_key(Settings(api_key_file=file), environment).get_secret_value() == "file-key"
    assert load_key(Settings(), environment) == SecretStr("env-key")
    named = Settings(api_key_env="ACME_KEY")
    assert load_key(named, {**environment, "ACME_KEY": "acme-key"}) == SecretStr("acme-key")
    with pytest.raises(KeyMissing, match="ACME_KEY is not set"):
        load_key(named, environment)


@pytest.mark.parametrize("key", ["", "  ", "Bearer abc", "schl\u00fcssel", "two\tparts"])
def test_what_cannot_be_a_key_is_refused_and_not_repeated(key: str) -> None:
    """A key that no header could carry is refused without being shown."""
    with pytest.raises(KeyMissing) as caught:
        load_key(Settings(), {"OPENPHONE_API_KEY": key})
    assert key.strip() == "" or key.split()[-1] not in str(caught.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    """A key file that is not there is named in the message."""
    with pytest.raises(KeyMissing, match=r"nowhere\.key"):
        load_key(Settings(api_key_file=tmp_path / "nowhere.key"), {})


def test_the_output_folder_is_named_after_the_sheet() -> None:
    """Without `--out` the results go beside where we run, apart for the sandbox."""
    assert Settings().out_folder("lists/contacts.csv") == Path("contacts.import")
    assert Settings(sandbox=True).out_folder("contacts.xlsx") == Path("contacts.sandbox.import")
    assert Settings(out=Path("there")).out_folder("contacts.xlsx") == Path("there")


def test_the_default_address_is_the_published_one() -> None:
    """Requests go to the server of the published contract unless told otherwise."""
    assert Settings().base_url == DEFAULT_BASE_URL == "https://api.quo.com"


def test_a_wrong_value_of_the_environment_names_the_variable() -> None:
    """Whoever set an environment variable is told its name, not that of an option that nobody gave."""
    with pytest.raises(SettingsError, match=r"^OPENPHONE_BASE_URL: must be an address"):
        load({}, {"OPENPHONE_BASE_URL": "ftp://x"})
    with pytest.raises(SettingsError, match=r"^--base-url: must be an address"):
        load({"base_url": "ftp://x"}, {})


@pytest.mark.parametrize("address", ["http://\udc80x", "http://127.0.0.1:1/\r\nX: y", "http://127.0.0.1\x1b[31m"])
def test_an_address_has_only_characters_that_can_be_seen(address: str) -> None:
    """A variable can hold a byte that is no character, or a line break, and neither is part of an address."""
    with pytest.raises(SettingsError, match=r"^OPENPHONE_BASE_URL: must be an address .* has a character"):
        load({}, {"OPENPHONE_BASE_URL": address})


@pytest.mark.parametrize("host", ["api..example.com", ".example.com", f"{'a' * 64}.com", "xn--a.example.com"])
@pytest.mark.parametrize("option", ["base_url", "notify_url"])
def test_an_address_has_a_name_that_can_be_looked_up(option: str, host: str) -> None:
    """A name with an empty or too long part, or a code of no letters, is refused before anything is asked of it."""
    with pytest.raises(SettingsError, match="must be an address"):
        load({option: f"https://{host}/v1"}, {})


@pytest.mark.parametrize("host", ["bücher.example", "xn--bcher-kva.example", "localhost.", "[::1]:8080", "a_b.example"])
def test_an_address_may_have_any_other_name(host: str) -> None:
    """Names in any letters, of a network at home, and numbers are taken."""
    assert load({"base_url": f"https://{host}"}, {}).base_url == f"https://{host}"
