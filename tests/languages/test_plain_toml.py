"""The plain way to read the files of the languages leads to where the library does."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.languages import plain_toml

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FILES = [file for file in resources.files("importer.languages").iterdir() if file.name.endswith(".toml")]
PIECES = st.sampled_from(
    [
        *("[a]", "[a.b]", "[b]", "[[a]]", "[a.c]", "a = ", "b = ", "A = ", "c.d = ", "a=", '"a b" = ', '"a" = '),
        *(
            "[]",
            '["x"]',
            '["x", "y"]',
            '[ "x" , "y" , ]',
            '["x" "y"]',
            '["x",\n  "y",\n]',
            '["x", # why\n"y"]',
            "[1]",
            '"x"',
        ),
        *("['x']", '["\\n"]', '["a\tb"]', '["é#]"]', "\n", "\n", "\n", " ", "\t", "# why", "# [a]", "x", '"', "\r\n"),
    ]
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_language_is_read_as_by_the_library(file: Traversable) -> None:
    """Every file of a language holds the same, read plainly or by the library."""
    text = file.read_text("utf-8")
    assert plain_toml.loads(text) == tomllib.loads(text)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_is_read_plainly_is_what_the_library_reads(text: str) -> None:
    """Any document is read as by the library, or refused as there."""
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(tomllib.TOMLDecodeError):
            plain_toml.loads(text)
        return
    assert plain_toml.loads(text) == expected
