"""What is said of a person's own schema is done as it stands, and then everybody is there, each once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.next_steps.mended import ALL, ROWS, text

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen

GOOD = "import pandera.pandas as pa\n\nSheet = pa.DataFrameSchema({'Phone': pa.Column(str)})\n"
OWN = "own.py:Sheet"
# What the file holds, what is typed as --schema, and what the error says; the file is then right, and named rightly.
WRONG = {
    "no name": (GOOD, "own.py", "Write it like --schema checks.py:ContactSheet."),
    "no file": (GOOD, "owm.py:Sheet", "Check the path and run again."),
    "no Python": (GOOD + "def\n", OWN, "Correct it and run again."),
    "another name": (GOOD, "own.py:Shet", "Name a pandera DataFrameSchema or DataFrameModel in it."),
    "no schema": (GOOD + "Other = 1\n", "own.py:Other", "Name a pandera DataFrameSchema or DataFrameModel in it."),
    "no working model": (
        "import pandera.pandas as pa\n\nclass Sheet(pa.DataFrameModel):\n    Phone: 'nowhere' = pa.Field()\n",
        OWN,
        "Correct the model and run again.",
    ),
    "an error of its own": (
        GOOD.replace("pa.Column(str)", "pa.Column(str, parsers=pa.Parser(lambda cells: 1 / 0))"),
        OWN,
        "Correct the schema and run again.",
    ),
    "another sheet": (GOOD.replace("'Phone'", "'Mobile'"), OWN, "Correct the schema or the sheet."),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_schema_is_corrected(screen: Screen, what: str) -> None:
    """Nothing is sent while a schema cannot be used; once it is corrected everybody goes in."""
    content, given, said = WRONG[what]
    Path("own.py").write_text(content, encoding="utf-8")
    assert screen.run("--schema", given) == 2
    assert said in screen.text
    assert screen.names() == []
    Path("own.py").write_text(GOOD, encoding="utf-8")
    assert screen.run("--schema", OWN) == 0
    assert screen.is_whole(*ALL)


def test_a_sheet_is_corrected_for_its_schema(screen: Screen) -> None:
    """In place of the schema the sheet may be corrected: the column that it asks for has its name then."""
    Path("own.py").write_text(GOOD, encoding="utf-8")
    names, *people = ROWS
    screen.sheet(text([[name.replace("Phone", "Mobile") for name in names], *people]))
    assert screen.run("--schema", OWN) == 2
    assert "Correct the schema or the sheet." in screen.text
    screen.sheet(text(ROWS))
    assert screen.run("--schema", OWN) == 0
    assert screen.is_whole(*ALL)
