"""Whole header rows of known exports: every column gets the right field, or none."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from importer.mapping.suggest.presets import presets, recognise
from importer.mapping.suggest.suggest import suggest
from importer.model import Fit

EXPORTS = tomllib.loads(Path(__file__).with_name("exports.toml").read_text("utf-8"))


def sent(headers: list[str]) -> dict[str, str]:
    found = {}
    for column in suggest(headers).mapped:
        assert column.target
        found[column.header] = f"{column.target.name}:{column.target.label}".removesuffix(":")
    return found


@pytest.mark.parametrize("export", sorted(EXPORTS))
def test_every_column_of_a_known_export_goes_to_its_field(export: str) -> None:
    """A known export is mapped right without a word from the person, and what has no field is not sent."""
    headers = EXPORTS[export]["header"].split(",")
    preset = recognise(headers)
    assert preset is not None
    assert preset.name == EXPORTS[export]["preset"]
    assert sent(headers) == EXPORTS[export]["fields"]


@pytest.mark.parametrize("export", sorted(EXPORTS))
def test_a_known_export_asks_nothing(export: str) -> None:
    """No column of a known export is left as a question."""
    assert [one.header for one in suggest(EXPORTS[export]["header"].split(",")).columns if one.fit is Fit.UNSURE] == []


def test_the_list_of_headers_is_as_long_as_promised() -> None:
    """The exports above hold at least 150 different headers, at least 40 of which must stay out."""
    headers = {header for export in EXPORTS.values() for header in export["header"].split(",")}
    unmapped = headers - {header for export in EXPORTS.values() for header in export["fields"]}
    assert len(headers) >= 150
    assert len(unmapped) >= 40


def test_every_preset_recognises_its_own_header_row() -> None:
    """Every preset has a header row here, and knows it as its own rather than as another's."""
    assert {preset.name for preset in presets()} == {export["preset"] for export in EXPORTS.values()}


def test_google_label_columns_label_the_value_beside_them() -> None:
    """ "Phone 1 - Label" is no field: it names the phone of "Phone 1 - Value"."""
    mapping = suggest(["First Name", "Phone 1 - Label", "Phone 1 - Value", "E-mail 1 - Type", "E-mail 1 - Value"])
    assert [column.label_position for column in mapping.columns] == [None, None, 1, None, 3]
    assert [mapping.columns[n].fit for n in (1, 3)] == [Fit.IGNORED, Fit.IGNORED]


def test_the_company_half_of_a_hubspot_export_is_not_the_contact() -> None:
    """With associations the export has every header twice; the contact's own phone and the company's name are sent."""
    row = [
        "Record ID - Contact",
        "First Name",
        "Last Name",
        "Email",
        "Phone Number",
        "Contact owner",
        "Lead Status",
        "Create Date",
        "Record ID - Company",
        "Company name",
        "Company owner",
        "Create Date",
        "Phone Number",
        "Last Activity Date",
    ]
    mapping = suggest(row)
    assert {column.position: column.target.field for column in mapping.mapped if column.target} == {
        1: "first_name",
        2: "last_name",
        3: "email",
        4: "phone",
        9: "company",
    }
    assert not [column for column in mapping.columns if column.fit is Fit.UNSURE]
