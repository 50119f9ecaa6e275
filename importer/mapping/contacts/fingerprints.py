"""What tells the rows of a chunk apart: by `digests` the journal sees that a row has changed, `marks` serve `check`.

A digest is of the canonical JSON of a row's fields: sorted keys, no spaces, phones, emails and custom fields in one
order. The fields alone count, not whose contact it is (source, external id, creator). Journals keep digests, so they
must never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.mapping.contacts.chunk_columns import JSON_TYPES, custom_columns, json_value, sorted_points
from importer.mapping.contacts.external_id import encoded, hashed, quoted
from importer.model.fields import ARRAYS, SCALARS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from importer.mapping.contacts.chunk_columns import Points
    from importer.model import CustomField, NormalisedChunk

Item = dict[str, Any]
_CONSTANTS = {True: "true", False: "false"}


def digests(chunk: NormalisedChunk, custom_items: Iterable[list[Item]]) -> Iterator[str]:
    """Give the digest of each row, 32 hexadecimal digits; `custom_items` are the custom fields of each as sent.

    An empty field is left out, except for the first name, which is null then.
    """
    # The JSON is written by hand, column by column: an encoder that is given one body at a time takes three times as
    # long, and every row of a run needs this.
    members: dict[str, list[str]] = {}
    for name, key in SCALARS.items():
        empty = '"firstName":null,' if key == "firstName" else ""
        members[key] = [f'"{key}":{quoted(text)},' if text else empty for text in chunk.texts(name)]
    for name, key in ARRAYS.items():
        members[key] = [f'"{key}":[{_points(points)}],' if points else "" for points in sorted_points(chunk, name)]
    rows = zip(*(column for _, column in sorted(members.items())), strict=True)
    for items, parts, url in zip(custom_items, rows, chunk.texts("source_url"), strict=True):
        custom = f'"customFields":[{_customs(items)}],' if items else ""
        last = f',"sourceUrl":{quoted(url)}' if url else ""
        # Each member ends with a comma, and firstName is always there.
        yield hashed(f'{{{custom}"defaultFields":{{{"".join(parts)[:-1]}}}{last}}}').hexdigest()


def _points(points: Points) -> str:
    return ",".join([f'{{"name":{quoted(label)},"value":{quoted(value)}}}' for value, label in points])


def _customs(items: list[Item]) -> str:
    keys = [item["key"] for item in items]
    # Sorting by value too costs as much as all else here, and is needed only where a key occurs twice.
    ordered = items if sorted(set(keys)) == keys else sorted(items, key=lambda item: (item["key"], str(item["value"])))
    return ",".join([f'{{"key":{quoted(item["key"])},"value":{_json(item["value"])}}}' for item in ordered])


def _json(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    return _CONSTANTS[value] if isinstance(value, bool) else encoded(value)


def marks(chunk: NormalisedChunk, custom_fields: Iterable[CustomField]) -> Iterator[str]:
    """Give a mark for each row: two rows have the same mark where they have the same digest.

    Marks hold for this process alone, and are made in a fifth of the time.
    """
    texts = [chunk.texts(name) for name in (*SCALARS, "source_url")]
    points = [sorted_points(chunk, name) for name in ARRAYS]
    customs = [_comparable(field, column) for field, column in custom_columns(chunk, custom_fields)]
    return (str(hash(row)) for row in zip(*texts, *points, *customs, strict=True))


def _comparable(field: CustomField, texts: Sequence[str]) -> Sequence[str]:
    """The texts of a column, each value written in one way: in JSON, "1.0" and "10e-1" are one number."""
    if field.type not in JSON_TYPES:
        return texts
    values = {text: json_value(text) for text in set(texts)}
    written = {text: "" if value is None else encoded(value) for text, value in values.items()}
    return [written[text] for text in texts]
