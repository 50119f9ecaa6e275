"""Short digests by which the journal knows again what it left in a workspace, without keeping it.

`contact_fingerprint` covers all fields of a contact, so that a person's edit shows. `point_fingerprints` cover the
numbers and addresses that this journal added, so that it never removes one that it did not add.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from importer.plan.compare import ARRAYS, SCALARS, Contact, customs, fields, instant, items, match_key, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEFT_BYTES, _POINT_BYTES = 12, 6
POINT_CHARACTERS = 8


def contact_fingerprint(contact: Contact) -> str:
    """Return 16 characters that stand for everything a person can see of a contact; "" where it shows no fields.

    Ids and the order of items, time stamps and the ways to write one value do not count.
    """
    if not fields(contact):
        return ""
    shown: dict[str, Any] = {key: plain(fields(contact).get(key)) for key in SCALARS.values()}
    for key in ARRAYS.values():
        shown[key] = sorted([match_key(key, item["value"]), plain(item.get("name"))] for item in items(contact, key))
    shown["custom"] = sorted([key, json.dumps(_value(item["value"]))] for key, item in customs(contact).items())
    shown["sourceUrl"] = plain(contact.get("sourceUrl"))
    return _digest(json.dumps(shown, sort_keys=True), _LEFT_BYTES)


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(plain(item) for item in value)
    if isinstance(value, str):
        moment = instant(value)
        return plain(value) if moment is None else moment
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def contact_points(contact: Contact) -> dict[str, tuple[str, ...]]:
    """Return how a person is reached, under `phone` and `email`: E.164 numbers and lower-case addresses."""
    found = {name: [match_key(key, item["value"]) for item in items(contact, key)] for name, key in ARRAYS.items()}
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


def point_fingerprint(array: str, value: object) -> str:
    """Return the 8 characters that stand for one number or address."""
    return _digest(f"{array}:{match_key(array, value)}", _POINT_BYTES)


def point_fingerprints(body: Contact) -> str:
    """Return the points of all numbers and addresses of a body, one after the other."""
    return "".join(point_fingerprint(key, item["value"]) for key in ARRAYS.values() for item in items(body, key))


def points_with(added: str, patch: Mapping[str, Any]) -> str:
    """Return what this journal may have added once `patch` has been sent: an item without an id is new."""
    sent = patch.get("defaultFields") or {}
    new = [
        point_fingerprint(key, item["value"])
        for key in ARRAYS.values()
        for item in sent.get(key, ())
        if not item.get("id")
    ]
    return "".join(dict.fromkeys([*split_points(added), *new]))


def points_on(added: str, contact: Contact) -> str:
    """Return those of the points that a contact still has: what is gone may only come back by somebody else's hand."""
    if not fields(contact):
        return added
    there = set(split_points(point_fingerprints(contact)))
    return "".join(one for one in split_points(added) if one in there)


def split_points(added: str) -> list[str]:
    """Return the single points of a text made by `point_fingerprints`."""
    return [added[start : start + POINT_CHARACTERS] for start in range(0, len(added), POINT_CHARACTERS)]


def _digest(text: str, size: int) -> str:
    return urlsafe_b64encode(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()).decode()
