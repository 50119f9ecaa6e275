"""The fields of a contact are listed once, and what cannot read the list agrees with it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pandas as pd
import pytest

from importer.mapping.suggest.suggest import suggest
from importer.model import Fit
from importer.model.fields import (
    ARRAYS,
    FIELDS,
    IDENTIFYING_FIELDS,
    SCALARS,
    SHEET_COLUMNS,
    TEMPLATE_COLUMNS,
    ContactField,
)
from importer.sandbox import contact as sandbox
from importer.spreadsheet.export.vcard import card_lines
from importer.web.cards import card
from schemas.contacts import FIXED, contact_sheet

ROOT = Path(__file__).resolve().parents[2]
# The sandbox plays the service, and must not learn its fields from the program that is tested against it.
LISTS_OF_THEIR_OWN = {
    "importer/model/fields.py": "the list",
    "schemas/contacts.py": "imports nothing of ours; held to the list below",
    "importer/pipeline/workspace/doctor.py": "the test contact, written as the API takes it",
}
NAMES = {name for field in FIELDS for name in (field.name, field.api_key)} - {""}


def listed_names(tree: ast.AST) -> list[set[str]]:
    """The names of fields in each literal collection."""
    collections = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            items = node.elts
        elif isinstance(node, ast.Dict):
            items = [item for item in (*node.keys, *node.values) if item is not None]
        else:
            continue
        collections.append(
            {item.value for item in items if isinstance(item, ast.Constant) if isinstance(item.value, str)} & NAMES
        )
    return collections


def test_fields_are_listed_once() -> None:
    """No other literal collection has three or more names of fields: a new field would have to be found there."""
    paths = [*ROOT.glob("importer/**/*.py"), *ROOT.glob("schemas/**/*.py")]
    sources = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
    lists = {
        path: names
        for path, source in sources.items()
        if path not in LISTS_OF_THEIR_OWN and not path.startswith(("importer/sandbox/", "importer/languages/"))
        for names in listed_names(ast.parse(source))
        if len(names) >= 3
    }
    assert lists == {}


def test_the_schema_has_the_columns_of_the_list() -> None:
    """The schema of the normalised sheet names the columns that cleaning makes, in their order."""
    assert FIXED == SHEET_COLUMNS


def test_the_sandbox_keeps_every_field() -> None:
    """The service that the sandbox plays has the default fields that the program sends."""
    assert set(sandbox.SCALARS) == set(SCALARS.values())
    assert set(sandbox.ARRAYS) == set(ARRAYS.values())


def test_a_contact_is_shown_with_all_its_texts() -> None:
    """No text of a contact is missing from the card on the page, or from its vCard."""
    texts = {key: f"Text of {key}" for key in SCALARS.values()}
    contact = {"defaultFields": texts}
    for shown in (json.dumps(card(contact, {})), "\n".join(card_lines(contact, ""))):
        assert [text for text in texts.values() if text not in shown] == []


@pytest.mark.parametrize(
    "field", [field for field in FIELDS if field.kind != "whole_name"], ids=lambda field: field.name
)
def test_the_schema_knows_which_fields_identify_a_row(field: ContactField) -> None:
    """A row with an identifying field alone is a contact to the schema, a row with any other field alone is not."""
    name = field.name
    row = {"first_name": "", name: "x"} if name not in ("phone", "email") else {"first_name": "", f"{name}_1": "x"}
    [is_contact] = [check for check in contact_sheet().checks if check.name == "empty-contact"]
    assert bool(is_contact(pd.DataFrame([row])).check_passed) == (name in IDENTIFYING_FIELDS)


def test_every_field_is_found_by_its_own_name() -> None:
    """A header spelt as `--map` spells the field is mapped to it, and so is the header that `template` writes."""
    headers = {field.name: field.name for field in FIELDS if field.kind != "whole_name"}
    for names in (headers, {name: column.header for name, column in TEMPLATE_COLUMNS.items()}):
        columns = suggest(list(names.values())).columns
        targets = {column.target.field for column in columns if column.fit is Fit.MAPPED and column.target}
        assert targets == set(names)


def test_names_and_keys_are_never_used_twice() -> None:
    """Tables by name or by API key have room for every field."""
    keys = [field.api_key for field in FIELDS if field.api_key]
    assert len({field.name for field in FIELDS}) == len(FIELDS)
    assert len(set(keys)) == len(keys)
    ranks = sorted(field.recognition for field in FIELDS if field.recognition)
    assert ranks == list(range(1, len(ranks) + 1))
