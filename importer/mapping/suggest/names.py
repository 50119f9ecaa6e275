"""Headers whose meaning depends on the columns beside them: "Name" and "Vorname", "Title" and "Job Title"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.mapping.suggest.columns import (
    Columns,
    SheetColumns,
    is_open,
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
from importer.model import Fit, Target
from importer.model.fields import NAME_HALVES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import ColumnMapping

_HALF = 0.5
_SHORTEST_OWNER = 3  # letters: "pet" in "petname"


class WhoseName(NamedTuple):
    """What a header says of a name: the field that it seems to fill, whose name it is, and the word for it, folded.

    `field`: half a name, or `full_name` for a word that stands for half of it too ("Nom"); all empty for other headers.
    """

    field: str = ""
    whose: str = ""
    word: str = ""


def whose_name(header: str) -> WhoseName:
    """Read a header that is known as a name by some of its words, and whose it is by the others.

    >>> tuple(whose_name("Guest First Name")), tuple(whose_name("Nom du client")), tuple(whose_name("Last Contact"))
    (('first_name', 'guest', 'firstname'), ('full_name', 'du client', 'nom'), ('', '', ''))
    """
    terms, parts = vocabulary(), words(header)
    names = {
        **dict.fromkeys(terms.bare["whole"], "full_name"),
        **{name: field for name, field in terms.fields.items() if field in NAME_HALVES},
    }
    # "Last" says what half it is only at the end: "Last Contact" is a date.
    at_end = {**dict.fromkeys(terms.bare["first"], "first_name"), **dict.fromkeys(terms.bare["last"], "last_name")}
    for size in range(len(parts) - 1, 0, -1):
        last_words, first_words = "".join(parts[-size:]), "".join(parts[:size])
        for field, whose, word in (
            (names.get(last_words, at_end.get(last_words)), parts[:-size], last_words),
            (names.get(first_words), parts[size:], first_words),
        ):
            if field:
                return WhoseName(field, " ".join(whose), word)
    if len(parts) != 1:
        return WhoseName()
    # "Kundenvorname": in German and its kin, whose name it is makes one word with the name.
    ends = sorted((name for name in names if parts[0][_SHORTEST_OWNER:].endswith(name)), key=len)
    return WhoseName(names[ends[-1]], parts[0].removesuffix(ends[-1]), ends[-1]) if ends else WhoseName()


def other_half(whole: str, half: WhoseName, wholes: Sequence[str], halves: Sequence[str]) -> str:
    """The half that a word for a name stands for beside the other half; "" where it may be the whole name.

    `whole`: the word, folded. `wholes`, `halves`: values of both columns.
    """
    bare = vocabulary().bare
    if half.field == "first_name":
        # In some languages the bare word is then the surname ("Nom" beside "Prénom"); in English it may be either.
        is_surname = whole in bare["last_beside_first"] and half.word in bare["surname_languages"]
        return "last_name" if is_surname else ""
    is_given_name = whole in bare["first_beside_last"] and not _are_whole(wholes, halves)
    return "first_name" if is_given_name else ""


def likely_field(whole: str, half: WhoseName, wholes: Sequence[str], halves: Sequence[str]) -> str:
    """What a column headed by a word for a name probably holds beside half a name: the other half, or whole names."""
    if other := other_half(whole, half, wholes, halves):
        return other
    if not filled(wholes) or _are_whole(wholes, halves):
        return "full_name"
    return "last_name" if half.field == "first_name" else "first_name"


def halves(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "First" and "Last": names where both are there, a question where one is."""
    bare, keys = vocabulary().bare, set(sheet.keys)
    has_both = bool(keys & (bare["first"] | bare["first_beside_bare_last"])) and bool(keys & bare["last"])
    first, last = bare["first"], bare["last"]
    # "Given" and "Family" say nothing of a name alone: a family may be a household, what is given a donation.
    if keys & bare["given"] and keys & bare["family"]:
        has_both, first, last = True, first | bare["given"], last | bare["family"]
    settled = list(columns)
    for column in undecided(columns):
        key = sheet.keys[column.position]
        field = "first_name" if key in first else "last_name" if key in last else ""
        if field and has_both:
            reason = "Both halves of the name stand side by side."
            settled[column.position] = mapped(column, Target(field), reason, 0.9)
        elif field:
            reason = "First or Last alone may mean something else than a name."
            settled[column.position] = unsure(column, Target(field), reason)
    return settled


def wholes(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Name": the whole name alone, the other half beside a first or a last name, and nothing new beside both."""
    settled = _with_both_halves(sheet, columns)
    first, last = sent(settled, "first_name"), sent(settled, "last_name")
    bare = vocabulary().bare
    for column in undecided(settled):
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
        else:
            half = (*first, *last)[0]
            name = WhoseName("first_name" if first else "last_name", "", sheet.keys[half.position])
            settled[column.position] = _beside_half(sheet, column, key, half, name)

    halves_sent = {half.target.field for half in sent(settled, *NAME_HALVES) if half.target}
    for column in sent(settled, "full_name"):
        if len(halves_sent) == len(NAME_HALVES):
            reason = "The first and the last name have columns of their own."
            settled[column.position] = leave_out(column, reason)
        elif halves_sent:
            reason = "Half of the name has a column of its own."
            settled[column.position] = unsure(column, Target("full_name"), reason)
    return settled


def _beside_half(
    sheet: SheetColumns, column: ColumnMapping, word: str, half: ColumnMapping, name: WhoseName
) -> ColumnMapping:
    """The column, headed by a word for a name, beside a column with half the name, which is sent as `name` says."""
    values = sheet.samples[column.position], sheet.samples[half.position]
    other = other_half(word, name, *values)
    if other:
        words_of_other = "surname" if other == "last_name" else "first name"
        reason, confidence = f"The {words_of_other}, beside {half.header!r}.", 0.9 if other == "last_name" else 0.85
        return mapped(column, Target(other), reason, confidence)
    reason = "It may hold the whole name, or the other half of it."
    return unsure(column, Target(likely_field(word, name, *values)), reason)


def _with_both_halves(sheet: SheetColumns, columns: Columns) -> Columns:
    """ "Nombre del contacto" beside "Apellidos del contacto": two halves of one name, where either is known to be sent.

    By itself the former is a usual name of the whole name, and the latter would be left out.
    """
    settled = list(columns)
    names = {column.position: whose_name(column.header) for column in columns}
    for half in columns:
        field, whose, _ = names[half.position]
        wholes = [column for column in columns if names[column.position][:2] == ("full_name", whose)]
        if field not in NAME_HALVES or len(wholes) != 1:
            continue
        whole = wholes[0]
        others = [name for name in sent(settled, "full_name", *NAME_HALVES) if name not in (half, whole)]
        are_free = all(column.fit is Fit.MAPPED or is_open(column) for column in (half, whole))
        if others or not are_free or not sent((half, whole), field, "full_name"):
            continue
        result = _beside_half(sheet, whole, names[whole.position].word, half, names[half.position])
        # Whole names that are sent need no half of them.
        if result.fit is Fit.MAPPED or half.fit is Fit.MAPPED:
            settled[whole.position] = result
        if result.fit is Fit.MAPPED and is_open(half):
            reason = f"The other half of the name, beside {whole.header!r}."
            settled[half.position] = mapped(half, Target(field), reason, 0.85)
    return settled


def _are_whole(names: Sequence[str], surnames: Sequence[str]) -> bool:
    """Whether most names look whole: they have several words, and often the surname among them."""
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
