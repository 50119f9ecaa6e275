"""Short digests by which the journal recognises what it left in a workspace, without keeping the values.

`contact_fingerprint` covers all fields of a contact, so that a person's edit shows. `point_fingerprints` cover the
numbers and addresses that this journal added, so that it never removes one that it did not add.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from importer.model.contact_parts import Contact, customs, fields, match_key, plain, points, texts
from importer.model.fields import ARRAYS
from importer.plan.compare import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

# Journals that people keep hold these sizes and this JSON: after a change every contact would look edited.
_CONTACT_BYTES, _POINT_BYTES = 12, 6
POINT_CHARACTERS = 8

EDITED = "edited"
"""Stands for a fingerprint if a person's edit cannot be told from our change any more. No contact has it."""


def contact_fingerprint(contact: Contact) -> str:
    """Return a digest (16 characters) of everything a person can see of a contact; "" where it shows no fields.

    Ids and the order of items, time stamps and the ways to write one value do not count.
    """
    if not fields(contact):
        return ""
    # By hand, not the contact as a whole: a field that the API adds one day must not make every contact look edited.
    shown: dict[str, Any] = {key: plain(text) for key, text in texts(contact).items()}
    for array, keyed_items in points(contact).items():
        shown[array] = sorted([key, plain(item.get("name"))] for key, item in keyed_items)
    shown["custom"] = sorted([key, json.dumps(_comparable(item["value"]))] for key, item in customs(contact).items())
    shown["sourceUrl"] = plain(contact.get("sourceUrl"))
    return _digest(json.dumps(shown, sort_keys=True), _CONTACT_BYTES)


def _comparable(value: Any) -> Any:
    """The value of a custom field in the one form that all ways to write it have in common."""
    if isinstance(value, list):
        return sorted(plain(item) for item in value)
    if isinstance(value, str):
        moment = instant(value)
        return plain(value) if moment is None else moment
    # 3 and 3.0 are one number, but True is no number, although Python takes it for 1.
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def contact_points(contact: Contact) -> dict[str, tuple[str, ...]]:
    """Return how a person is reached, under `phone` and `email`: E.164 numbers and lower-case addresses."""
    arrays = points(contact)
    return {name: tuple(dict.fromkeys(key for key, _ in arrays[array])) for name, array in ARRAYS.items()}


def point_fingerprint(array: str, value: object) -> str:
    """Return the digest (8 characters) of one number or address."""
    return _point_digest(array, match_key(array, value))


def point_fingerprints(body: Contact) -> str:
    """Return the digests of all numbers and addresses of a body, one after the other."""
    return "".join(_point_digest(array, key) for array, keyed_items in points(body).items() for key, _ in keyed_items)


def points_with(added: str, patch: Mapping[str, Any]) -> str:
    """Return the digests of what this journal may have added once `patch` has been sent."""
    sent = patch.get("defaultFields") or {}
    # The service gives every item an id, so an item without one is new.
    new = [
        point_fingerprint(key, item["value"])
        for key in ARRAYS.values()
        for item in sent.get(key, ())
        if not item.get("id")
    ]
    return "".join(dict.fromkeys([*split_points(added), *new]))


def points_on(added: str, contact: Contact) -> str:
    """Return the digests of those added items that a contact still has.

    An item that is gone is forgotten: if it comes back, a person has put it there, and it is not ours to remove.
    """
    present = set(split_points(point_fingerprints(contact)))
    if not present and not fields(contact):
        # A list may leave out what a contact has.
        return added
    return "".join(point for point in split_points(added) if point in present)


def split_points(added: str) -> list[str]:
    """Return the single digests of a text made by `point_fingerprints`."""
    return [added[start : start + POINT_CHARACTERS] for start in range(0, len(added), POINT_CHARACTERS)]


def _point_digest(array: str, key: str) -> str:
    # The array is part of it, since a number may also be the text of an address.
    return _digest(f"{array}:{key}", _POINT_BYTES)


def _digest(text: str, size: int) -> str:
    # Sizes in bytes are multiples of 3, so that base64 adds no padding. Damaged text may hold half a surrogate pair.
    return urlsafe_b64encode(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()).decode()
