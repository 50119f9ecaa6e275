"""Every field of a contact that a column can fill, once. Whatever lists fields of contacts reads this table.

Two rooms stand alone and have lists of their own, which tests hold to this one: `schemas/`, which a person may read by
itself, and `sandbox/`, which imports no other room. Cards lay their fields out one by one (`web/cards.py`, vCards).

The API keys are those of POST /v1/contacts: texts, emails and phone numbers lie in its `defaultFields`, the other
fields beside them. Custom fields belong to a workspace and are not listed here (`importer.model.CustomField`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DEFAULT_SOURCE = "spreadsheet-import"
"""The `source` of contacts whose person names none."""

FieldKind = Literal["text", "whole_name", "points", "id", "url", "user"]
"""`points` are phones or emails: a contact has several, each with a label. A `whole_name` is sent in its two halves."""


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A field's column in the empty sheet that `template` writes: header, what to write in it, and an example."""

    header: str
    instruction: str
    example: str


@dataclass(frozen=True, slots=True)
class ContactField:
    """One field of a contact.

    `name`: what `--map`, the other options and the columns of a normalised sheet call it. `api_key`: its key in a
    request body. `words`: what people call it, as the app does. `identifies`: a row that has this field alone is a
    contact. `half_of_name`: a half of `full_name`.
    `recognition`: how well a person recognises a row by it, 1 for the best, 0 for not at all.
    """

    name: str
    api_key: str
    kind: FieldKind
    words: str
    template: TemplateColumn | None = None
    identifies: bool = False
    half_of_name: bool = False
    recognition: int = 0


_FIRST = TemplateColumn("First name", "First name.", "Ann")
_LAST = TemplateColumn("Last name", "Last name.", "Lee")
_COMPANY = TemplateColumn("Company", "Company.", "Example Ltd")
_ROLE = TemplateColumn("Role", "Role or job title.", "Buyer")
_EMAIL = TemplateColumn("Email", "Email address; several with ; between them.", "ann@example.com")
_PHONE = TemplateColumn("Phone", "Phone number with its country code; several with ; between them.", "+1 415 555 0101")
_ID = TemplateColumn(
    "External ID", "Your own id of the contact, different in every row; or leave it empty.", "crm-1001"
)

# In the order in which options, error messages and the mapping screen list them.
FIELDS = (
    ContactField(
        "first_name", "firstName", "text", "First name", _FIRST, identifies=True, half_of_name=True, recognition=2
    ),
    ContactField(
        "last_name", "lastName", "text", "Last name", _LAST, identifies=True, half_of_name=True, recognition=3
    ),
    # It is sent in its two halves, so it has no key of its own.
    ContactField("full_name", "", "whole_name", "Whole name", identifies=True, recognition=1),
    ContactField("company", "company", "text", "Company", _COMPANY, identifies=True, recognition=5),
    ContactField("role", "role", "text", "Role", _ROLE, recognition=8),
    ContactField("email", "emails", "points", "Email", _EMAIL, identifies=True, recognition=6),
    ContactField("phone", "phoneNumbers", "points", "Phone number", _PHONE, identifies=True, recognition=4),
    ContactField("external_id", "externalId", "id", "Your own number of the contact", _ID, recognition=7),
    ContactField("source_url", "sourceUrl", "url", "Link to the source"),
    ContactField("created_by", "createdByUserId", "user", "Created by"),
)

SCALARS = {field.name: field.api_key for field in FIELDS if field.kind == "text"}
"""API keys of the default fields that hold one text, by name."""

# Phones come first wherever contacts are compared or shown: most rows have one, and people know a contact by it.
ARRAYS = {field.name: field.api_key for field in reversed(FIELDS) if field.kind == "points"}
"""API keys of the default fields that hold several values with labels, by name: `phone`, then `email`."""

COMPARED_FIELDS = (*SCALARS, *ARRAYS, *(field.name for field in FIELDS if field.kind == "url"))
"""The names of the fields that are compared with a contact that exists: `[on-match]` can have rules for them."""

MAP_FIELDS = (*(field.name for field in FIELDS), "ignore")
"""What a column can be mapped to, besides `custom:NAME`, `phone:LABEL` and `email:LABEL`."""

MAP_FIELDS_HELP = " ".join(MAP_FIELDS).replace(" phone ", " phone (phone:mobile sets the label) ")
"""`MAP_FIELDS` as help texts list them."""

SINGLE_FIELDS = frozenset(field.name for field in FIELDS if field.kind != "points")
"""The names of the fields that only one column can fill."""

NAME_HALVES = tuple(field.name for field in FIELDS if field.half_of_name)
"""`first_name` and `last_name`, which a `full_name` fills."""

IDENTIFYING_FIELDS = frozenset(field.name for field in FIELDS if field.identifies)
"""A row in which all of these are empty is not a contact."""

PERSON_NAMES = tuple(name for name in SCALARS if name in IDENTIFYING_FIELDS)
"""First name, last name and company: what names a contact."""

SHEET_FIELDS = tuple(field for kind in ("id", "text", "url", "user") for field in FIELDS if field.kind == kind)
"""The fields that have one column in every normalised sheet, in the order of its columns."""

SHEET_COLUMNS = ("identity", *(field.name for field in SHEET_FIELDS))
"""The columns of every normalised sheet; `identity` is the `_external_id` that a rejects file keeps for a row."""

# The order of the columns in the sheet that `template` writes: as fields are compared, then the id.
TEMPLATE_COLUMNS = {
    name: field.template
    for name in dict.fromkeys((*COMPARED_FIELDS, *MAP_FIELDS))
    for field in FIELDS
    if field.name == name and field.template
}
"""The columns of that sheet, by the name of their field."""

RECOGNITION = {field.name: field.recognition for field in FIELDS if field.recognition}
"""How well people recognise a row by a field, 1 for the best, by name."""
