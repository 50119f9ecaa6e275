"""The workspace's own fields, found by key or name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importer.mapping.suggest.header_key import fold
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import CustomField

_PREFIX = regex(r"custom(?:_\d+_|:)(?P<name>.+)", re.IGNORECASE | re.DOTALL)


def plain_name(header: str) -> str:
    """The custom field's name in a header: "custom_1_Lead Source" (Quo's own export) and "custom:Lead Source"."""
    match = _PREFIX.fullmatch(header.strip())
    return match["name"].strip() if match else header.strip()


def is_prefixed(header: str) -> bool:
    """Whether a header has a prefix that marks it as the name of a custom field."""
    return _PREFIX.fullmatch(header.strip()) is not None


def fields_named(name: str, fields: Sequence[CustomField]) -> list[CustomField]:
    """The custom fields that a name may mean: by key, else by exact name, else by name without case and spelling.

    More than one only where the workspace has twins.
    """
    loose, folded = name.casefold(), fold(name)
    # From the strictest test to the loosest: a key goes before a name, since only keys are never used twice.
    tests = (
        lambda field: field.key == name,
        lambda field: field.name.strip() == name,
        lambda field: field.key.casefold() == loose,
        lambda field: field.name.strip().casefold() == loose,
        lambda field: folded != "" and fold(field.name) == folded,
    )
    matches = ([field for field in fields if test(field)] for test in tests)
    return next(filter(None, matches), [])
