"""What makes a row the same row again: the external id and the digest of its fields.

    oi1-<26 letters>   a digest of who the contact is, where the sheet gives no id
    oih1-<26 letters>  a digest of an id longer than the 75 characters the API takes
    oir1-<26 letters>  a digest of the raw cells of a row that tells nobody apart

The forms are a promise: the same sheet must find its own contacts again in every later version of this program, on
every machine. Whoever changes one must give it a new number and keep the old one known. 26 letters are 128 bits.
"""

from __future__ import annotations

import json
import unicodedata
from hashlib import blake2b
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_ID = 75
"""`externalId` has at most 75 characters (contacts file of the API, POST /v1/contacts)."""

_BYTES = 16
_PAIRS = ["".join(pair) for pair in product("abcdefghijklmnopqrstuvwxyz234567", repeat=2)]
_FILLING, _PLACES = 2, range(120, -1, -10)  # 128 bits are 13 pairs of letters, each of 10 bits, but for two
# Made once: json.dumps makes a new encoder at every call.
encoded = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
quoted = json.encoder.encode_basestring
_FIELDS = ("defaultFields", "customFields", "sourceUrl")


def digest_id(
    first_name: str, last_name: str, phones: Iterable[str], emails: Iterable[str], company: str, source: str
) -> str:
    """The external id of a contact that has none: the same for the same name, phones, emails and source.

    Names count but for case, spaces and Unicode form; emails but for case; the order and labels of phones and emails,
    the order of columns and the row's number do not count. The company counts only where there is nothing else.
    "" where there is nothing at all.
    """
    names = [_plain(first_name), _plain(last_name)]
    numbers = sorted({phone for phone in phones if phone})
    addresses = sorted({_composed(email).lower() for email in emails if email})
    if any(names) or numbers or addresses:
        # By hand, since an encoder takes three times as long and every row of a sheet without ids needs this.
        lists = ",".join(f"[{','.join(map(quoted, texts))}]" for texts in (names, numbers, addresses))
        return _stamp("oi1-", f"[{lists},{quoted(source)}]")
    return _stamp("oi1-", encoded([_plain(company), source])) if company.split() else ""


def column_id(text: str, id_prefix: str) -> str:
    """The external id of a row whose sheet has an id column: the prefix and the id, hashed where over 75 characters."""
    return fitted_id(id_prefix + text) if text else ""


def fitted_id(text: str) -> str:
    """An id as it is, or its digest where it is over 75 characters."""
    return text if len(text) <= LONGEST_ID else _stamp("oih1-", encoded([text]))


def fallback_id(cells: Sequence[str], source: str) -> str:
    """The external id of a row that was rejected: a digest of its cells as the sheet has them (trailing blanks apart).

    Two different rows whose bad cells were left out would else look like one contact.
    """
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    return _stamp("oir1-", encoded([kept, source]))


def digest(body: dict[str, Any]) -> str:
    """The digest of a request body's fields, 32 hexadecimal digits.

    It is of their JSON, with sorted keys and without spaces. The fields alone count, not whose contact it is (source,
    external id, creator), nor the order of the phones, emails and custom fields, which is only that of the sheet's
    columns. `importer.mapping.contacts.fingerprints` gives the same for many rows at once.
    """
    fields = {name: body[name] for name in _FIELDS if name in body}
    fields["defaultFields"] = {
        name: sorted(value, key=_by_value) if isinstance(value, list) else value
        for name, value in body["defaultFields"].items()
    }
    if "customFields" in body:
        fields["customFields"] = sorted(body["customFields"], key=by_key)
    return hashed(encoded(fields)).hexdigest()


def _by_value(point: dict[str, Any]) -> tuple[str, str]:
    return str(point["value"]), str(point["name"])


def by_key(item: dict[str, Any]) -> tuple[str, str]:
    """What custom fields are sorted by in a digest."""
    return item["key"], str(item["value"])


def _plain(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(_composed(_composed(text).casefold()).split())


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _stamp(prefix: str, text: str) -> str:
    # As base64.b32encode writes it, but for case and padding, and in a third of its time.
    bits = int.from_bytes(hashed(text).digest(), "big") << _FILLING
    return prefix + "".join([_PAIRS[bits >> at & 0x3FF] for at in _PLACES])


def hashed(text: str) -> blake2b:
    """The hash that ids and digests are made of; half a surrogate pair, as damaged files have them, is a character."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES)
