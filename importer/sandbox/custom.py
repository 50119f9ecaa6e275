"""What the value of a custom field may be on the wire: real JSON types, a date as RFC 3339 date-time."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any, Final

from importer.sandbox.reply import stamp
from importer.sandbox.seed import FIELDS

_DATE_TIME: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
Fields = dict[str, dict[str, str]]
"""Custom fields by key, each with its `name`, `key` and `type`."""


def own_fields() -> Fields:
    """Return the custom fields of a new workspace; they can be changed."""
    return {field["key"]: dict(field) for field in FIELDS}


class BadItem(ValueError):
    """A custom field item is refused; the API does not say which."""


def read_items(raw: Any, keys_by_id: dict[str, str], fields: Fields) -> dict[str, Any]:
    """Return the values of a body's `customFields` by field key, None for null; `fields` are the workspace's.

    An item names its field by `key`, or by the `id` that it has in the contact (`keys_by_id`). Raises BadItem.
    """
    if not isinstance(raw, list):
        raise BadItem
    values: dict[str, Any] = {}
    for item in raw:
        if not isinstance(item, dict) or "value" not in item:
            raise BadItem
        # Looked at before they are used as keys: a list or an object cannot be looked up.
        if not all(isinstance(item.get(name, ""), str) for name in ("key", "id")):
            raise BadItem
        key = item.get("key", keys_by_id.get(item.get("id", "")))
        if key not in fields or not (item["value"] is None or _fits(fields[key]["type"], item["value"])):
            raise BadItem
        values[key] = item["value"]
    return values


def describe_fields(
    values: dict[str, Any], items: dict[str, dict[str, Any]], dates: str, fields: Fields
) -> list[dict[str, Any]]:
    """Return the custom fields (values by key) as the API shows them in a contact, without those whose value is null.

    One that is already in the contact (`items` by key) keeps its id. `dates` is `as-sent` or `utc`.
    """
    shown = []
    for key, value in values.items():
        if value is not None:
            field = fields[key]
            if field["type"] == "date" and dates == "utc":
                value = stamp(_instant(value).timestamp())
            item_id = items[key]["id"] if key in items else secrets.token_hex(12)
            shown.append({"name": field["name"], "key": key, "id": item_id, "type": field["type"], "value": value})
    return shown


def _fits(kind: str, value: Any) -> bool:
    match kind:
        case "boolean":
            return isinstance(value, bool)
        case "number":
            # True is an int to Python, and no number to JSON.
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "multi-select":
            return isinstance(value, list) and all(isinstance(choice, str) for choice in value)
        case "date":
            if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
                return False
            # The pattern passes days that no calendar has, and years whose moment in UTC Python cannot hold.
            try:
                return bool(_instant(value).astimezone(UTC))
            except (ValueError, OverflowError):
                return False
        case _:
            return isinstance(value, str)


def _instant(text: str) -> datetime:
    # Python reads at most microseconds, RFC 3339 allows more.
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.upper()))
