"""What the columns beside a phone say against calling its numbers."""

from __future__ import annotations

import pytest

from importer.clean.call_flags import refusal_of
from importer.model import CallFlagKind

FORBIDDEN, SINCE, PERMITTED, STATUS = CallFlagKind


@pytest.mark.parametrize(
    ("kinds", "texts", "said"),
    [
        ([FORBIDDEN], ["Y"], "column “a” says “Y”"),
        ([FORBIDDEN], ["ask Ann"], "column “a” says “ask Ann”"),
        ([FORBIDDEN], ["N"], ""),
        ([FORBIDDEN], [""], ""),
        ([FORBIDDEN, FORBIDDEN], ["N", "Y"], "column “b” says “Y”"),
        # A date beside a plain no is that of the look at the register; alone it is that of the entry in it.
        ([FORBIDDEN, SINCE], ["N", "3/4/2024"], ""),
        ([FORBIDDEN, SINCE], ["", "3/4/2024"], "column “b” says “3/4/2024”"),
        ([SINCE], ["3/4/2024"], "column “a” says “3/4/2024”"),
        ([PERMITTED], ["yes"], ""),
        ([PERMITTED], ["3/4/2024"], ""),
        ([PERMITTED], ["no"], "column “a” says “no”"),
        ([PERMITTED], ["ask Ann"], "column “a” says “ask Ann”"),
        ([PERMITTED], [""], "column “a” is empty"),
        ([STATUS], ["Correct"], ""),
        ([STATUS], ["Wrong"], "column “a” says “Wrong”"),
        ([STATUS], [""], ""),
    ],
)
def test_a_number_is_left_out_where_a_column_forbids_it(kinds: list[CallFlagKind], texts: list[str], said: str) -> None:
    """Each kind of column forbids a number in its own words, and the first that does is named."""
    assert refusal_of(kinds, ["“a”", "“b”"][: len(kinds)], texts) == said
