"""Columns whose header says what they are: our own names, a known export's, a known word, a custom field's name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importer.languages.header_country import header_country
from importer.mapping.suggest.columns import (
    Columns,
    SheetColumns,
    ignored,
    is_open,
    leave_out,
    mapped,
    sent,
    target_of,
    undecided,
    unsure,
)
from importer.mapping.suggest.contact_points import contact_point, is_anothers, is_companion, other_person, parts
from importer.mapping.suggest.custom_fields import fields_named, is_prefixed, plain_name
from importer.mapping.suggest.header_key import singular_key, words
from importer.mapping.suggest.number_parts import is_extension
from importer.mapping.suggest.registered_numbers import is_registered_phrase, registered_form
from importer.mapping.suggest.value_types import (
    ENOUGH,
    filled,
    fits,
    is_misfit,
    is_phone_label,
    is_yes_or_no,
    likely_type,
    share,
    unlike,
)
from importer.mapping.suggest.vocabulary import common_field, vocabulary
from importer.model import ColumnMapping, CustomField, Fit, Target
from importer.model.added_columns import ADDED_COLUMNS, IDENTITY
from importer.model.fields import ARRAYS, SINGLE_FIELDS
from importer.shell import shell_quote

if TYPE_CHECKING:
    from collections.abc import Set

    from importer.mapping.suggest.presets import Preset

_HALF = 0.5
_FEWEST_STATES = 3
_ARTICLES = {"phone": "a phone", "email": "an email"}
_PAPER = frozenset({"mail", "mails", "mailadresse", "mailadres", "correo", "correos", "courriel", "courriels"})


def reserved(sheet: SheetColumns, columns: Columns) -> Columns:
    """Our own columns: those of a rejects file, and headers spelt as the fields of `--map`."""
    # A sheet that was rejected more than once may have several; the last one is of its last import.
    last = max((n for n, header in enumerate(sheet.headers) if header.strip() == IDENTITY), default=-1)
    settled = list(columns)
    for column in columns:
        header = column.header.strip()
        if header == IDENTITY and column.position == last:
            reason = "The identity that a rejects file gives each row."
            settled[column.position] = mapped(column, Target("identity"), reason, 1.0)
        elif header in ADDED_COLUMNS:
            settled[column.position] = ignored(column, "Added by a rejects file; not a field of a contact.")
        elif header in SINGLE_FIELDS:
            settled[column.position] = mapped(column, Target(header), "The field has this name.", 1.0)
    return settled


def by_preset(sheet: SheetColumns, columns: Columns) -> Columns:
    """Headers that a known export uses in its own way."""
    preset = sheet.preset
    if preset is None:
        return columns
    after = sheet.keys.index(preset.after) if preset.after in sheet.keys else len(columns)
    within = [
        _by_preset(sheet, preset, column) if is_open(column) and column.position <= after else column
        for column in columns
    ]
    taken = {column.target.field for column in within if column.fit is Fit.MAPPED and column.target}
    return [
        _by_preset(sheet, preset, column, taken) if is_open(column) and column.position > after else column
        for column in within
    ]


def _by_preset(
    sheet: SheetColumns, preset: Preset, column: ColumnMapping, taken: Set[str] | None = None
) -> ColumnMapping:
    """`taken`: for columns of the company's record, which follow, the fields that the contact's own columns fill."""
    key, after = sheet.keys[column.position], taken is not None
    meaning = (preset.after_fields if after else preset.fields).get(key)
    if meaning and meaning not in (taken or ()):
        return mapped(column, target_of(meaning), f"{preset.name}: this is what the column means there.", 0.98)
    if fields_named(plain_name(column.header), sheet.custom):
        return column
    if after:
        return leave_out(column, f"{preset.name}: this belongs to the company's record, not to the contact.")
    return leave_out(column, f"{preset.name}: {preset.leave[key]}.") if key in preset.leave else column


def by_name(sheet: SheetColumns, columns: Columns) -> Columns:
    """Headers that mean a field in a language that has a file, and phone and email columns read word by word."""
    taken = {column.target.field: column for column in columns if column.fit is Fit.MAPPED and column.target}
    settled = list(columns)
    for column in undecided(columns):
        meaning = _meaning(sheet, column)
        target = target_of(meaning) if meaning else _point_of(column.header)
        if target is None:
            continue
        rival = taken.get(target.field) if target.field in SINGLE_FIELDS else None
        if rival and fields_named(plain_name(column.header), sheet.custom):
            # The default field has its column, so `by_custom_field` may have this one.
            continue
        if rival:
            reason = f"The {target.field} is in {sheet.titles[rival.position]!r}."
            settled[column.position] = leave_out(column, reason)
        elif doubt := _doubt(sheet, column, target):
            settled[column.position] = unsure(column, target, doubt)
        else:
            reason = "A usual name of this field."
            if fields := fields_named(column.header.strip(), sheet.custom):
                title, name = sheet.titles[column.position], fields[0].name
                option = f"--map {shell_quote(f'{title}=custom:{name}')}"
                reason += f" A custom field is named {name!r} too; to fill that one: {option}."
            settled[column.position] = mapped(column, target, reason, 0.95)
    return settled


def _point_of(header: str) -> Target | None:
    """The phone or email that a header names, or the phone of a country: "UK Phone"."""
    target = contact_point(header)
    # A sheet that names no phone is not worth reading the names of all countries.
    if target is None and any(contact_point(word) for word in words(header)):
        of_country = header_country(header)
        point = contact_point(of_country.rest) if of_country.code else None
        target = point if point and point.field == "phone" else None
    return target


def _meaning(sheet: SheetColumns, column: ColumnMapping) -> str:
    """The target text of a header that is a usual name of a field, also plural or in two languages; "" of any other."""
    fields = vocabulary().fields
    meaning = fields.get(sheet.keys[column.position], "")
    if not meaning and vocabulary().not_slips.isdisjoint(words(column.header)):
        meaning = fields.get(singular_key(column.header), "")
    meaning = meaning or common_field(column.header)
    # In French and Spanish the word for an extension is one for a job or a place too.
    values = filled(sheet.samples[column.position]) if meaning == "role" else []
    return "" if values and is_extension(column.header, values) else meaning


def _doubt(sheet: SheetColumns, column: ColumnMapping, target: Target) -> str:
    """Why the header may mean something else, by its words or the column's values; "" where there is no doubt."""
    if target.field not in ARRAYS:
        return ""
    if is_anothers(column.header):
        return f"It may be the {target.field} of another person."
    if person := other_person(sheet.headers, sheet.samples, column):
        return f"It may be the {target.field} of {person!r}, and not the contact's own."
    values, header_words = filled(sheet.samples[column.position]), set(parts(column.header) or ())
    if not values:
        return ""
    if share(values, is_yes_or_no) > _HALF and not fits(target.field, values):
        return f"The header is that of {_ARTICLES[target.field]}, but the values say yes or no."
    # "Mobile" and "Cell" alone may head a column of yes and no; "Phone" is a phone even where every value is damaged.
    is_phone = target.field == "phone" and not vocabulary().phone & header_words
    if is_phone and not fits("phone", values):
        return "The header is that of a phone, but no value looks like a number."
    # "Tfn" is a phone in Sweden and a tax number in Australia.
    if target.field == "phone" and is_registered_phrase(column.header) and (form := registered_form(values)):
        return f"The header may be that of a phone, but the values look like another number ({form})."
    # "Direct Mail" and "Mail address" may be of letters on paper, and "Email" may say whether there is one.
    are_states = len(values) >= _FEWEST_STATES and 2 * len({value.casefold() for value in values}) <= len(values)
    if target.field == "email" and not fits("email", values) and (header_words & _PAPER or are_states):
        return "The header may be that of an email, but no value has an @."
    return ""


