"""Columns with an unknown header: typing mistakes, doubtful words, and what the values look like."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from importer.languages.name_kinds import NameKind, kind_of_name
from importer.languages.words import is_fax_word
from importer.mapping.suggest.columns import (
    Columns,
    SheetColumns,
    is_open,
    leave_out,
    mapped,
    same_slot,
    sent,
    target_of,
    undecided,
    unsure,
)
from importer.mapping.suggest.contact_points import contact_point
from importer.mapping.suggest.custom_fields import plain_name
from importer.mapping.suggest.header_key import fold, singular_key, words
from importer.mapping.suggest.known_headers import custom_reason
from importer.mapping.suggest.offers import offer
from importer.mapping.suggest.registered_numbers import IN_WORDS, registered_form, registered_kinds
from importer.mapping.suggest.typos import closest, is_typo
from importer.mapping.suggest.value_types import (
    ENOUGH,
    filled,
    is_email,
    is_like_any_phone,
    is_likely_phone,
    is_long_phone,
    is_person_name,
    is_phone,
    likely_type,
    says_something,
    share,
)
from importer.mapping.suggest.vocabulary import RELATIVE, vocabulary
from importer.model import FieldType, Fit, Target
from importer.model.fields import ARRAYS, NAME_HALVES
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.model import ColumnMapping

_HALF = 0.5
_SEVERAL = regex(r"[,;|/\n]|(?<=\d) or (?=[+(\d])")


def left_out(sheet: SheetColumns, columns: Columns) -> Columns:
    """Headers known as something that is not a field of a contact: ids, faxes, other people's numbers."""
    terms, settled = vocabulary(), list(columns)
    for column in undecided(columns):
        header_words = words(column.header)
        if use := offer(sheet, column):
            settled[column.position] = leave_out(replace(column, call_conditions=use.conditions), use.text)
            continue
        reason = next((terms.left[word] for word in header_words if word in terms.left), "")
        # Compounds of fax are many ("Telefaxnummer"), and all of them mean a fax.
        if not reason and any(map(is_fax_word, header_words)):
            reason = terms.left["fax"]
        is_point = any(word in terms.phone or word in terms.email or word in terms.kinds for word in header_words)
        if set(header_words) & terms.ids or sheet.keys[column.position] in terms.ids:
            text = "An id of another system; to make it the contact's external id, map it to external_id."
            settled[column.position] = leave_out(column, text)
        elif (
            share(sheet.samples[column.position], is_long_phone) >= ENOUGH
            and reason in terms.of_points
            and reason != RELATIVE
        ):
            # "Cep" is the code of a place in Brazil and a mobile phone in Turkey.
            continue
        elif likely_type(sheet.samples[column.position]) is FieldType.DATE:
            # "Created" and "Modified" hold the name of a user, or a time, which says nothing of the contact.
            settled[column.position] = leave_out(column, _undecided_reason(sheet, column))
        elif reason in terms.of_points and not is_point:
            # "Type" and "Price" speak against a phone or an email; alone they are headers like any other.
            settled[column.position] = leave_out(column, _undecided_reason(sheet, column))
        elif reason:
            settled[column.position] = leave_out(column, f"Left out: {reason}.")
        elif registered_kinds(column.header) and share(sheet.samples[column.position], is_email) < ENOUGH:
            settled[column.position] = leave_out(column, _registered_reason(sheet, column))
    return settled


def typos(sheet: SheetColumns, columns: Columns) -> Columns:
    """Headers 0.88 alike to a known one by difflib: mapped where only the typing differs, else a question."""
    taken = {same_slot(column.target) for column in columns if column.fit in (Fit.MAPPED, Fit.UNSURE)} - {""}
    custom = {field.name: Target("custom", custom=field) for field in sheet.custom}
    settled = list(columns)
    for column in undecided(columns):
        # A header that is known in another language is no slip: "Contactpersoon" is Dutch.
        if sheet.keys[column.position] in vocabulary().doubtful:
            continue
        header = plain_name(column.header)
        name, likeness = closest(header, [*custom, *vocabulary().spellings]) or ("", 0.0)
        meaning = vocabulary().fields.get(fold(name))
        target = custom.get(name) or (target_of(meaning) if meaning else contact_point(name))
        if not name or target is None:
            continue

        reason = f"Much like {name!r}."
        if target.custom:
            reason = f"{reason} {custom_reason(sheet, column, target.custom)}"
        looks = {"phone": is_phone, "email": is_email}.get(target.field)
        values = filled(sheet.samples[column.position])
        is_contradicted = looks is not None and bool(values) and share(values, looks) < _HALF
        # "Alt. Contact" over names is only near "Alt. Contact No.", and no slip of it.
        if is_contradicted and not is_typo(header, name):
            continue
        # Only what is beyond doubt is mapped: a free field, a slip of the fingers, and values that do not contradict.
        if same_slot(target) in taken or not is_typo(header, name) or is_contradicted:
            settled[column.position] = unsure(column, target, reason, likeness)
        else:
            settled[column.position] = mapped(column, target, reason, likeness)
    return settled


