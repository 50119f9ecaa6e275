"""The tables of a TOML file, and the line of everything in it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from importer.errors import SettingsError
from importer.mapping.derived.recipe import Recipe
from importer.settings.load import load
from importer.settings.toml_lines import lines_of

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
# a comment
region = "US"
only = [
  "Status == active",
  "Country != US",
]

[map]
"Tel = no" = "phone"
Mail.work = "email"

[values]
company = "{Firm}"
role = 7
[values."custom:VIP"]
column = "VIP"
words = { "Y" = true, "N" = false }
[lock]
columns = ["A"]
[lock.custom]
k = { name = "K", type = "date" }
"""


def test_every_key_has_its_line() -> None:
    """The line of a key is that of its statement, also behind lists over many lines and quoted keys."""
    lines = lines_of(TEXT)
    assert lines[("region",)] == 2
    assert lines[("only",)] == 3
    assert lines[("map", "Tel = no")] == 9
    assert lines[("map", "Mail", "work")] == 10
    assert lines[("values", "custom:VIP", "words", "Y")] == 17
    assert lines[("values", "custom:VIP")] == 15
    assert lines[("lock", "custom", "k", "type")] == 21


def test_tables_become_settings(tmp_path: Path) -> None:
    """A text alone is a template, anything else alone a constant, a table a recipe."""
    file = tmp_path / "m.toml"
    file.write_text(TEXT.replace('Mail.work = "email"\n', ""), encoding="utf-8-sig")
    settings = load({}, {}, file)
    assert settings.values == {
        "company": Recipe(template="{Firm}"),
        "role": Recipe(constant=7),
        "custom:VIP": Recipe(column="VIP", words={"Y": True, "N": False}),
    }
    assert settings.only == ("Status == active", "Country != US")
    assert settings.lock is not None
    assert settings.lock.custom["k"].type == "date"
    assert settings.place("values", "custom:VIP") == f"{file}, line 14: "
    assert settings.place("rate") == ""


def test_a_later_file_wins_recipe_by_recipe(tmp_path: Path) -> None:
    """`--config` replaces single entries of [values], and the origin is that of the file that won."""
    saved, config = tmp_path / "mapping.toml", tmp_path / "nightly.toml"
    saved.write_text('[values]\ncompany = "A"\nrole = "B"\n')
    config.write_text('\n\n[values]\ncompany = "C"\n')
    settings = load({}, {}, saved, config)
    assert (settings.values["company"].template, settings.values["role"].template) == ("C", "B")
    assert str(settings.origin("values", "company")) == f"{config}, line 4"
    assert str(settings.origin("values", "role")) == f"{saved}, line 3"


def test_options_and_environment_name_themselves(tmp_path: Path) -> None:
    """The origin of a value is the option or the variable where that won."""
    file = tmp_path / "m.toml"
    file.write_text('region = "US"\nbase-url = "https://a.example.com"\n[map]\nA = "email"\n')
    settings = load({"region": "GB", "map": (("A", "phone"),)}, {"OPENPHONE_BASE_URL": "https://b.example.com"}, file)
    assert str(settings.origin("region")) == "--region"
    assert str(settings.origin("base_url")) == "OPENPHONE_BASE_URL"
    assert str(settings.origin("map", "A")) == "--map"
    assert settings.origin("rate") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '\n[values]\ncompany = { frist = ["A"] }',
            "line 3: [values.company] has an unknown key 'frist', did you mean",
        ),
        ('[values.company]\ntemplate = "a"\nconstant = "b"', "line 1: values.company has template and constant"),
        ("[values.company]\nconstant = [1]", "line 2: values.company.constant must be text, a number"),
        ("[values]\ncompany = {}", "line 2: values.company is empty"),
        ('values = "x"', "line 1: values must be a table"),
        ("only = 3", "line 1: only must be a list"),
        ("\n[lock]\ncolumms = []", "line 3: [lock] has an unknown key 'columms', did you mean 'columns'?"),
        ('[lock.custom]\nk = { name = "K", type = "dat" }', "line 2: lock.custom.k must be"),
        ('header-row = "three"', "line 1: header-row must be a whole number without quotes, got 'three'"),
        ("strict = 'sure'", "line 1: strict must be true or false"),
        ("sheet = 3", "line 1: sheet must be text in quotes"),
        ("[map]\nA = 'email'\nB = 3", "line 3: [map] must be a table"),
        ("region = US", "m.toml, line 1: is not valid TOML: Invalid value."),
        ("[map]\nTel = 'phone'\nTel = 'email'", "m.toml, line 3: this key or table is in the file twice."),
        ("[map]\n[values]\n[map]", "m.toml, line 3: this key or table is in the file twice."),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    """Whatever is wrong in a file is told with the line, and what would be right."""
    file = tmp_path / "m.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load({}, {}, file)
    assert words in caught.value.message
    assert "m.toml" in caught.value.message


def test_every_wrong_rule_of_a_table_is_named_with_its_line(tmp_path: Path) -> None:
    """`[on-match]` and `[map]` tell all that is wrong in them at once, each in its line."""
    file = tmp_path / "m.toml"
    rules = '[on-match]\nphon = "update"\nrole = "updat"\ndefault = "never"\n"custom:A" = 1\n'
    file.write_text(f'{rules}[map]\nA = 1\nB = "phone"\nC = 2\n', encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load({"rate": "fast"}, {}, file)
    message = caught.value.message
    assert "line 2: [on-match] 'phon' is not a field, did you mean 'phone'?" in message
    assert "line 3: [on-match] role must be one of create-only" in message
    assert "line 4: [on-match] default must be one of" in message
    assert "line 5: [on-match] custom:A must be one of" in message
    assert all(f"line {line}: [map] must be a table" in message for line in (7, 9))
    assert "--rate: must be a number" in message
    assert "?." not in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'region = "US"\nlimit = ' + b"9" * 5000, "line 2: this number has too many digits"),
        (b"x = 0x" + b"f" * 5000, "line 1: this number has too many digits"),
        (b'# caf\xe9\nregion = "US"\n', "line 1: is not UTF-8 text"),
        ('region = "US"\n'.encode("utf-16"), "line 1: is not UTF-8 text"),
        (b"\n" + b".".join([b"a"] * 500) + b" = 1", "line 2: this key has too many parts"),
        (b"".join(b"k%d = 1\n" % number for number in range(100_000)), "has more than 20,000 keys"),
        (b"".join(b"k%d = 1\n" % number for number in range(5_000)), "4,980 more unknown keys"),
        (b"[values]\n" + b"".join(b'k%d = "x"\n' % number for number in range(25_000)), "has more than 20,000 keys"),
        (b"[lock]\n" + b"".join(b'k%d = "x"\n' % number for number in range(5_000)), "unknown key 'k4999'"),
    ],
)
def test_a_file_that_is_no_settings_costs_nothing(tmp_path: Path, content: bytes, words: str) -> None:
    """A file from outside is refused with the line, where it is known, in a time that grows with its length alone."""
    file = tmp_path / "m.toml"
    file.write_bytes(content)
    begun = time.process_time()
    with pytest.raises(SettingsError) as caught:
        load({}, {}, file)
    assert words in caught.value.message
    assert time.process_time() - begun < 5