def by_custom_field(sheet: SheetColumns, columns: Columns) -> Columns:
    """Headers that are the key or the name of a custom field."""
    settled = list(columns)
    for column in undecided(columns):
        name, values = plain_name(column.header), sheet.samples[column.position]
        fields = fields_named(name, sheet.custom)
        if len(fields) == 1:
            target, reason = Target("custom", custom=fields[0]), custom_reason(sheet, column, fields[0])
            if is_misfit(values, fields[0].type):
                settled[column.position] = unsure(column, target, reason)
            else:
                settled[column.position] = mapped(column, target, reason, 1.0)
        elif fields:
            keys = ", ".join(field.key for field in fields)
            reason = f"The workspace has {len(fields)} custom fields with this name; map it by key: {keys}."
            settled[column.position] = unsure(column, None, reason)
        elif is_prefixed(column.header):
            step = f"make it in the Quo app, as a {likely_type(values)} field, and run again."
            reason = f"The workspace has no custom field named {name!r}; {step}"
            settled[column.position] = leave_out(column, reason)
    return settled


def custom_reason(sheet: SheetColumns, column: ColumnMapping, field: CustomField) -> str:
    """The reason of a column that goes to a custom field, with the number of values unlike the field's type."""
    values = sheet.samples[column.position]
    odd = unlike(values, field.type)
    doubt = f" {odd} of the {len(filled(values))} values looked at do not look like a {field.type}." if odd else ""
    return f"The custom field {field.name!r} ({field.type}).{doubt}"


def companions(sheet: SheetColumns, columns: Columns) -> Columns:
    """Google's "Phone 1 - Label": not a field itself, but the label of the column beside it."""
    linked = list(columns)
    for column in sent(columns, "phone", "email"):
        for beside in linked:
            if is_open(beside) and (is_companion(beside.header, column.header) or _has_labels(sheet, beside, column)):
                linked[column.position] = replace(column, label_position=beside.position)
                linked[beside.position] = ignored(beside, f"Holds the labels of {sheet.titles[column.position]!r}.")
                break
    return linked


def _has_labels(sheet: SheetColumns, beside: ColumnMapping, column: ColumnMapping) -> bool:
    """Whether a column next to a phone column is called "Type" alone and holds kinds of phones."""
    is_next = abs(beside.position - column.position) == 1
    is_named = is_next and sheet.keys[beside.position] in vocabulary().companion
    is_phone = column.target is not None and column.target.field == "phone"
    return is_named and is_phone and share(sheet.samples[beside.position], is_phone_label) >= ENOUGH