def doubts(sheet: SheetColumns, columns: Columns) -> Columns:
    """Headers such as "Contact" and "Customer": often a name, too often something else."""
    terms, settled = vocabulary(), list(columns)
    open_columns = undecided(columns)
    meanings = {column.position: terms.doubtful.get(doubtful_key(column.header)) for column in open_columns}
    people = [column for column in open_columns if share(sheet.samples[column.position], is_person_name) >= ENOUGH]
    contacts = [column for column in people if doubtful_key(column.header) in terms.contact_persons]
    # A company's contact is the person, where the values are people and no other column has, or may have, the names.
    rivals = [column for column in people if meanings[column.position] == "full_name" and column not in contacts]
    if contacts and not rivals and not sent(columns, "full_name", *NAME_HALVES):
        reason = "The company's contact: the values look like names of people."
        settled[contacts[0].position] = mapped(contacts[0], Target("full_name"), reason, 0.85)

    for column in undecided(settled):
        values, meaning = sheet.samples[column.position], meanings[column.position]
        target = target_of(meaning) if meaning else None
        # "Client" over yes and no, "Contact" over phones: what it may be is for the steps below to find.
        if target is None or (target.field not in ARRAYS and _is_no_text(values)):
            continue
        # "Customer" beside "Contact Person" is the company, unless it holds codes, a few words, or people where every
        # row has its contact person; without it, the other rows would have no name.
        names = [sheet.samples[name.position] for name in sent(settled, "full_name", *NAME_HALVES)]
        is_customer = doubtful_key(column.header) not in terms.contact_persons and (
            column not in people
            or any(value.strip() and not "".join(rest).strip() for value, *rest in zip(values, *names, strict=False))
        )
        is_company = (is_customer and bool(names) and _are_names(values)) or share(
            values, lambda text: kind_of_name(text) is NameKind.COMPANY
        ) >= _HALF
        if target.field == "full_name" and is_company and not sent(settled, "company"):
            target = Target("company")
        reason = f"It may be {target.words}, or something else."
        settled[column.position] = unsure(column, target, reason, 0.5)
    return settled


def doubtful_key(header: str) -> str:
    """A header as the doubtful headers have it: "Contacts" as "contact"."""
    key = fold(header)
    return key if key in vocabulary().doubtful else singular_key(header)


def _are_names(values: Sequence[str]) -> bool:
    """Whether most values are different, and have no digit: neither states ("Gold") nor codes ("C-1004")."""
    texts = filled(values)
    with_digits = [text for text in texts if any(map(str.isdigit, text))]
    return len(set(texts)) > len(texts) * _HALF and len(with_digits) < len(texts) * _HALF


def by_values(sheet: SheetColumns, columns: Columns) -> Columns:
    """Unknown headers over values that look like emails or phones: always a question, never a guess."""
    settled = list(columns)
    for column in undecided(columns):
        # What a column holds beside its phones and emails was typed by a person: half of them are enough to ask.
        values = list(filter(says_something, filled(sheet.samples[column.position])))
        emails, phones = (
            share(values, partial(_each_part, is_email)),
            share(values, partial(_each_part, is_like_any_phone)),
        )
        if emails >= _HALF and emails >= phones:
            reason = f"{emails:.0%} of the values looked at are like an email."
            settled[column.position] = unsure(column, Target("email"), reason, emails / 2)
        elif phones >= _HALF and (form := registered_form(values)):
            reason = f"The values look like phones, but have the form or the check digits of another number ({form})."
            settled[column.position] = unsure(column, None, reason)
        elif phones >= _HALF:
            reason = f"{phones:.0%} of the values looked at are like a phone."
            settled[column.position] = unsure(column, Target("phone"), reason, phones / 2)
    return settled


def _each_part(looks: Callable[[str], bool], text: str) -> bool:
    """Whether a cell holds one or several of what `looks` is true of."""
    return looks(text) or all(looks(part.strip()) for part in _SEVERAL.split(text))


def _is_no_text(values: Sequence[str]) -> bool:
    """Whether values are of another kind than names, roles and companies are."""
    points = max(share(values, is_email), share(values, is_likely_phone))
    return points >= ENOUGH or (bool(filled(values)) and likely_type(values) is not FieldType.STRING)


def leave_out_undecided(sheet: SheetColumns, columns: Columns) -> Columns:
    """Columns that no step has decided are left out, and the reason says how to import them."""
    return [leave_out(column, _undecided_reason(sheet, column)) if is_open(column) else column for column in columns]


def _registered_reason(sheet: SheetColumns, column: ColumnMapping) -> str:
    if share(sheet.samples[column.position], is_phone) < _HALF:
        return _undecided_reason(sheet, column)
    kinds = " or ".join(text for kind, text in IN_WORDS.items() if kind in registered_kinds(column.header))
    return f"It seems to hold {kinds}, which are not phone numbers; a new string field in the Quo app could hold it."


def _undecided_reason(sheet: SheetColumns, column: ColumnMapping) -> str:
    if not column.header.strip():
        return "The column has no header."
    values = sheet.samples[column.position]
    if not filled(values):
        return "No field has this name."
    # The API cannot make custom fields, a person can.
    return f"No field has this name; a new {likely_type(values)} field in the Quo app could hold it."
