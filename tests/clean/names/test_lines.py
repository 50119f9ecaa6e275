"""Names with line breaks in their cell."""

from __future__ import annotations

import pytest

from importer.clean.names.full_name import split


@pytest.mark.parametrize(
    "text", ["Ann Lee\nBob Lee", "Ann Lee\r\nBob Lee\r\n", "Ann Lee\n\nDr. Bob Ray\nCy", "Familie Lee\nFamilie Ray"]
)
def test_two_names_on_lines_of_their_own_make_no_third(text: str) -> None:
    """Two whole names in a cell are not made into the halves of a third, which no person has: the cell stays whole."""
    name = split(text)
    assert (name.first, name.last) == (" ".join(text.split()), "")
    assert "name-not-split" in {finding.rule for finding in name.findings}


@pytest.mark.parametrize("text", ["Ann\nLee", "Lee,\nAnn", "Ann Maria\nLee"])
def test_one_name_on_two_lines_is_one(text: str) -> None:
    """A name that is broken over two lines is split as on one line."""
    assert split(text).first == split(" ".join(text.split())).first
    assert split(text).last == "Lee"
