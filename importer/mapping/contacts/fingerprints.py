"""What tells the rows of a chunk apart: by `digests` the journal sees that a row has changed, `marks` serve `check`.

A digest is of the canonical JSON of a row's fields: sorted keys, no spaces, phones, emails and custom fields in one
order. The fields alone count, not whose contact it is (source, external id, creator). Journals keep digests, so they
must never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.mapping.contacts.chunk_columns import (
    JSON_TYPES,
    custom_columns,
    json_value,
    sorted_point_columns,
    sorted_points,
)
from importer.mapping.contacts.external_id import encoded, hashed, quoted
from importer.model.fields import ARRAYS, SCALARS
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from importer.model import CustomField, NormalisedChunk

Item = dict[str, Any]
_CONSTANTS = {True: "true", False: "false"}
# What the encoder would write as it is, or with fewer spaces: nearly every cell, in a tenth of the time.
_CANONICAL = regex(r"true|false|-?[1-9][0-9]{,14}|-?(?:0|[1-9][0-9]{,9})\.[0-9]{,3}[1-9]|0")
_OPTION = r'"[^",\\\x00-\x1f][^"\\\x00-\x1f]*"'
_PLAIN_LIST = regex(rf"\[{_OPTION}(?:, ?{_OPTION})*\]")


def digests(chunk: NormalisedChunk, custom_items: Iterable[list[Item]]) -> list[str]:
    """Return the digest of each row, 32 hexadecimal digits; `custom_items` are the custom fields of each as sent.

    An empty field is left out, except for the first name, which is null then.
    """
    # The JSON is written by hand, column by column: an encoder that is given one body at a time takes three times as
    # long, and every row of a run needs this.
    members: dict[str, list[str]] = {}
    for name, key in SCALARS.items():
        empty = '"firstName":null,' if key == "firstName" else ""
        members[key] = [f'"{key}":{quoted(text)},' if text else empty for text in chunk.columns[name]]
    for name, key in ARRAYS.items():
        members[key] = []
        for points in sorted_points(chunk, name):
            written = ",".join([f'{{"name":{quoted(label)},"value":{quoted(value)}}}' for value, label in points])
            members[key].append(f'"{key}":[{written}],' if points else "")
    rows = zip(*(column for _, column in sorted(members.items())), strict=True)
    digests_of_rows = []
    for items, parts, url in zip(custom_items, rows, chunk.columns["source_url"], strict=True):
        custom = ""
        if items:
            keys = [item["key"] for item in items]
            # Sorting by value too costs as much as all else here, and is needed only where a key occurs twice.
            if sorted(set(keys)) != keys:
                items = sorted(items, key=lambda item: (item["key"], str(item["value"])))
            written = ",".join([f'{{"key":{quoted(item["key"])},"value":{_json(item["value"])}}}' for item in items])
            custom = f'"customFields":[{written}],'
        last = f',"sourceUrl":{quoted(url)}' if url else ""
        # Each member ends with a comma, and firstName is always there.
        row_json = f'{{{custom}"defaultFields":{{{"".join(parts)[:-1]}}}{last}}}'
        digests_of_rows.append(hashed(row_json).hexdigest())
    return digests_of_rows


def _json(value: Any) -> str:
    # Texts and yes/no are the frequent kinds; the encoder takes two to ten times as long for them.
    if isinstance(value, str):
        return quoted(value)
    return _CONSTANTS[value] if isinstance(value, bool) else encoded(value)


def marks(chunk: NormalisedChunk, custom_fields: Iterable[CustomField]) -> Iterator[str]:
    """Give a mark for each row: two rows have the same mark where they have the same digest.

    Marks hold for this process alone, and are made in a fifth of the time.
    """
    texts = [chunk.columns[name] for name in (*SCALARS, "source_url")]
    points = [column for name in ARRAYS for column in sorted_point_columns(chunk, name)]
    customs = []
    for field, column in custom_columns(chunk, custom_fields):
        if field.type in JSON_TYPES:
            written = {text: canonical(text) for text in set(column)}  # cells repeat a lot
            column = [written[text] for text in column]
        customs.append(column)

    return map(str, map(hash, zip(*texts, *points, *customs, strict=True)))


def canonical(text: str) -> str:
    """Return the one way of writing the JSON value of a cell, such as 1 for "1.0" and "10e-1"; "" if it has none."""
    if not text or _CANONICAL.fullmatch(text):
        return text
    if _PLAIN_LIST.fullmatch(text):
        return text.replace('", "', '","')
    value = json_value(text)
    return "" if value is None else encoded(value)
