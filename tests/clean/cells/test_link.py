"""Boolean cells and links."""

from __future__ import annotations

import pytest

from importer.clean.cells import boolean, url
from importer.clean.finding import Cleaned
from tests.clean.findings import bad, rules


@pytest.mark.parametrize(
    ("cells", "sent"),
    [
        ("yes Y TRUE true 1 1.0 x X ✓ ✔️ on checked ja oui sí Si sim vero wahr да tak evet はい", "true"),
        ("no N FALSE false 0 0.0 off nein non não nao falsch faux нет nie hayır いいえ unchecked", "false"),
    ],
)
def test_yes_and_no_are_known_in_many_languages(cells: str, sent: str) -> None:
    """The fixed words of the common languages are read without a word."""
    assert {boolean.clean(f" {cell} ") for cell in cells.split()} == {Cleaned(sent)}


def test_an_unknown_word_is_not_false() -> None:
    """A word that is neither yes nor no is bad, and a blank cell is no value."""
    assert bad(boolean.clean("maybe")) == ["boolean-unknown"]
    assert boolean.clean(" ") == Cleaned("")
    assert rules(boolean.clean("N/A")) == ["placeholder"]


@pytest.mark.parametrize(
    "cell", ["https://example.com/a?b=c#d", "http://[::1]:80/", "mailto:ada@example.com", "ftp://example.com/x%20y"]
)
def test_a_link_is_kept(cell: str) -> None:
    """A well-formed link is sent as it is."""
    assert url.clean(f" {cell}\n") == Cleaned(cell)


@pytest.mark.parametrize(
    ("cell", "sent"),
    [
        ("www.example.com", "https://www.example.com"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("//example.com", "https://example.com"),
        ("http://example.com/ü b", "http://example.com/%C3%BC%20b"),
        ("https://exämple.com/%zz", "https://ex%C3%A4mple.com/%25zz"),
        ("https://example.com/a[1]#b#c", "https://example.com/a%5B1%5D#b%23c"),
    ],
)
def test_a_repaired_link_is_said(cell: str, sent: str) -> None:
    """A missing scheme is added and other characters are percent-encoded, with a line."""
    assert (url.clean(cell).value, rules(url.clean(cell))) == (sent, ["repaired-url"])


@pytest.mark.parametrize(
    "cell",
    [
        "javascript:alert(1)",
        "JavaScript://example.com/%0aalert(1)",
        "data:text/html,x",
        "foo",
        "ada@example.com",
        "https://",
        "http://x:99999/",
        "http://年",
        "https://a.example https://b.example",
        "https://a.example\nhttps://b.example",
        "localhost:8080",
        "http://a..b/",
    ],
)
def test_what_is_no_link_is_bad(cell: str) -> None:
    """Scripts, plain words and several links in a cell are refused."""
    assert (url.clean(cell).value, bad(url.clean(cell))) == ("", ["url-not-a-link"])


def test_a_source_link_has_at_most_200_characters() -> None:
    """The contract's limit is judged on the link as sent, after encoding."""
    assert url.source("https://example.com/" + "a" * 180).value
    assert bad(url.source("https://example.com/" + "ü" * 100)) == ["url-too-long"]
