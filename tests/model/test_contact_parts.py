"""Contacts of any shape, read by whatever shows them or compares who they are."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from importer.identity.marks import facts_of_contact, marker
from importer.model.fields import ARRAYS, SCALARS
from importer.plan import compare, contact_fingerprint, contact_points, is_stranger, is_whole, person
from importer.report.card import card_lines, contact_name
from importer.web.cards import card

junk: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
custom = st.fixed_dictionaries({}, optional=dict.fromkeys(("key", "value", "id", "name", "type"), junk))
item = st.fixed_dictionaries({}, optional=dict.fromkeys(("value", "name", "id"), junk))
fields = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(SCALARS.values(), junk)
    | {key: st.lists(item | junk, max_size=3) | junk for key in ARRAYS.values()},
)
contacts = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("id", "externalId", "source", "sourceUrl", "createdAt", "updatedAt"), junk)
    | {"defaultFields": fields | junk, "customFields": st.lists(custom | junk, max_size=3) | junk},
)


@given(contacts)
def test_a_contact_of_any_shape_can_be_read(contact: dict[str, Any]) -> None:
    """A part of an unexpected type counts as empty or is shown as it is, and nothing breaks."""
    assert all(isinstance(line, str) for line in [contact_name(contact), *card_lines(contact, {})])
    json.dumps(card(contact, {}))
    facts_of_contact(marker(b""), contact)
    assert not compare(contact, contact)
    assert contact_fingerprint(contact) == contact_fingerprint(contact)
    is_stranger(contact, contact)
    is_whole(contact)
    person(contact)
    contact_points(contact)
