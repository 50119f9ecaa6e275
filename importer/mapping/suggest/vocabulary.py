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


_TABLES = (
    "headers",
    "headers.fields",
    "headers.doubtful",
    "headers.bare",
    "headers.own_number",
    "headers.phone_kinds",
    "headers.labels",
    "headers.leave",
    "headers.leave_points",
)


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
    head_offices: frozenset[str]
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
    written = {path: tables(path) for path in _TABLES}
    extensions = tables("phones")["extension"]
    folded = {path: {name: list(map(fold, names)) for name, names in table.items()} for path, table in written.items()}
    sets = {name: frozenset(keys) for name, keys in folded["headers"].items()}
    kinds, labels = _turned(folded["headers.phone_kinds"]), _turned(folded["headers.labels"])
    leave = {_LEAVE[reason]: keys for reason, keys in folded["headers.leave"].items()}
    leave_points = {_LEAVE_POINTS[reason]: keys for reason, keys in folded["headers.leave_points"].items()}
    headers, fields = written["headers"], written["headers.fields"]
    return Vocabulary(
        fields=_turned(folded["headers.fields"]),
        spellings=(*(name for names in fields.values() for name in names), *headers["misspelt"]),
        doubtful=_turned({"full_name": folded["headers"]["contact_persons"]}) | _turned(folded["headers.doubtful"]),
        bare={name: frozenset(keys) for name, keys in folded["headers.bare"].items()},
        phone=sets["phone"],
        email=sets["email"],
        kinds=kinds,
        labels=labels,
        persons=sets["persons"],
        others=frozenset(headers["other_person_labels"]),
        filler=sets["filler"],
        head_offices=sets["head_offices"],
        point_words=sets["phone"] | sets["email"] | sets["filler"] | kinds.keys() | labels.keys(),
        companion=sets["companion"],
        left=_turned(leave | leave_points),
        of_points=frozenset(leave_points),
        ids=sets["ids"],
        calling_codes=sets["calling_codes"],
        countries=sets["country"],
        not_names=sets["not_names"],
        own_numbers=_own_numbers(folded["headers.own_number"]),
        codes=sets["codes"],
        area_codes=sets["area_codes"],
        extensions=frozenset(map(fold, extensions)),
        contact_persons=sets["contact_persons"],
        not_slips=sets["not_misspelt"],
        company_traits=sets["company_traits"],
        company_hints=sets["company_hints"],
        person_traits=sets["person_traits"],
        second_surnames=sets["second_surnames"],
        surname_particles=sets["surname_particles"],
        used_surnames=sets["used_surnames"],
        birth_surnames=sets["birth_surnames"],
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


def _own_numbers(own_number: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """`customerno`, and the other way round as in "Nº cliente"; the sign # is a word for a number too."""
    owners, numbers = set(own_number["whose"]), set(own_number["number"]) - {""}
    return frozenset(name for owner in owners for number in numbers for name in (owner + number, number + owner))


def _turned(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {key: meaning for meaning, keys in table.items() for key in keys}
