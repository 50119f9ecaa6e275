"""Rows become contacts: the normalised sheet, column by column, turned into request bodies."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import compress, repeat
from typing import TYPE_CHECKING, Any

from importer.mapping.contacts.chunk_columns import JSON_TYPES, custom_columns, json_value, point_columns
from importer.mapping.contacts.digest_ids import digest_ids
from importer.mapping.contacts.external_id import LONGEST_ID, column_ids, fallback_id, fitted_id, is_answer
from importer.mapping.contacts.fingerprints import digests, marks
from importer.model import ContactDraft, CustomField, Problem, Severity
from importer.model.fields import DEFAULT_SOURCE, FIELDS, PERSON_NAMES, SCALARS
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from importer import model

# The ids of users begin so (OpenAPI, GET /v1/users).
_USER_ID = regex(r"US.*")

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DraftOptions:
    """How drafts are made.

    `source`: sent with every contact, and part of a digest id. `id_prefix`: put before the ids of an id column.
    `region`: the default region the phones were read with: not part of a draft, but an id digests phones, so it holds
    for one region only. `users`: user ids by lower-case email address, for `created_by`; `default_created_by`: a user
    id, or "". `mapping`: for the names of columns in problems.
    """

    source: str = DEFAULT_SOURCE
    id_prefix: str = ""
    region: str | None = None
    custom_fields: tuple[CustomField, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)
    default_created_by: str = ""
    mapping: model.Mapping | None = None
    bad_cells: str = "leave-out"

    def user_id(self, text: str) -> str:
        """The id of the user that a cell names by id or email address, "" for anyone else."""
        return text if _USER_ID.fullmatch(text) else self.users.get(text.casefold(), "")


def drafts(
    chunk: model.NormalisedChunk, options: DraftOptions, ids: Sequence[str] | None = None
) -> Iterator[tuple[ContactDraft, tuple[Problem, ...]]]:
    """Make the contact of every row of a chunk, in order, each with the problems that making it found.

    `ids`: the external ids of the rows, where they are known already.

    Rules: `external-id-hashed` (warning: over 75 characters), `unknown-user` (created_by is not a user of the
    workspace: a warning, or an error under bad cells reject). A row without any identity has the external id ""; such a
    row has no name, company, phone or email and is rejected by the schema. The body is as POST /v1/contacts takes it.
    """
    problems = draft_problems(chunk, options)
    custom = _custom_items(chunk, options.custom_fields)
    defaults: dict[str, Sequence[Any]] = {key: chunk.columns[name] for name, key in SCALARS.items()}
    defaults |= {field.api_key: _point_items(chunk, field.name) for field in FIELDS if field.kind == "points"}
    rows = zip(
        chunk.rows,
        external_ids(chunk, options) if ids is None else ids,
        zip(*defaults.values(), strict=True),
        custom,
        chunk.columns["source_url"],
        chunk.columns["created_by"],
        digests(chunk, custom),
        strict=True,
    )
    for row, external_id, values, custom_fields, url, creator, digest in rows:
        # The API wants a first name in every contact, but takes null (OpenAPI, POST /v1/contacts).
        default_fields: dict[str, Any] = {"firstName": None}
        default_fields.update(compress(zip(defaults, values, strict=True), values))
        body: dict[str, Any] = {"defaultFields": default_fields}
        if custom_fields:
            body["customFields"] = custom_fields
        body["source"] = options.source
        if external_id:
            body["externalId"] = external_id
        if url:
            body["sourceUrl"] = url
        if user := (options.user_id(creator) if creator else "") or options.default_created_by:
            body["createdByUserId"] = user
        yield ContactDraft(row, external_id, body, digest), problems.get(row, ())


def drafts_without_bodies(chunk: model.NormalisedChunk, options: DraftOptions) -> list[ContactDraft]:
    """Make the drafts of a chunk that will not be sent, as `drafts` does.

    They have no body, and a mark in place of their digest (`fingerprints.marks`): all that `check` needs, in
    40 % of the time of `drafts`.
    """
    ids = external_ids(chunk, options)
    no_body: dict[str, Any] = {}
    # Calling the class takes twice as long.
    new = partial(tuple.__new__, ContactDraft)
    return list(map(new, zip(chunk.rows, ids, repeat(no_body), marks(chunk, options.custom_fields), strict=False)))


def external_ids(
    chunk: model.NormalisedChunk, options: DraftOptions, originals: Mapping[int, Sequence[str]] | None = None
) -> list[str]:
    """The external id of every row of a chunk, in order; "" for a row that has nothing to identify it.

    The `_external_id` column of a rejects file goes before the sheet's id column, that before a digest of the row.
    `originals` holds the raw cells of rejected rows by row number: bad cells are missing from those, so a digest is
    taken of the raw cells instead, and two rejected rows do not become one.
    """
    identities, texts = chunk.columns["identity"], chunk.columns["external_id"]
    ids = column_ids(texts, options.id_prefix)
    if any(identities):
        ids = [
            fitted_id(identity) if identity and not is_answer(identity) else external_id
            for identity, external_id in zip(identities, ids, strict=True)
        ]
    if all(ids):
        return ids
    names = [chunk.columns[name] for name in PERSON_NAMES]
    phones, emails = ([values for values, _ in point_columns(chunk, name)] for name in ("phone", "email"))
    digests = digest_ids(names, phones, emails, options.source)
    if not originals:
        return [external_id or digest for external_id, digest in zip(ids, digests, strict=True)]
    # Where rows repeat each other, each digest is made once.
    fallback = cache(lambda cells: fallback_id(cells, options.source))
    return [
        external_id or (fallback(tuple(originals[row])) if row in originals else digest)
        for external_id, row, digest in zip(ids, chunk.rows, digests, strict=True)
    ]


# ---------------------------------------------------------------------------------------------------- bodies


def _point_items(chunk: model.NormalisedChunk, name: str) -> list[list[Item]]:
    """For each row its phones or emails in column order; `phone` or `email` is the label where the sheet has none."""
    rows: list[list[Item]] = [[] for _ in chunk.rows]
    for values, labels in point_columns(chunk, name):
        for items, value, label in zip(rows, values, labels, strict=True):
            if value:
                items.append({"name": label or name, "value": value})
    return rows


def _custom_items(chunk: model.NormalisedChunk, custom_fields: Iterable[CustomField]) -> list[list[Item]]:
    rows: list[list[Item]] = [[] for _ in chunk.rows]
    for custom_field, texts in custom_columns(chunk, custom_fields):
        values = map(json_value, texts) if custom_field.type in JSON_TYPES else texts
        for items, text, value in zip(rows, texts, values, strict=True):
            # None is a cell that could not be read. The API takes null as "empty this field", so it must not be sent.
            if text and value is not None:
                items.append({"key": custom_field.key, "value": value})
    return rows


# -------------------------------------------------------------------------------------------------- problems


def draft_problems(chunk: model.NormalisedChunk, options: DraftOptions) -> dict[int, tuple[Problem, ...]]:
    """The problems that making the drafts of a chunk finds, by row."""
    identities, ids, creators = (chunk.columns[name] for name in ("identity", "external_id", "created_by"))
    longest = LONGEST_ID - len(options.id_prefix)
    # Asked of whole columns first, and then of every row: only the rare ones that may have a problem cost more.
    is_long = max(map(len, ids), default=0) > longest or max(map(len, identities), default=0) > LONGEST_ID
    if not is_long and not any(creators):
        return {}
    suspects = [
        (row, identity, id_text, creator)
        for row, identity, id_text, creator in zip(chunk.rows, identities, ids, creators, strict=True)
        if creator or len(id_text) > longest or len(identity) > LONGEST_ID
    ]
    columns: dict[str, tuple[int, str]] = {}
    if suspects and options.mapping:
        names = options.mapping.names
        for column in options.mapping.mapped:
            if column.target:
                columns.setdefault(column.target.field, (column.position, names[column.position]))

    problems: defaultdict[int, tuple[Problem, ...]] = defaultdict(tuple)
    for row, identity, id_text, creator in suspects:
        external_id = identity or (id_text and options.id_prefix + id_text)
        if external_id and external_id != (sent := fitted_id(external_id)):
            message = (
                f"The external id has {len(external_id)} characters and the API takes 75, so it is sent as {sent!r}. "
                "Shorten it in the sheet if another program needs to find it."
            )
            field = "identity" if identity else "external_id"
            position, name = columns.get(field, (None, field))
            rule = "external-id-hashed"
            problems[row] += (Problem(row, name, external_id, rule, Severity.WARNING, message, position),)
        if creator and not options.user_id(creator):
            severity = Severity.ERROR if options.bad_cells == "reject" else Severity.WARNING
            message = (
                f"{creator!r} is not a user of this workspace, so it is left out. "
                "Correct the address or invite the user, and run again."
            )
            position, name = columns.get("created_by", (None, "created_by"))
            problems[row] += (Problem(row, name, creator, "unknown-user", severity, message, position),)
    return problems
