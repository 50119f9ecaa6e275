"""What headers are called, from the files in `importer/languages`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from importer.languages.words import tables
from importer.mapping.suggest.header_key import fold, header_parts
from importer.model.fields import NAME_HALVES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OTHER_PERSON = "this belongs to another person than the contact"
_LEAVE = {
    "fax": "a fax, pager or text telephone takes no calls or messages",
    "other_person": OTHER_PERSON,
}
RELATIVE = "this is another person's, not the contact's own"
_LEAVE_POINTS = {
    "relative": RELATIVE,
    "attribute": "this tells of the address or the number, it is not one",
    "code": "this is a code of another kind",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of headers turned over: each dictionary leads from a folded header or a word to its meaning.

    `fields` and `doubtful`: folded header -> target text (`company`, `phone:direct`). `labels`: word -> label. `kinds`:
    word that is a phone by itself -> label. `left`: word -> why such a column is left out; `of_points`: those of the
    reasons that only phones and emails have. `bare`: set name -> folded headers. `persons`: words for a person,
    `others`: labels that make it another person. `point_words`: all that the header of a phone or an email may consist
    of. `contact_persons`: headers of a company's contact, a person if the values are. `calling_codes`: words for the
    code of a country, `codes` for any; `area_codes` and `extensions`: headers of these parts of a number; `countries`:
    for a country; `not_names`: for texts that name no person. `own_numbers`: folded headers of the sheet's own number
    for each customer. `company_traits`, `company_hints`, `person_traits`: headers that only sheets of companies have,
    that mostly they have, and that only sheets of people have; `second_surnames`:
    of the surname behind another; `surname_particles`: of what stands before a surname; `used_surnames`: of the surname
    that a person goes by, `birth_surnames`: of the one at birth. `spellings`: the headers as written, to compare a
    misspelt one with.
    """

    fields: dict[str, str]
    spellings: tuple[str, ...]
    doubtful: dict[str, str]
    bare: dict[str, frozenset[str]]
    phone: frozenset[str]
    email: frozenset[str]
    kinds: dict[str, str]
    labels: dict[str, str]
    persons: frozenset[str]
    others: frozenset[str]
    point_words: frozenset[str]
    filler: frozenset[str]
    companion: frozenset[str]
    left: dict[str, str]
    of_points: frozenset[str]
    ids: frozenset[str]
    calling_codes: frozenset[str]
    countries: frozenset[str]
    not_names: frozenset[str]
    own_numbers: frozenset[str]
    codes: frozenset[str]
    area_codes: frozenset[str]
    extensions: frozenset[str]
    contact_persons: frozenset[str]
    not_slips: frozenset[str]
    company_traits: frozenset[str]
    company_hints: frozenset[str]
    person_traits: frozenset[str]
    second_surnames: frozenset[str]
    surname_particles: frozenset[str]
    used_surnames: frozenset[str]
    birth_surnames: frozenset[str]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The words, read on first use."""
    headers, fields = tables("headers"), tables("headers.fields")
    phone, email, filler = (_folds(headers[name]) for name in ("phone", "email", "filler"))
    kinds, labels = _turned(tables("headers.phone_kinds")), _turned(tables("headers.labels"))
    leave = {_LEAVE[reason]: names for reason, names in tables("headers.leave").items()}
    leave_points = {_LEAVE_POINTS[reason]: names for reason, names in tables("headers.leave_points").items()}
    return Vocabulary(
        fields=_turned(fields),
        spellings=(*(name for names in fields.values() for name in names), *headers["misspelt"]),
        doubtful=_turned({"full_name": headers["contact_persons"]}) | _turned(tables("headers.doubtful")),
        bare={name: _folds(names) for name, names in tables("headers.bare").items()},
        phone=phone,
        email=email,
        kinds=kinds,
        labels=labels,
        persons=_folds(headers["persons"]),
        others=frozenset(headers["other_person_labels"]),
        filler=filler,
        point_words=phone | email | filler | kinds.keys() | labels.keys(),
        companion=_folds(headers["companion"]),
        left=_turned(leave | leave_points),
        of_points=frozenset(leave_points),
        ids=_folds(headers["ids"]),
        calling_codes=_folds(headers["calling_codes"]),
        countries=_folds(headers["country"]),
        not_names=_folds(headers["not_names"]),
        own_numbers=_own_numbers(),
        codes=_folds(headers["codes"]),
        area_codes=_folds(headers["area_codes"]),
        extensions=_folds(tables("phones")["extension"]),
        contact_persons=_folds(headers["contact_persons"]),
        not_slips=_folds(headers["not_misspelt"]),
        company_traits=_folds(headers["company_traits"]),
        company_hints=_folds(headers["company_hints"]),
        person_traits=_folds(headers["person_traits"]),
        second_surnames=_folds(headers["second_surnames"]),
        surname_particles=_folds(headers["surname_particles"]),
        used_surnames=_folds(headers["used_surnames"]),
        birth_surnames=_folds(headers["birth_surnames"]),
    )


@lru_cache(maxsize=4096)
def common_field(header: str) -> str:
    """The field that every part of a header of several parts means, as in two languages; "" of any other header.

    >>> common_field("Prénom / First name"), common_field("Nom / Last name"), common_field("Name / Company")
    ('first_name', 'last_name', '')
    """
    parts = header_parts(header)
    if len(parts) == 1:
        return ""
    common = frozenset.intersection(*map(_possible_fields, parts)) if parts else frozenset()
    return "full_name" if "full_name" in common else next(iter(common), "")


def _possible_fields(part: str) -> frozenset[str]:
    """The fields that a part of a header may mean: "Nom" is the whole or the last name."""
    terms, key = vocabulary(), fold(part)
    if key in terms.fields:
        return frozenset({terms.fields[key]})
    first_name, last_name = NAME_HALVES
    beside_last, beside_first = terms.bare["first_beside_last"], terms.bare["last_beside_first"]
    bare = {
        "full_name": terms.bare["whole"],
        last_name: terms.bare["last"] | (beside_first - beside_last),
        first_name: terms.bare["first"] | (beside_last - beside_first),
    }
    return frozenset(field for field, keys in bare.items() if key in keys)


def _own_numbers() -> frozenset[str]:
    """`customerno`, and the other way round as in "Nº cliente"; the sign # is a word for a number too."""
    own_numbers = tables("headers.own_number")
    owners, number = _folds(own_numbers["whose"]), _folds(own_numbers["number"]) - {""}
    return frozenset(name for first in owners for last in number for name in (first + last, last + first))


def _turned(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {fold(name): meaning for meaning, names in table.items() for name in names}


def _folds(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, names))
