"""Columns that hold a part of the surname beside its column, or another surname of the same person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importer.languages.words import words as language_words
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
from importer.mapping.suggest.value_types import ENOUGH, filled, is_honorific, is_several_words, share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model import Target
from importer.regex import regex

if TYPE_CHECKING:
    from importer.model import ColumnMapping

_HALF = 0.5
_PARTICLE = regex(r"['’]?[^\W\d_]{1,6}(?:\.[^\W\d_]{1,6})*['’.]?")
_MOST_WORDS = 3


def used_surnames(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Nom d'usage": the surname; "Nom" beside it, the name at birth, is that of rows that have no other.

    "Married name" is the surname too, where no other column may be.
    """
    bare, keys = vocabulary().bare, sheet.keys
    settled, first_names = list(columns), sent(columns, "first_name")
    wholes = [column for column in undecided(columns) if keys[column.position] in bare["whole"]]
    if not first_names or sent(columns, "full_name"):
        return settled
    surnames = sent(columns, "last_name")
    used = [column for column in columns if keys[column.position] in vocabulary().used_surnames]
    if not surnames and not wholes and len(used) == 1 and used[0] in undecided(columns):
        settled[used[0].position] = mapped(used[0], Target("last_name"), "The surname after a marriage.", 0.85)
    is_surname_language = any(keys[column.position] in bare["surname_languages"] for column in first_names)
    births = [column for column in wholes if keys[column.position] in bare["last_beside_first"]]
    if len(surnames) == 1 and surnames[0] in used and len(births) == 1 and is_surname_language:
        _use_where_empty(sheet, settled, surnames[0], births[0])
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


def surname_particles(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Tussenvoegsel" beside "Achternaam": "van der", which is sent before the surname."""
    linked = list(columns)
    for column in undecided(columns):
        surnames = [surname for surname in sent(linked, "last_name") if surname.particle_position is None]
        if not surnames or sheet.keys[column.position] not in vocabulary().surname_particles:
            continue
        surname, title = surnames[0], sheet.titles[surnames[0].position]
        values = sheet.samples[column.position]
        if filled(values) and share(values, is_particle) < ENOUGH:
            # "Namenszusatz" holds "von", and "jun." or a title in other sheets.
            recipe = f'last_name = "{{{sheet.titles[column.position]}}} {{{title}}}"'
            reason = f"Few of its values belong before the surname (van der, von); to put all there, [values] {recipe}."
            linked[column.position] = leave_out(column, reason)
            continue
        linked[surname.position] = replace(surname, particle_position=column.position)
        linked[column.position] = ignored(column, f"Holds what goes before the surnames of {title!r}.")
    return linked


def is_particle(text: str) -> bool:
    """Whether a text is what stands before a surname, as a form of address or a suffix does not.

    >>> [is_particle(text) for text in ("van der", "Von", "d'", "Graf von", "Dr.", "jr.", "Anna")]
    [True, True, True, True, False, False, False]
    """
    parts = text.replace("’", "'").split()
    folded = [part.strip(".").casefold() for part in parts]
    if not parts or len(parts) > _MOST_WORDS or not all(map(_PARTICLE.fullmatch, parts)):
        return False
    if is_honorific(text) or not language_words("names", "suffixes").isdisjoint(folded):
        return False
    return text == text.lower() or folded[-1] in language_words("names", "particles")


def other_surnames(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Nom de naissance" beside "Nom d'usage": the surname of rows that have no other; alone, a question."""
    settled = list(columns)
    terms = vocabulary()
    rivals = sent(columns, "first_name", "last_name", "full_name")
    surnames = [column for column in rivals if column in sent(columns, "last_name")]
    for known in (terms.used_surnames, terms.birth_surnames):
        for column in undecided(settled):
            # "Birth name" may hold "Anna Schmidt", whose first name would be there twice.
            are_whole_names = share(sheet.samples[column.position], is_several_words) > _HALF
            if sheet.keys[column.position] not in known or are_whole_names:
                continue
            if len(surnames) == 1 and settled[surnames[0].position].fallback_position is None:
                _use_where_empty(sheet, settled, settled[surnames[0].position], column)
            elif len(rivals) == 1 and rivals[0] in sent(columns, "first_name"):
                reason = "It may be the surname, which no other column holds."
                settled[column.position] = unsure(column, Target("last_name"), reason)
    return settled


def _use_where_empty(sheet: SheetColumns, columns: Columns, surname: ColumnMapping, other: ColumnMapping) -> None:
    columns[surname.position] = replace(surname, fallback_position=other.position)
    reason = f"Holds the surnames of rows that have none in {sheet.titles[surname.position]!r}."
    columns[other.position] = ignored(other, reason)
