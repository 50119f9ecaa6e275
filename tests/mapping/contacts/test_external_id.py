"""External ids: promises to every sheet that was ever imported."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b32encode
from hashlib import blake2b
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.mapping.contacts.digest_ids import digest_ids
from importer.mapping.contacts.external_id import LONGEST_ID, column_id, digest_id, fallback_id, fitted_id

ANN = ("Ann", "Lee", ["+14155550101", "+442079460018"], ["ann@example.com"], "Acme", "spreadsheet-import")


@pytest.mark.parametrize(
    ("facts", "external_id"),
    [
        (ANN, "oi1-23e65hqxlh4sd4blcm52qogbh4"),
        (("Zoë", "Núñez", [], [], "", "crm"), "oi1-ze3tovzvm7vgj2zf754gqudshu"),
        (("", "", [], [], "Acme", "spreadsheet-import"), "oi1-yzfzewzpoe5acav774yscmkq5q"),
        (("", "", ["+14155550101"], [], "", "spreadsheet-import"), "oi1-zxeds5l2ksncj76el4iovcnpei"),
    ],
)
def test_digest_ids_never_change(facts: tuple[str, str, list[str], list[str], str, str], external_id: str) -> None:
    """These ids are in people's workspaces: a change here makes every contact of a later run a second one."""
    assert digest_id(*facts) == external_id


def test_other_ids_never_change() -> None:
    """Long ids and the ids of rejected rows are promises too."""
    assert fitted_id("x" * 76) == "oih1-vfd6jo27wv4wvt36dlgkokfrcm"
    assert fallback_id(["Ann", "not a phone", ""], "spreadsheet-import") == "oir1-a24liuwrtcmau2amrdkjghdduy"


texts = st.one_of(st.text(max_size=6), st.sampled_from(['"', "\\", "\ud800", "\u2028", "\x00\n\x7f", "é"]))


