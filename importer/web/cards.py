"""A contact as the app shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.model.contact_parts import custom_text, custom_values, items, text
from importer.model.fields import ARRAYS, SCALARS

if TYPE_CHECKING:
    from collections.abc import Mapping


def card(body: Mapping[str, Any], custom_names: Mapping[str, str]) -> dict[str, Any]:
    """The card of a contact from the body that is sent; `custom_names` are the names of custom fields by key."""
    texts = {name: text(body, key) for name, key in SCALARS.items()}
    name = " ".join(filter(None, (texts["first_name"], texts["last_name"])))
    return {
        "name": name or texts["company"] or "No name",
        "company": texts["company"] if name else "",
        "role": texts["role"],
        **{
            kind: [{"value": item.get("value", ""), "label": item.get("name", "")} for item in items(body, key)]
            for kind, key in ARRAYS.items()
        },
        "custom": [
            {"name": custom_names.get(key := str(item.get("key")), key), "value": custom_text(item.get("value"))}
            for item in custom_values(body)
        ],
        "link": str(body.get("sourceUrl") or ""),
    }
