"""Email cells: addresses taken out of what stands around them."""

from __future__ import annotations

import pytest

from importer.clean.cells import email
from tests.clean.findings import bad, rules


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("ada@example.com", "ada@example.com"),
        (" \u00a0Ada.L@EXAMPLE.com ", "Ada.L@example.com"),
        ("jörg@bücher.example", "jörg@bücher.example"),
        ("a@xn--bcher-kva.de", "a@xn--bcher-kva.de"),
        ("o'brien+x@example.co.uk", "o'brien+x@example.co.uk"),
    ],
)
def test_a_well_formed_address_is_kept_without_a_word(cell: str, address: str) -> None:
    """The part before the @ keeps its case, the domain is lower-cased, international names stay as they are."""
    read = email.clean(cell)
    assert [point.value for point in read.points] == [address]
    assert read.findings == ()


@pytest.mark.parametrize(
    "cell",
    [
        "mailto:ada@example.com?subject=hi",
        "Ada Lovelace <ada@example.com>",
        '"Lovelace, Ada" <ada@example.com>',
        "Lovelace, Ada <ada@example.com>",
        "<ada@example.com>",
        "ada@example.com,",
        "ada@example.com;",
        "ada@example.com.",
        "E-mail: ada@example.com",
        "ada@example.com (work)",
        "ada@example.com <ada@example.com>",
        "ada@example.com; ada@EXAMPLE.com",
        "ada\u200b@example.com",
        "ada＠example.com",
        "'ada@example.com",
        '="ada@example.com"',
    ],
)
def test_an_address_is_taken_out_of_its_surroundings_and_said(cell: str) -> None:
    """What stands around an address is cut, with the cell before and the address after in one line."""
    read = email.clean(cell)
    assert [point.value for point in read.points] == ["ada@example.com"]
    assert rules(read) == ["repaired-email"]


@pytest.mark.parametrize("between", [";", ", ", " ::: ", "\n", " ", " / ", "/", " | ", " or ", " & "])
def test_several_addresses_in_a_cell_are_told_apart(between: str) -> None:
    """Each address of a cell comes out by itself, and the split is said."""
    read = email.clean(f"ada@example.com{between}bob@example.com")
    assert [point.value for point in read.points] == ["ada@example.com", "bob@example.com"]
    assert rules(read) == ["email-several"]


@pytest.mark.parametrize(
    "cell",
    [
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada@@example.com",
        "ada@example..com",
        "ada lovelace@example.com",
        "ada @example.com",
        "see notes",
        "a@b.invalid",
        "+1 415 555 0101",
        "https://example.com",
    ],
)
def test_what_is_no_address_is_bad(cell: str) -> None:
    """A cell without a well-formed address gives none, and is never repaired by guessing."""
    read = email.clean(cell)
    assert read.points == ()
    assert bad(read) == ["email-not-valid"]


def test_a_bad_address_does_not_spoil_a_good_one() -> None:
    """The good address of a cell is kept, the other part is named."""
    read = email.clean("ada@example.com; nobody")
    assert [point.value for point in read.points] == ["ada@example.com"]
    assert bad(read) == ["email-not-valid"]


def test_a_private_domain_is_kept_with_a_warning() -> None:
    """Addresses of test systems and private networks are well-formed, so they are kept and said."""
    for cell in ("ada@corp.local", "ada@example.test"):
        assert [point.value for point in email.clean(cell).points] == [cell]
        assert rules(email.clean(cell)) == ["email-private-domain"]


@pytest.mark.parametrize("cell", ["n/a", "?,", "none;", "-;"])
def test_a_cell_of_nothing_but_placeholders_is_empty_and_said(cell: str) -> None:
    """Whatever stands for "empty" in an email cell, with what stands around it, is named before it is left out."""
    read = email.clean(cell)
    assert not read.points
    assert rules(read) == ["placeholder"]