def test_ids_are_the_same_in_another_process() -> None:
    """Nothing of an id hangs on the process: not its hash seed, not its order of sets."""
    code = f"from importer.mapping.contacts.external_id import digest_id; print(digest_id(*{ANN!r}))"
    for seed in ("1", "2"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": "."}
        found = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        assert found.stdout.strip() == digest_id(*ANN)


words = st.text(max_size=8)
phones = st.lists(st.sampled_from(["+14155550101", "+14155550102", "+442079460018", ""]), max_size=4)
emails = st.lists(st.sampled_from(["a@example.com", "B@example.com", "ü@example.com", ""]), max_size=4)


@given(words, words, phones, emails, words)
@settings(max_examples=200, deadline=None)
def test_an_id_does_not_hang_on_spelling_or_order(
    first: str, last: str, numbers: list[str], addresses: list[str], company: str
) -> None:
    """Outer spaces, blanks, the case of emails and the order of phones and emails do not make another person."""
    shuffled = [*sorted(numbers + numbers[:1], reverse=True), ""]
    upper = [address.upper() for address in reversed(addresses)]
    same = digest_id(f" {first}  ", f"{last} ", shuffled, upper, company, "s")
    assert same == digest_id(first, last, numbers, addresses, company, "s")


@given(words, words, phones, emails, words)
@settings(max_examples=200, deadline=None)
def test_every_id_fits_the_api(first: str, last: str, numbers: list[str], addresses: list[str], company: str) -> None:
    """An id has 1 to 75 characters, or is empty where there is nothing to tell the row by."""
    found = digest_id(first, last, numbers, addresses, company, "s" * 72)
    nothing = not (first.split() or last.split() or any(numbers) or any(addresses) or company.split())
    assert (found == "") == nothing
    assert len(found) <= LONGEST_ID


@given(*[texts] * 2, st.lists(texts, max_size=3), st.lists(texts, max_size=3), texts)
@settings(max_examples=300, deadline=None)
def test_an_id_is_of_the_json_of_what_counts(
    first: str, last: str, numbers: list[str], addresses: list[str], source: str
) -> None:
    """What is written by hand is to the letter what an encoder writes, whatever the texts."""

    def folded(text: str) -> str:
        return " ".join(normalize("NFC", normalize("NFC", text).casefold()).split())

    mails = sorted({normalize("NFC", address).lower() for address in addresses if address})
    facts = [[folded(first), folded(last)], sorted(set(numbers) - {""}), mails, source]
    if facts[:3] == [["", ""], [], []]:
        return
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    stamp = b32encode(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()).decode()
    assert digest_id(first, last, numbers, addresses, "", source) == "oi1-" + stamp.rstrip("=").lower()


# Words that a cleaner leaves and others, so that each way of making an id in bulk is taken.
people = st.tuples(*[st.one_of(words, texts, st.sampled_from(["", "Ann", " Zoë", "Ann  Lee", "a\0b"]))] * 3)
points = st.one_of(texts, st.sampled_from(["", "", "+14155550101", "Ann@Example.com", "é@example.com"]))


@given(st.data(), st.integers(0, 3), st.integers(0, 3), st.lists(people, max_size=6))
@settings(max_examples=300, deadline=None)
def test_ids_of_a_chunk_are_those_of_its_rows(
    data: st.DataObject, phone_columns: int, email_columns: int, rows: list[tuple[str, str, str]]
) -> None:
    """What is made of whole columns is to the letter what is made of each row by itself."""
    column = st.lists(points, min_size=len(rows), max_size=len(rows))
    numbers = [data.draw(column) for _ in range(phone_columns)]
    addresses = [data.draw(column) for _ in range(email_columns)]
    names = [[row[index] for row in rows] for index in range(3)]
    expected = [
        digest_id(first, last, [cells[at] for cells in numbers], [cells[at] for cells in addresses], company, "s")
        for at, (first, last, company) in enumerate(rows)
    ]
    assert digest_ids(names, numbers, addresses, "s") == expected


def test_different_people_have_different_ids() -> None:
    """Another name, phone, email or source is another contact; another company is not, where a name is there."""
    first, last, numbers, addresses, company, source = ANN
    others = {
        digest_id("Anna", last, numbers, addresses, company, source),
        digest_id(last, first, numbers, addresses, company, source),
        digest_id(first, last, numbers[:1], addresses, company, source),
        digest_id(first, last, numbers, ["other@example.com"], company, source),
        digest_id(first, last, numbers, addresses, company, "crm"),
        digest_id(*ANN),
    }
    assert len(others) == 6
    assert digest_id(first, last, numbers, addresses, "Globex", source) == digest_id(*ANN)
    assert digest_id("", "", [], [], "Globex", source) != digest_id("", "", [], [], "Acme", source)


def test_names_count_but_for_case_spaces_and_unicode_form() -> None:
    """A name typed with another case or another form of the same letters is the same name."""
    assert digest_id("ZOE\u0308 ", "nu\u0301n\u0303ez", [], [], "", "s") == digest_id("Zoë", "Núñez", [], [], "", "s")


@given(st.text(min_size=1, max_size=200), st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_a_column_id_is_kept_where_it_fits(own: str, prefix: str) -> None:
    """An id column is used character for character with the prefix in front, and hashed only where it is too long."""
    found = column_id(own, prefix)
    assert found == prefix + own if len(prefix + own) <= LONGEST_ID else found.startswith("oih1-")
    assert 1 <= len(found) <= LONGEST_ID


def test_raw_cells_are_told_apart_but_for_trailing_blanks() -> None:
    """Ragged copies of one row are one row; another cell, or the same in another column, is another."""
    assert fallback_id(["a", "b"], "s") == fallback_id(["a", "b", "", " "], "s")
    assert len({fallback_id(cells, "s") for cells in (["a", "b"], ["b", "a"], ["", "a", "b"], ["ab"])}) == 4
