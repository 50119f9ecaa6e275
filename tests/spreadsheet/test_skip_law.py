"""The quick look for lines of a report must see what the thorough one sees."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

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


@settings(max_examples=1000, deadline=None)
@given(st.one_of(st.lists(WORDS, max_size=5).map("".join), st.text("SsKkIiTtOoAaLl-_(9 ", max_size=8)))
@example("GRAND TOTAL (12 Records)")
@example("End of the REPORT")
def test_case_does_not_matter_to_a_line_in_ascii(text: str) -> None:
    """A text in small letters is such a line exactly where it is one however it is written."""
    assert bool(skip._ANY_LOWER.fullmatch(text.lower())) == bool(skip._ANY.fullmatch(text))
