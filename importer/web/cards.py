"""A contact as the app shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.model.contact_parts import arrays, custom_text, custom_values, texts
from importer.model.fields import ARRAYS

if TYPE_CHECKING:
    from collections.abc import Mapping


def card(body: Mapping[str, Any], custom_names: Mapping[str, str]) -> dict[str, Any]:
    """The card of a contact from the body that is sent; `custom_names` are the names of custom fields by key."""
    shown, points = texts(body), arrays(body)
    name = " ".join(filter(None, (shown["firstName"], shown["lastName"])))
    return {
        "name": name or shown["company"] or "No name",
        "company": shown["company"] if name else "",
        "role": shown["role"],
        **{
            kind: [{"value": item.get("value", ""), "label": item.get("name", "")} for item in points[key]]
            for kind, key in ARRAYS.items()
        },
        "custom": [
            {"name": custom_names.get(key := str(item.get("key")), key), "value": custom_text(item.get("value"))}
            for item in custom_values(body)
        ],
        "link": str(body.get("sourceUrl") or ""),
    }
