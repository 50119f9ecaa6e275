"""Rows become contacts: the normalised sheet, column by column, turned into request bodies."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from importer.mapping.contacts.external_id import LONGEST_ID, column_id, digest_id, fallback_id, fitted_id
from importer.mapping.contacts.fingerprints import digests
from importer.model import ContactDraft, CustomField, FieldType, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from importer import model

JSON_TYPES = frozenset({FieldType.BOOLEAN, FieldType.NUMBER, FieldType.MULTI_SELECT})
"""The types of custom fields whose cells are JSON after cleaning."""
_WORDS = {"": None, "true": True, "false": False}
_POINT = re.compile(r"(phone|email)_(\d+)")
_USER_ID = re.compile(r"US.*")
_NAMES = {"firstName": "first_name", "lastName": "last_name", "company": "company", "role": "role"}

Point = dict[str, str]


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """How drafts are made.

    `source`: sent with every contact, and part of a digest id. `id_prefix`: put before the ids of an id column.
    `region`: the default region the phones were read with: part of no draft, but a digest id holds only for one region.
    `users`: user ids by lower-case email address, for `created_by`; `default_created_by`: a user id, or "".
    `mapping`: to name the columns of problems as the person does.
    """

    source: str = "spreadsheet-import"
    id_prefix: str = ""
    region: str | None = None
    custom_fields: tuple[CustomField, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)
    default_created_by: str = ""
    mapping: model.Mapping | None = None
    bad_cells: str = "leave-out"


def drafts(chunk: model.NormalisedChunk, options: DraftOptions) -> Iterator[tuple[ContactDraft, tuple[Problem, ...]]]:
    """Make the contact of every row of a chunk, in order, each with the problems that making it found.

    Rules: `external-id-hashed` (warning: over 75 characters), `unknown-user` (created_by is no user of the workspace:
    a warning, or an error under bad cells reject). A row without any identity has the external id ""; such a row has no
    name, company, phone or email and is rejected by the schema. The body is as POST /v1/contacts takes it.
    """
    phones, emails = _points(chunk, "phone"), _points(chunk, "email")
    said = draft_problems(chunk, options)
    names = {member: chunk.texts(name) for member, name in _NAMES.items()}
    urls, creators = chunk.texts("source_url"), chunk.texts("created_by")
    customs = _custom_fields(chunk, options.custom_fields)
    stamps = digests(names, {"emails": emails, "phoneNumbers": phones}, customs, urls)
    ids = external_ids(chunk, options)
    rows = zip(chunk.rows, ids, _default_fields(names, phones, emails), strict=True)
    for (row, external_id, fields), custom, url, creator, stamp in zip(
        rows, customs, urls, creators, stamps, strict=True
    ):
        user = _user(creator, options) if creator else ""
        body = _body(external_id, fields, custom, url, user or options.default_created_by, options.source)
        yield ContactDraft(row, external_id, body, stamp), said.get(row, ())


def draft_problems(chunk: model.NormalisedChunk, options: DraftOptions) -> dict[int, tuple[Problem, ...]]:
    """What making the drafts of a chunk finds, by row."""
    cells = zip(chunk.rows, chunk.texts("identity"), chunk.texts("external_id"), chunk.texts("created_by"), strict=True)
    longest = LONGEST_ID - len(options.id_prefix)
    return {
        row: tuple(_problems(row, (identity, own), creator, options))
        for row, identity, own, creator in cells
        if creator or len(own) > longest or len(identity) > LONGEST_ID
    }


def external_ids(
    chunk: model.NormalisedChunk, options: DraftOptions, originals: Mapping[int, Sequence[str]] | None = None
) -> list[str]:
    """The external id of every row of a chunk, in order; "" for a row that has nothing to tell it by.

    The `_external_id` column of a rejects file goes before the sheet's id column, that before a digest of the row.
    `originals` holds the raw cells of rejected rows by row number: bad cells are missing from those, so a digest is
    taken of the raw cells instead, and two rejected rows do not become one.
    """
    named = zip(chunk.texts("identity"), chunk.texts("external_id"), strict=True)
    ids = [fitted_id(identity) if identity else column_id(own, options.id_prefix) for identity, own in named]
    if all(ids):
        return ids
    names = zip(*(chunk.texts(name) for name in ("first_name", "last_name", "company")), strict=True)
    rows = zip(ids, chunk.rows, names, _values(chunk, "phone"), _values(chunk, "email"), strict=True)
    return [
        external_id or _made_id(name, phones, emails, originals.get(row) if originals else None, options.source)
        for external_id, row, name, phones, emails in rows
    ]


def _values(chunk: model.NormalisedChunk, kind: str) -> Iterable[tuple[str, ...]]:
    columns = [values for values, _ in point_columns(chunk, kind)]
    return zip(*columns, strict=True) if columns else [()] * len(chunk.rows)


def _made_id(
    name: tuple[str, str, str], phones: Iterable[str], emails: Iterable[str], cells: Sequence[str] | None, source: str
) -> str:
    """The id of a row whose sheet gives none; `cells` are those of a rejected row."""
    if cells is not None:
        return fallback_id(cells, source)
    first, last, company = name
    return digest_id(first, last, phones, emails, company, source)


# ---------------------------------------------------------------------------------------------------- bodies


def _body(
    external_id: str, fields: dict[str, Any], custom: list[Any], url: str, user: str, source: str
) -> dict[str, Any]:
    body: dict[str, Any] = {"defaultFields": fields}
    if custom:
        body["customFields"] = custom
    body["source"] = source
    if external_id:
        body["externalId"] = external_id
    if url:
        body["sourceUrl"] = url
    if user:
        body["createdByUserId"] = user
    return body


def _default_fields(
    names: Mapping[str, Sequence[str]], numbers: list[list[Point]], addresses: list[list[Point]]
) -> Iterator[dict[str, Any]]:
    columns = (names[member] for member in _NAMES)
    for first, last, company, role, emails, phones in zip(*columns, addresses, numbers, strict=True):
        fields: dict[str, Any] = {"firstName": first or None}
        if last:
            fields["lastName"] = last
        if company:
            fields["company"] = company
        if role:
            fields["role"] = role
        if emails:
            fields["emails"] = emails
        if phones:
            fields["phoneNumbers"] = phones
        yield fields


def _points(chunk: model.NormalisedChunk, kind: str) -> list[list[Point]]:
    """For each row its phones or emails, in column order, labelled `phone` or `email` where the sheet has no label."""
    rows: list[list[Point]] = [[] for _ in chunk.rows]
    for values, labels in point_columns(chunk, kind):
        for points, value, label in zip(rows, values, labels, strict=True):
            if value:
                points.append({"name": label or kind, "value": value})
    return rows


def point_columns(chunk: model.NormalisedChunk, kind: str) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The values and labels of the phones or emails of a chunk, column by column."""
    numbers = sorted(int(found[2]) for name in chunk.columns if (found := _POINT.fullmatch(name)) and found[1] == kind)
    for number in numbers:
        yield chunk.texts(f"{kind}_{number}"), chunk.texts(f"{kind}_{number}_label")


