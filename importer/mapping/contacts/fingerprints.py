"""The digests of the rows of a chunk, written column by column; each is what `external_id.digest` gives.

A digest is of canonical JSON. An encoder that is given one body at a time takes three times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.mapping.contacts.external_id import by_key, encoded, hashed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_CONSTANTS = {True: "true", False: "false"}


def digests(
    names: Mapping[str, Iterable[str]],
    points: Mapping[str, Iterable[Sequence[dict[str, str]]]],
    customs: Iterable[list[dict[str, Any]]],
    urls: Iterable[str],
) -> Iterator[str]:
    """Give the digest of each row.

    `names`: the texts of `firstName`, `lastName`, `company`, `role`; `points`: the `emails` and `phoneNumbers`;
    `customs`: the custom fields; `urls`: the source URLs; each with one item a row. What is empty is no member, but for
    the first name, which is null then.
    """
    members: dict[str, Iterable[str]] = {name: _names(name, texts) for name, texts in names.items()}
    members |= {name: _arrays(name, rows) for name, rows in points.items()}
    fields = zip(*(column for _, column in sorted(members.items())), strict=True)
    for custom, parts, url in zip(customs, fields, urls, strict=True):
        last = f',"sourceUrl":{quoted(url)}' if url else ""
        # Each member ends with a comma, and one of them is always there.
        text = f'{{{_customs(custom) if custom else ""}"defaultFields":{{{"".join(parts)[:-1]}}}{last}}}'
        yield hashed(text).hexdigest()


def _names(name: str, texts: Iterable[str]) -> list[str]:
    empty = '"firstName":null,' if name == "firstName" else ""
    return [f'"{name}":{quoted(text)},' if text else empty for text in texts]


def _arrays(name: str, rows: Iterable[Sequence[dict[str, str]]]) -> list[str]:
    return [f'"{name}":[{_points(points)}],' if points else "" for points in rows]


def _points(points: Sequence[dict[str, str]]) -> str:
    if len(points) == 1:
        return f'{{"name":{quoted(points[0]["name"])},"value":{quoted(points[0]["value"])}}}'
    ordered = sorted([(one["value"], one["name"]) for one in points])
    return ",".join([f'{{"name":{quoted(name)},"value":{quoted(value)}}}' for value, name in ordered])


def _customs(items: list[dict[str, Any]]) -> str:
    keys = [item["key"] for item in items]
    ordered = items if sorted(set(keys)) == keys else sorted(items, key=by_key)
    return f'"customFields":[{",".join([_custom(one["key"], one["value"]) for one in ordered])}],'


def _custom(key: str, value: Any) -> str:
    if isinstance(value, str):
        return f'{{"key":{quoted(key)},"value":{quoted(value)}}}'
    return f'{{"key":{quoted(key)},"value":{_CONSTANTS[value] if isinstance(value, bool) else encoded(value)}}}'
