"""The quick looks for lines of a report must see what the thorough one sees."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.languages.words import words
from importer.spreadsheet import skip

WORDS = st.sampled_from(
    [
        "Total",
        "GRAND ",
        "Sum",
        "count",
        ":",
        " = ",
        "12",
        "1,234.5",
        "Page ",
        " OF ",
        "(C) ",
        "2024",
        "Records",
        "---",
        " ",
    ]
)
ODD = st.sampled_from(
    ["", " ", "\u200b", "\ufeff", "\n", "\xa0", "Ann", "Name", "NAME", "Éva", "ſum", "İ", "ı", "é", "#Example"]
)
CELL = st.one_of(st.lists(st.one_of(WORDS, ODD), max_size=3).map("".join), st.just("Total " + "9" * 400))
HEADER = st.sampled_from(
    [(), ("name",), ("name", "phone"), ("", "name"), ("\u200b", "name"), ("n\nname", "x"), ("éva",)]
)


@settings(max_examples=1000, deadline=None)
@given(st.one_of(st.lists(WORDS, max_size=5).map("".join), st.text("SsKkIiTtOoAaLl-_(9 ", max_size=8)))
@example("GRAND TOTAL (12 Records)")
@example("End of the REPORT")
def test_case_does_not_matter_to_a_line_in_ascii(text: str) -> None:
    """A text in small letters is such a line exactly where it is one however it is written."""
    assert bool(re.fullmatch(skip._EITHER, text.lower())) == bool(re.fullmatch(skip._EITHER, text, re.IGNORECASE))


@settings(max_examples=1000, deadline=None)
@given(st.lists(WORDS, max_size=5).map("".join) | st.from_regex(skip._NUMBERED, fullmatch=True), st.text("9 \n=a"))
@example("total", ":5")
@example("(c)2024", "")
@example("12", " contacts")
def test_a_number_without_a_space_is_no_line_of_a_report(text: str, end: str) -> None:
    """A text that looks like the number of a contact is skipped for no reason, whatever other lines it has."""
    if re.fullmatch(skip._NUMBERED, text):
        assert skip.reason([text], ()) is None
        assert skip.reason([f"{text}\n{end}"], ()) is None


def test_no_word_of_a_report_has_a_digit() -> None:
    """The words by which such lines are known have no digit, so that a number in one stands behind a space or sign."""
    tables = ("totals", "groups", "page", "of", "end_of", "document", "dated", "number_of")
    assert not [word for name in tables for word in words("rows", name) if any(map(str.isdigit, word))]


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.lists(CELL, max_size=3), max_size=4), HEADER)
@example([["Ann"], ["", "Total"]], ())
@example([["", "Name"]], ("", "name"))
@example([["\u200b", "Total"]], ())
@example([["Ann"], ["\n TOTAL GÉNÉRAL"]], ())
@example([["N\nName", "X"]], ("n\nname", "x"))
@example([["C-1"], ["C-2\nTotal"]], ())
def test_rows_looked_at_together_are_skipped_as_one_by_one(rows: list[list[str]], header: tuple[str, ...]) -> None:
    """The same rows are skipped for the same reasons when many are looked at together."""
    alone = {at: why for at, cells in enumerate(rows) if (why := skip.reason(cells, header))}
    assert skip.reasons(rows, header) == alone