def _custom_fields(chunk: model.NormalisedChunk, fields: Iterable[CustomField]) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = [[] for _ in chunk.rows]
    for one, texts in custom_columns(chunk, fields):
        values = map(value_of, texts) if one.type in JSON_TYPES else texts
        for items, text, value in zip(rows, texts, values, strict=True):
            if text and value is not None:
                items.append({"key": one.key, "value": value})
    return rows


def custom_columns(
    chunk: model.NormalisedChunk, fields: Iterable[CustomField]
) -> Iterator[tuple[CustomField, Sequence[str]]]:
    """The custom fields that a chunk has columns of, with their texts."""
    types = {f"custom:{one.key}": one for one in fields}
    return ((types[name], texts) for name, texts in chunk.columns.items() if name in types)


def value_of(text: str) -> Any:
    """The value of a cell of the types that are JSON; None where there is none."""
    if text in _WORDS:
        return _WORDS[text]
    try:
        return json.loads(text)
    except ValueError:
        # The schema has rejected this row; its draft is never sent.
        return None


# -------------------------------------------------------------------------------------------------- problems


def _user(text: str, options: DraftOptions) -> str:
    return text if not text or _USER_ID.fullmatch(text) else options.users.get(text.casefold(), "")


def _problems(row: int, given: tuple[str, str], creator: str, options: DraftOptions) -> Iterator[Problem]:
    identity, own = given
    used = identity or (own and options.id_prefix + own)
    if used and used != (sent := fitted_id(used)):
        message = (
            f"The external id has {len(used)} characters and the API takes 75, so it is sent as {sent!r}. "
            "Shorten it in the sheet if another program needs to find it."
        )
        position, column = _column("identity" if identity else "external_id", options)
        yield Problem(row, column, used, "external-id-hashed", Severity.WARNING, message, position)
    if creator and not _user(creator, options):
        severity = Severity.ERROR if options.bad_cells == "reject" else Severity.WARNING
        message = (
            f"{creator!r} is no user of this workspace, so it is left out. "
            "Correct the address or invite the user, and run again."
        )
        position, column = _column("created_by", options)
        yield Problem(row, column, creator, "unknown-user", severity, message, position)


def _column(field: str, options: DraftOptions) -> tuple[int | None, str]:
    """The position and name of the column that fills a field; None and the field where no column does."""
    for column in options.mapping.mapped if options.mapping else ():
        if options.mapping and column.target and column.target.field == field:
            return column.position, options.mapping.names[column.position]
    return None, field
