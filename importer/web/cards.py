"""A contact as the app shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.model.fields import ARRAYS, SCALARS

if TYPE_CHECKING:
    from collections.abc import Mapping


def card(body: Mapping[str, Any], custom_names: Mapping[str, str]) -> dict[str, Any]:
    """The card of a contact from the body that is sent; `custom_names` are the names of custom fields by key."""
    fields = body.get("defaultFields", {})
    texts = {name: str(fields.get(key) or "") for name, key in SCALARS.items()}
    name = " ".join(filter(None, (texts["first_name"], texts["last_name"])))
    return {
        "name": name or texts["company"] or "No name",
        "company": texts["company"] if name else "",
        "role": texts["role"],
        **{
            kind: [{"value": item.get("value", ""), "label": item.get("name", "")} for item in fields.get(key) or ()]
            for kind, key in ARRAYS.items()
        },
        "custom": [
            {"name": custom_names.get(item["key"], item["key"]), "value": _shown(item.get("value"))}
            for item in body.get("customFields", ())
        ],
        "link": str(body.get("sourceUrl") or ""),
    }


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(value)
    # The time of a date of the sheet is midnight, which the app does not show.
    return text.removesuffix("T00:00:00.000Z").removesuffix("T00:00:00Z")
