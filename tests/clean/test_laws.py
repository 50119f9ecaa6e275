"""Laws that hold for every kind of cell."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from importer.clean.cells import address, boolean, choice, date, email, identifier, number, text, url
from importer.clean.characters.characters import trimmed
from importer.clean.characters.text_guard import unguarded
from importer.clean.names import name

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.clean.finding import Cleaned, ContactPoints


def rules(cleaned: Cleaned | ContactPoints) -> list[str]:
    return [finding.rule for finding in cleaned.findings]


def bad(cleaned: Cleaned | ContactPoints) -> list[str]:
    return [finding.rule for finding in cleaned.findings if finding.bad]


TYPED: dict[str, Callable[[str], Cleaned]] = {
    "name": name.clean,
    "text": text.clean,
    "address": address.clean,
    "date": date.clean,
    "number": number.clean,
    "boolean": boolean.clean,
    "url": url.clean,
    "choice": choice.clean,
    "external id": identifier.external_id,
    "identity": identifier.identity,
    "created by": identifier.created_by,
}
PIECES = st.sampled_from(
    [
        "'",
        '="',
        '"',
        "=",
        "+",
        "-",
        "0",
        "12",
        "1,234",
        ".5",
        "2024-03-12",
        "3/4/24",
        " ",
        "\n",
        "\xa0",
        "\u200b",
        "a",
        "É",
        "é",
        "yes",
        "www.",
        "example.com",
        "https://",
        "/ü",
        "%",
        ";",
        ",",
        "[",
        "]",
        "\\",
        "\x00",
        "@",
        "N/A",
        "$",
        "%20",
        "E5",
        "王",
        "12:30",
        "Mar",
        "#",
    ]
)
CELLS = st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=10)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(TYPED)), CELLS)
def test_cleaning_twice_is_cleaning_once(kind: str, cell: str) -> None:
    """A cleaned value is clean: again it gives itself, is not bad, and needs no repair."""
    once = TYPED[kind](cell).value
    again = TYPED[kind](once)
    assert again.value == once
    assert not bad(again)
    assert not any(rule.startswith("repaired") for rule in rules(again))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(TYPED)), CELLS)
def test_nothing_is_dropped_without_a_line(kind: str, cell: str) -> None:
    """A cell with something in it gives a value or a line, and every message ends its sentence."""
    cleaned = TYPED[kind](cell)
    empty = not unguarded(cell).strip("[], \t\r\n;\"'")
    assert cleaned.value or cleaned.findings or empty
    assert all(finding.what.endswith(".") and finding.next_step.endswith(".") for finding in cleaned.findings)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["name", "text", "url", "external id"]), CELLS)
def test_no_value_changes_without_a_line(kind: str, cell: str) -> None:
    """Where the value is text, any change beyond outer spaces and Unicode's form is said."""
    cleaned = TYPED[kind](cell)
    same = unicodedata.normalize("NFC", cleaned.value) == unicodedata.normalize("NFC", trimmed(cell))
    if not same and unguarded(cell):
        assert cleaned.findings


@settings(max_examples=200, deadline=None)
@given(st.emails() | CELLS)
def test_cleaning_addresses_twice_is_cleaning_once(cell: str) -> None:
    """An address that came out is kept as it is, without a repair."""
    for point in email.clean(cell).points:
        again = email.clean(point.value)
        assert again.points == (point,)
        assert not any(rule.startswith("repaired") for rule in rules(again))
