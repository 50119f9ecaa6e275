"""The external id of a row, by which a later run finds its contact.

    oi1-<26 letters>   a digest of who the contact is, where the sheet gives no id
    oih1-<26 letters>  a digest of an id longer than the 75 characters the API takes
    oir1-<26 letters>  a digest of the raw cells of a rejected row

These forms are a promise: the same sheet must find its own contacts in every later version of this program, on every
machine. A changed form needs a new number, and the old one must still be understood. 26 letters are 128 bits.
"""

from __future__ import annotations

import json
import unicodedata
from hashlib import blake2b
from itertools import product
from typing import TYPE_CHECKING

from importer.model.added_columns import NEW_PERSON, OPEN_QUESTION
from importer.model.made_ids import DIGEST_ID, LONG_ID, REJECTED_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_ID = 75
"""`externalId` has at most 75 characters (contacts file of the API, POST /v1/contacts)."""

ID_BYTES = 16
_PAIRS = ["".join(pair) for pair in product("abcdefghijklmnopqrstuvwxyz234567", repeat=2)]
# 13 pairs of letters, each of 10 bits, hold 130 bits: the 128 of the hash and two zeros at the end.
_FILLING, _SHIFTS = 2, range(120, -1, -10)
# Made once: json.dumps makes a new encoder at every call.
encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""Canonical JSON of a value."""
quoted = json.encoder.encode_basestring
"""The same of a text, faster."""


def digest_id(
    first_name: str, last_name: str, phones: Iterable[str], emails: Iterable[str], company: str, source: str
) -> str:
    """The external id of a contact without one: the same for the same name, phones, emails and source.

    Case, spaces and Unicode form of names do not count, nor do the case of emails, the order and labels of phones and
    emails, the order of columns and the row's number. The company counts only where all else is empty; "" where that
    is empty too.
    """
    first, last = plain(first_name), plain(last_name)
    numbers = sorted(set(filter(None, phones)))
    addresses = sorted(
        {(email if email.isascii() else unicodedata.normalize("NFC", email)).lower() for email in emails if email}
    )
    if first or last or numbers or addresses:
        # Written by hand: an encoder takes three times as long, and every row of a sheet without ids needs this.
        points = f"[{','.join(map(quoted, numbers))}],[{','.join(map(quoted, addresses))}]"
        return _stamp(DIGEST_ID, f"[[{quoted(first)},{quoted(last)}],{points},{quoted(source)}]")
    return _stamp(DIGEST_ID, encoded([plain(company), source])) if company.split() else ""


def column_id(text: str, id_prefix: str) -> str:
    """The external id of a row whose sheet has an id column: the prefix and the id, hashed where over 75 characters."""
    return fitted_id(id_prefix + text) if text else ""


def column_ids(texts: Sequence[str], id_prefix: str) -> list[str]:
    """The same for the cells of a column."""
    if max(map(len, texts), default=0) + len(id_prefix) > LONGEST_ID:
        return [column_id(text, id_prefix) for text in texts]
    return [id_prefix + text if text else "" for text in texts] if id_prefix else list(texts)


def fitted_id(text: str) -> str:
    """An id as it is, or its digest where it is over 75 characters."""
    return text if len(text) <= LONGEST_ID else _stamp(LONG_ID, encoded([text]))


def is_answer(text: str) -> bool:
    """Whether `_external_id` of a rejects file is an answer, not an id: `new`, or a candidate with a `?` before it."""
    return text == NEW_PERSON or text.startswith(OPEN_QUESTION)


def fallback_id(cells: Sequence[str], source: str) -> str:
    """The external id of a rejected row: a digest of its cells as the sheet has them, without trailing blanks.

    Without their bad cells two different rows could look like one contact.
    """
    filled = list(cells)
    # Copies of one row are ragged in different ways.
    while filled and not filled[-1].strip():
        filled.pop()
    # By hand, as in `digest_id`.
    return _stamp(REJECTED_ID, f"[[{','.join(map(quoted, filled))}],{quoted(source)}]")


def plain(text: str) -> str:
    """What counts of a name: without upper case, odd spaces, and the form of its letters."""
    # The short way for most names gives what the long way gives.
    if text.isascii():
        return " ".join(text.lower().split())
    # Twice, since casefold may take a composed letter apart: İ becomes i and a combining dot.
    folded = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def _stamp(prefix: str, text: str) -> str:
    # What base64.b32encode writes, in lower case without padding, in a third of its time.
    bits = int.from_bytes(hashed(text).digest(), "big") << _FILLING
    return prefix + "".join([_PAIRS[bits >> shift & 0x3FF] for shift in _SHIFTS])


def hashed(text: str) -> blake2b:
    """The hash in ids and digests; half a surrogate pair, as damaged files have it, counts as a character."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=ID_BYTES)
