"""Multi-selects, addresses, text and ids."""

from __future__ import annotations

import json

import pytest

from importer.clean.cells import address, choice, identifier, text
from importer.clean.finding import Cleaned
from importer.clean.names import name
from tests.clean.findings import bad, rules


@pytest.mark.parametrize(
    ("cell", "options"),
    [
        ("VIP;Blog", ["VIP", "Blog"]),
        ('["VIP","Blog"]', ["VIP", "Blog"]),
        ("['VIP', 'Blog']", ["VIP", "Blog"]),
        ('"VIP","Blog"', ["VIP", "Blog"]),
        ("VIP ::: Blog", ["VIP", "Blog"]),
        ("VIP\nBlog", ["VIP", "Blog"]),
        (" VIP ; ;Blog; ", ["VIP", "Blog"]),
        ("a, b", ["a, b"]),
        ('"a;b";c', ["a;b", "c"]),
        ("[VIP]", ["[VIP]"]),
        ("None", ["None"]),
        ('12" pipe;b', ['12" pipe', "b"]),
        ("[1, 2]", ["1", "2"]),
    ],
)
def test_the_lists_of_exports_are_read(cell: str, options: list[str]) -> None:
    """Separators, JSON, Python and quoted lists give the same options, trimmed; quotes protect the separator."""
    cleaned = choice.clean(cell)
    assert json.loads(cleaned.value) == options
    assert cleaned.findings == ()


@pytest.mark.parametrize("cell", ['["\\ud83d"]', "['a', '\\udc00']"])
def test_an_option_with_half_a_character_is_no_option(cell: str) -> None:
    """A list may escape what no file can hold; it is left out and said, and pairs that make a character are kept."""
    assert bad(choice.clean(cell)) == ["choice-broken-list"]
    assert choice.clean(cell).value == ""
    assert choice.clean('["\\ud83d\\ude00"]') == ('["\U0001f600"]', ())


def test_options_are_sent_once_and_broken_lists_not_at_all() -> None:
    """A doubled option is said; what begins like a list and is none is bad; the separator is the person's choice."""
    assert (choice.clean("a; a;b").value, rules(choice.clean("a; a;b"))) == ('["a", "b"]', ["repaired-choice"])
    assert bad(choice.clean('["a",')) == ["choice-broken-list"]
    assert choice.clean("a|b", "|").value == '["a", "b"]'
    assert choice.clean("[]").value == ""
    assert choice.merge(['["a", "b"]', "", '["b", "c"]']) == '["a", "b", "c"]'


@pytest.mark.parametrize(
    "cell",
    ["00123", "1E5", "12345678901234567890", "a\tb", "line 1\nline 2", "N/A", "=1+1", "+1", "'90s Club", "NA", "a  b"],
)
def test_text_keeps_its_characters(cell: str) -> None:
    """A text field is sent as it is written."""
    assert text.clean(f" {cell}\u00a0") == Cleaned(cell)


def test_guards_of_text_are_cut_and_said() -> None:
    """The marks that spreadsheet programs put around text are no part of it."""
    for cell in ('="00123"', "'00123"):
        assert (text.clean(cell).value, rules(text.clean(cell))) == ("00123", ["repaired-guard"])


def test_an_address_is_one_line() -> None:
    """Lines and columns of an address are joined with commas, and a mark for "nothing" is left out."""
    assert address.clean("1 Main St\r\n\nSpringfield, IL ") == Cleaned("1 Main St, Springfield, IL")
    assert address.join(["1 Main St", "", "Springfield"]) == "1 Main St, Springfield"
    assert (address.clean("-").value, rules(address.clean("-"))) == ("", ["placeholder"])
    assert address.clean("NA").value == "NA"


def test_an_id_is_kept_character_for_character() -> None:
    """An external id is trimmed and no more; what says "none" is none; a shortened number is said."""
    assert identifier.external_id(" 00 12\u00a0").value == "00 12"
    assert identifier.external_id("1E5") == Cleaned("1E5")
    assert rules(identifier.external_id("n/a")) == ["placeholder"]
    assert rules(identifier.external_id("1.23E+15")) == ["external-id-shortened"]
    assert bad(identifier.external_id("a\x01b")) == ["external-id-characters"]
    assert identifier.identity(" 'x=\u00a0") == Cleaned("'x=")


def test_a_creator_is_a_user_id_or_an_address() -> None:
    """Who created a contact is named by a user id or by one email address."""
    assert identifier.created_by(" USabc1 ") == Cleaned("USabc1")
    assert identifier.created_by("Ada@Example.com").value == "Ada@example.com"
    assert bad(identifier.created_by("Ada")) == ["created-by-unclear"]
    assert bad(identifier.created_by("a@example.com; b@example.com")) == ["created-by-unclear"]


@pytest.mark.parametrize(
    ("cell", "options"),
    [
        ("* myContacts ::: Friends", ["myContacts", "Friends"]),
        ("* myContacts ::: * starred", ["myContacts", "starred"]),
        ("* VIP;*Blog", ["VIP", "*Blog"]),
        ("* VIP\n* Blog", ["VIP", "Blog"]),
        ('["* VIP"]', ["VIP"]),
    ],
)
def test_the_star_of_google_is_no_part_of_a_label(cell: str, options: list[str]) -> None:
    """A star and a space before an option are cut, with a line; a star that touches the word is the word's."""
    cleaned = choice.clean(cell)
    assert json.loads(cleaned.value) == options
    assert rules(cleaned) == ["repaired-star"]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("M&uuml;ller &amp; Sons", "Müller & Sons"),
        ("MÃ¼ller &amp; Sons", "Müller & Sons"),
        ("MÃ¼ller – Zürich", "Müller – Zürich"),
        ("O&#39;Brien", "O'Brien"),
        ("O&#x27;Brien", "O'Brien"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("A&nbsp;B &lt;x&gt;", "A B <x>"),
        ("BjÃƒÂ¶rn", "Björn"),
        ("Ð˜Ð²Ð°Ð½", "Иван"),
    ],
)
def test_what_a_wrong_conversion_left_is_said(cell: str, meant: str) -> None:
    """A web page's codes and letters read in a wrong encoding are kept, and the line says what they look like."""
    for clean in (text.clean, name.clean, address.clean):
        cleaned = clean(cell)
        assert cleaned.value == cell
        assert rules(cleaned) == ["letters-garbled"]
        assert f"“{meant}”" in cleaned.findings[0].what
    assert rules(choice.clean(cell, "|")) == ["letters-garbled"]


@pytest.mark.parametrize(
    "cell", ["AT&T", "AT&T;", "R&D; Sales", "Q&A", "Ann & Bob; Co", "&", "&;", "&#;", "Müller", "São João"]
)
def test_an_ampersand_is_a_sign_like_any_other(cell: str) -> None:
    """A name with an ampersand, and letters with accents, are fine."""
    assert rules(text.clean(cell)) == []
