"""Headers whose meaning depends on the columns beside them: "Name" and "Vorname", "Title" and "Job Title"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importer.mapping.suggest.columns import (
    Columns,
    SheetColumns,
    ignored,
    leave_out,
    mapped,
    sent,
    undecided,
    unsure,
)
from importer.mapping.suggest.company_lists import company_evidence
from importer.mapping.suggest.header_key import words
from importer.mapping.suggest.value_types import ENOUGH, filled, is_honorific, is_several_words, share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import Target
from importer.model.fields import NAME_HALVES

if TYPE_CHECKING:
    from importer.model import ColumnMapping

_HALF = 0.5


def whose_half(header: str) -> tuple[str, str]:
    """Half a name and whose it is, as a header says that is known by its other words; two empty texts for any other.

    >>> whose_half("Guest First Name"), whose_half("Apellidos del alumno"), whose_half("Last Contact")
    (('first_name', 'guest'), ('last_name', 'del alumno'), ('', ''))
    """
    terms, parts = vocabulary(), words(header)
    for size in range(len(parts) - 1, 0, -1):
        last_words, first_words = "".join(parts[-size:]), "".join(parts[:size])
        # "Last" says what half it is only at the end: "Last Contact" is a date.
        is_bare = last_words in terms.bare["first"] | terms.bare["last"]
        bare_field = ("first_name" if last_words in terms.bare["first"] else "last_name") if is_bare else ""
        for field, whose in (
            (terms.fields.get(last_words, bare_field), parts[:-size]),
            (terms.fields.get(first_words), parts[size:]),
        ):
            if field in NAME_HALVES:
                return field, " ".join(whose)
    return "", ""


def halves(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "First" and "Last": names where both are there, a question where one is."""
    bare, keys = vocabulary().bare, set(sheet.keys)
    has_both = bool(keys & (bare["first"] | bare["first_beside_bare_last"])) and bool(keys & bare["last"])
    settled = list(columns)
    for column in undecided(columns):
        key = sheet.keys[column.position]
        field = "first_name" if key in bare["first"] else "last_name" if key in bare["last"] else ""
        if field and has_both:
            reason = "First and Last stand side by side."
            settled[column.position] = mapped(column, Target(field), reason, 0.9)
        elif field:
            reason = "First or Last alone may mean something else than a name."
            settled[column.position] = unsure(column, Target(field), reason)
    return settled


def wholes(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Name": the whole name alone, the other half beside a first or a last name, and nothing new beside both."""
    first, last = sent(columns, "first_name"), sent(columns, "last_name")
    settled = list(columns)
    bare = vocabulary().bare
    for column in undecided(columns):
        key = sheet.keys[column.position]
        if key not in bare["whole"]:
            continue
        evidence = company_evidence(sheet, columns, column) if not first and not last else None
        if evidence and evidence.is_certain:
            reason = f"The sheet seems to list companies, as {evidence.headers} show."
            settled[column.position] = mapped(column, Target(evidence.field), reason, 0.85)
        elif evidence:
            reason = f"It may hold companies, as {evidence.headers} show, or people."
            settled[column.position] = unsure(column, Target(evidence.field), reason)
        elif bool(first) == bool(last):
            settled[column.position] = mapped(column, Target("full_name"), "A usual name of this field.", 0.9)
        # In some languages the bare word is then the surname ("Nom" beside "Prénom"); in English it may be either.
        elif first and key in bare["last_beside_first"] and sheet.keys[first[0].position] in bare["surname_languages"]:
            reason = f"The surname, beside {first[0].header!r}."
            settled[column.position] = mapped(column, Target("last_name"), reason, 0.9)
        elif last and key in bare["first_beside_last"] and not _is_whole(sheet, column, last[0]):
            reason = f"The first name, beside {last[0].header!r}."
            settled[column.position] = mapped(column, Target("first_name"), reason, 0.85)
        else:
            reason = "It may hold the whole name, or the other half of it."
            settled[column.position] = unsure(column, Target("full_name"), reason)

    halves_sent = {half.target.field for half in sent(settled, *NAME_HALVES) if half.target}
    for column in sent(settled, "full_name"):
        if len(halves_sent) == len(NAME_HALVES):
            reason = "The first and the last name have columns of their own."
            settled[column.position] = leave_out(column, reason)
        elif halves_sent:
            reason = "Half of the name has a column of its own."
            settled[column.position] = unsure(column, Target("full_name"), reason)
    return settled


def second_surnames(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Apellido materno" beside "Apellido paterno": the second of two surnames, which is sent behind the first."""
    linked = list(columns)
    for column in undecided(columns):
        surnames = [surname for surname in sent(linked, "last_name") if surname.second_position is None]
        if surnames and sheet.keys[column.position] in vocabulary().second_surnames:
            first = surnames[0]
            linked[first.position] = replace(first, second_position=column.position)
            reason = f"Holds the second surnames, which go behind those of {sheet.titles[first.position]!r}."
            linked[column.position] = ignored(column, reason)
    return linked


def _is_whole(sheet: SheetColumns, column: ColumnMapping, last: ColumnMapping) -> bool:
    """Whether most names look whole: they have several words, and often the surname among them."""
    names, surnames = sheet.samples[column.position], sheet.samples[last.position]
    if share(names, is_several_words) < _HALF:
        return False
    # "Juan Carlos" beside "García" is not a whole name: it would have the surname in it.
    pairs = [
        (name, surname) for name, surname in zip(names, surnames, strict=False) if name.strip() and surname.strip()
    ]
    with_surname = sum(not set(words(surname)).isdisjoint(words(name)) for name, surname in pairs)
    return not pairs or with_surname > len(pairs) * (1 - ENOUGH)


def honorifics(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Title": Dr. where the export says so or a role has its own column; else what its values look like."""
    role = Target("role")
    is_honorific_column = bool(sent(columns, "role")) or bool(sheet.preset and sheet.preset.split)
    settled = list(columns)
    for column in undecided(columns):
        values = sheet.samples[column.position]
        if sheet.keys[column.position] not in vocabulary().bare["title"]:
            continue
        if is_honorific_column:
            reason = "A form of address (Dr., Ms.), which contacts have no field for; the role has its own column."
            settled[column.position] = leave_out(column, reason)
        elif filled(values) and share(values, is_honorific) <= 1 - ENOUGH:
            settled[column.position] = mapped(column, role, "The values look like roles.", 0.85)
        else:
            reason = "It may hold roles (Director) or forms of address (Dr., Ms.)."
            settled[column.position] = unsure(column, role, reason)
    return settled
