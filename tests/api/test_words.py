"""Bodies of answers, read."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.api.words import MOST_VALUES, parse, written
from importer.report.visible_text import visible

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
    "empty lists without end": b"[" + b"[]," * 400_000 + b"[]]",
    "empty objects without end": b"[" + b"{}," * 400_000 + b"{}]",
    "numbers without end": b"[" + b"1," * 600_000 + b"1]",
}


@pytest.mark.parametrize("name", NO_DOCUMENTS)
def test_what_no_request_could_send_is_not_read(name: str) -> None:
    """Numbers that JSON has not, values deeper than code can follow, or more of them than a page has: no answer."""
    assert parse(NO_DOCUMENTS[name]) is None


def test_a_hostile_body_takes_little_memory() -> None:
    """As many values as are read of one answer take less than 150 MB."""
    body = b"[" + b"[]," * (MOST_VALUES // 2 - 10) + b"[]]"
    tracemalloc.start()
    try:
        assert parse(body) is not None
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
    finally:
        tracemalloc.stop()


SHOWN: dict[bytes, Any] = {
    rb'"\ud83d\ude00"': "\N{GRINNING FACE}",
    rb'"a\ud83d"': "a\N{REPLACEMENT CHARACTER}",
    rb'{"\ude00": 1}': {"\N{REPLACEMENT CHARACTER}": 1},
    rb'"\\ud800"': r"\ud800",
    b'"\xed\xa0\x80"': "\N{REPLACEMENT CHARACTER}",
}


@pytest.mark.parametrize("body", SHOWN)
def test_half_a_pair_is_shown_as_damage(body: bytes) -> None:
    """Half a surrogate pair is shown as the sign for a damaged character; whole pairs and written escapes stay."""
    document = parse(body)
    shown = {visible(key): value for key, value in document.items()} if isinstance(document, dict) else document
    assert (visible(shown) if isinstance(shown, str) else shown) == SHOWN[body]


odd_texts = st.text(st.sampled_from(["\ud83d", "\ude00", "\ufffd", "\U0010f83d", "\U0010ffff", "\\", "u", "ä", "a"]))


@given(texts | odd_texts, st.booleans())
def test_what_is_read_goes_back_as_it_came(text: str, escaped: bool) -> None:
    """A text of the service is sent back character for character, half a surrogate pair too, whatever lies around."""
    body = json.dumps({"a": text}, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    # Two halves that lie side by side are one character to whoever reads them.
    meant = json.loads(json.dumps(text))
    assert json.loads(written(parse(body)))["a"] == meant


@given(documents)
def test_what_is_sent_is_the_document(document: object) -> None:
    """A body of the sheet, which has no marks, is sent as JSON writes it."""
    try:
        plain = json.dumps(document, allow_nan=False).encode()
    except ValueError:
        return
    assert written(document) == plain
