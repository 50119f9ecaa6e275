"""Bodies of answers, read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.api.words import parse

texts = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=5)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
DEEP = 10_000


@given(documents, st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-16-be"]), st.booleans())
def test_what_is_read_can_be_written_again(document: object, encoding: str, escaped: bool) -> None:
    """Whatever a service answers is nothing, or can be sent as JSON and written into a file."""
    read = parse(json.dumps(document, ensure_ascii=escaped).encode(encoding, "surrogatepass"))
    json.dumps(read, allow_nan=False, ensure_ascii=False).encode()
    try:
        json.dumps(document, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, UnicodeEncodeError):
        return
    assert read == document


NO_DOCUMENTS = {
    "lists in lists": b"[" * DEEP + b"]" * DEEP,
    "objects in objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deeper than any contact": b"[" * 60 + b"]" * 60,
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "more than a float holds": b'{"a": 1e999}',
    "a number of 400 digits": b'{"a": ' + b"9" * 400 + b"}",
}


@pytest.mark.parametrize("name", NO_DOCUMENTS)
def test_what_no_request_could_send_is_not_read(name: str) -> None:
    """Numbers that JSON has not, and values deeper than code can follow, are no answer of the API."""
    assert parse(NO_DOCUMENTS[name]) is None


SHOWN: dict[bytes, Any] = {
    rb'"\ud83d\ude00"': "\N{GRINNING FACE}",
    rb'"a\ud83d"': "a\N{REPLACEMENT CHARACTER}",
    rb'{"\ude00": 1}': {"\N{REPLACEMENT CHARACTER}": 1},
    rb'"\\ud800"': r"\ud800",
    b'"\xed\xa0\x80"': "\N{REPLACEMENT CHARACTER}",
}


@pytest.mark.parametrize("body", SHOWN)
def test_half_a_pair_is_shown_as_damage(body: bytes) -> None:
    """Half a surrogate pair becomes the sign for a damaged character; whole pairs and written escapes stay."""
    assert parse(body) == SHOWN[body]
