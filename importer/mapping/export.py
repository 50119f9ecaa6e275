"""Contacts back into columns: the headers under which an exported table is read as the same contacts again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from importer.mapping.chosen.template_header import template_columns
from importer.mapping.suggest.presets import QUO, presets
from importer.mapping.suggest.suggest import suggest
from importer.model import FieldType, Fit
from importer.model.added_columns import IDENTITY
from importer.model.contact_parts import MIDNIGHT
from importer.model.fields import FIELDS, SCALARS, TEMPLATE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.model import CustomField

    Contact = Mapping[str, Any]

_POINTS = {contact_field.name: contact_field.api_key for contact_field in FIELDS if contact_field.kind == "points"}
_TOP_KEYS = {
    contact_field.name: contact_field.api_key for contact_field in FIELDS if contact_field.kind in ("url", "user")
}


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of an exported table: its header, and its cell for a contact shaped as the API takes it."""

    header: str
    cell: Callable[[Contact], str]


@dataclass(slots=True)
class ContactShape:
    """What the contacts of an export have between them, which decides its columns; `feed` takes one contact.

    `labels`: for each phone (or email) of a contact by its place, whether any has a label of its own there.
    """

    used: set[str] = field(default_factory=set)
    custom_keys: set[str] = field(default_factory=set)
    labels: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in _POINTS})

    def feed(self, contact: Contact) -> None:
        """Take note of one more contact."""
        default_fields = contact["defaultFields"]
        self.used.update(name for name, key in SCALARS.items() if default_fields.get(key))
        self.used.update(name for name, key in _TOP_KEYS.items() if contact.get(key))
        self.custom_keys.update(item["key"] for item in contact.get("customFields", ()))
        for name, key in _POINTS.items():
            places = self.labels[name]
            for place, point in enumerate(default_fields.get(key, ())):
                if place == len(places):
                    places.append(False)
                places[place] |= point["name"] != name


def contact_columns(shape: ContactShape, custom_fields: Sequence[CustomField], separator: str) -> list[ExportColumn]:
    """Return the columns of our own table: those of `template`, a label beside each phone and email that needs one.

    The last column holds the external id that a contact is sent under, taken as it is when the table is read.
    """
    columns: list[ExportColumn] = []
    for name, template in TEMPLATE_COLUMNS.items():
        if name in SCALARS:
            columns.append(ExportColumn(template.header, _default_field(SCALARS[name])))
        for place, has_labels in enumerate(shape.labels.get(name, ())):
            header = f"{template.header} {place + 1}" if place else template.header
            columns.append(ExportColumn(header, _point(name, place, "value")))
            if has_labels:
                columns.append(ExportColumn(f"{header} label", _point(name, place, "name")))
    columns += [ExportColumn(name, _top(key)) for name, key in _TOP_KEYS.items() if name in shape.used]
    columns += _custom_columns([column.header for column in columns], shape, custom_fields, separator)
    return [*columns, ExportColumn(IDENTITY, _top("externalId"))]


def quo_columns(shape: ContactShape, custom_fields: Sequence[CustomField], separator: str) -> list[ExportColumn]:
    """Return the columns of the app's own contact export, behind them the texts that it lacks, such as the role.

    Columns about the workspace that a contact comes from, such as its owner, stay empty.
    """
    (preset,) = (preset for preset in presets() if preset.name == QUO)
    columns = []
    placed = set()
    for mapped in suggest(preset.columns).columns:
        target = mapped.target if mapped.fit is Fit.MAPPED else None
        name = target.field if target else ""
        placed.add(name)
        if target and name in _POINTS:
            # The first of a row of columns: phone_number_1, phone_number_2 and so on.
            columns += [
                ExportColumn(re.sub(r"1$", str(place + 1), mapped.header), _point(name, place, "value"))
                for place in range(max(1, len(shape.labels[name])))
            ]
        else:
            columns.append(
                ExportColumn(mapped.header, _default_field(SCALARS[name]) if name in SCALARS else lambda contact: "")
            )
    columns += [
        ExportColumn(name, _default_field(key))
        for name, key in SCALARS.items()
        if name in shape.used and name not in placed
    ]
    return columns + _custom_columns([column.header for column in columns], shape, custom_fields, separator)


def note_of(contact: Contact, custom_fields: Sequence[CustomField], separator: str) -> str:
    """Return the custom fields of a contact as lines of text, for files that have no column for them."""
    names = {custom_field.key: custom_field for custom_field in custom_fields}
    return "\n".join(
        f"{names[item['key']].name}: {cell_text(names[item['key']], item['value'], separator)}"
        for item in contact.get("customFields", ())
        if item["key"] in names
    )


def cell_text(custom_field: CustomField, value: object, separator: str) -> str:
    """Return the value of a custom field as a person would type it into a cell, to be read as the same value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return f"{separator} ".join(map(str, value))
    if custom_field.type is FieldType.DATE:
        return str(value).removesuffix(MIDNIGHT)
    return str(value)


def _custom_columns(
    headers: Sequence[str], shape: ContactShape, custom_fields: Sequence[CustomField], separator: str
) -> list[ExportColumn]:
    """The columns of the custom fields in use, under names by which they are found among the other headers."""
    named = [
        (header, target, target.custom)
        for header, target in template_columns(custom_fields)
        if target.custom and target.custom.key in shape.custom_keys
    ]
    suggested = suggest([*headers, *(header for header, _, _ in named)], custom_fields).columns[len(headers) :]
    columns = []
    for (header, target, custom_field), column in zip(named, suggested, strict=True):
        is_own = column.fit is Fit.MAPPED and column.target == target
        own_header = header if is_own else f"custom:{custom_field.key}"
        columns.append(ExportColumn(own_header, _custom(custom_field, separator)))
    return columns


def _default_field(key: str) -> Callable[[Contact], str]:
    return lambda contact: contact["defaultFields"].get(key) or ""


def _top(key: str) -> Callable[[Contact], str]:
    return lambda contact: contact.get(key) or ""


def _point(name: str, place: int, part: str) -> Callable[[Contact], str]:
    key = _POINTS[name]

    def cell(contact: Contact) -> str:
        points = contact["defaultFields"].get(key, ())
        text = points[place][part] if place < len(points) else ""
        # The label of a phone that has none is "phone".
        return "" if part == "name" and text == name else text

    return cell


def _custom(custom_field: CustomField, separator: str) -> Callable[[Contact], str]:
    def cell(contact: Contact) -> str:
        items = (item for item in contact.get("customFields", ()) if item["key"] == custom_field.key)
        return next((cell_text(custom_field, item["value"], separator) for item in items), "")

    return cell
