"""Sheets of companies: whose "Name" is that of a company, as the other columns show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from importer.languages.name_kinds import NameKind, kind_of_name
from importer.mapping.suggest.columns import sent
from importer.mapping.suggest.registered_numbers import IDENTITY, registered_kinds
from importer.mapping.suggest.value_types import share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model.fields import PERSON_NAMES
from importer.regex import regex

if TYPE_CHECKING:
    from importer.mapping.suggest.columns import Columns, SheetColumns
    from importer.model import ColumnMapping

_SOME_COMPANIES = 0.3
_SOME_EMAILS = 0.3
_NEARLY_ALL = 0.8
_SEVERAL_HINTS = 2
_COMPANIES = (NameKind.COMPANY, NameKind.MAYBE_COMPANY, NameKind.WITH_COMPANY)
_TWO_WORDS = regex(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,2}")


class CompanyEvidence(NamedTuple):
    """The headers that speak for a list of companies, the field that "Name" then is, and whether that is certain."""

    headers: str
    field: str = "company"
    is_certain: bool = False


def company_evidence(sheet: SheetColumns, columns: Columns, name: ColumnMapping) -> CompanyEvidence | None:
    """What says that a sheet lists companies, None where nothing does.

    Certain: a header that only companies have ("Employees") over names that are not people's, one that is usual for
    them ("Industry", "VAT") over names of companies, or two of those over names that are not people's. Never where a
    column is of people ("Birthday", "SSN"), or where addresses hold the names.
    """
    terms, values = vocabulary(), sheet.samples[name.position]
    registered = {column.position: registered_kinds(column.header) for column in columns}
    is_of_people = bool(sent(columns, *PERSON_NAMES, "role")) or not terms.person_traits.isdisjoint(sheet.keys)
    is_of_people = is_of_people or frozenset({IDENTITY}) in registered.values()
    is_titled = any(key in terms.bare["title"] for key in sheet.keys)
    traits = [column for column in columns if sheet.keys[column.position] in terms.company_traits]
    hints = [column for column in columns if sheet.keys[column.position] in terms.company_hints]
    if is_of_people or is_titled or not (traits or hints) or _names_in_emails(sheet, columns, values) >= _SOME_EMAILS:
        return None
    shown = ", ".join(repr(sheet.titles[column.position]) for column in (traits + hints)[:3])
    persons = share(values, lambda text: bool(_TWO_WORDS.fullmatch(text)) and kind_of_name(text) is NameKind.PERSON)
    are_people = persons >= _NEARLY_ALL
    if share(values, lambda text: kind_of_name(text) in _COMPANIES) >= _SOME_COMPANIES:
        return CompanyEvidence(shown, is_certain=True)
    if any(not registered[column.position] for column in traits):
        return CompanyEvidence(shown, is_certain=not are_people)
    # A person who works alone has a tax number too, but with another sign beside it, no name of a person has one.
    if traits:
        return CompanyEvidence(
            shown, "full_name" if are_people else "company", is_certain=bool(hints) and not are_people
        )
    return CompanyEvidence(shown, is_certain=not are_people) if len(hints) >= _SEVERAL_HINTS else None


def _names_in_emails(sheet: SheetColumns, columns: Columns, names: tuple[str, ...]) -> float:
    """The share of the emails that hold a word of their row's name before the @, as ann.lee@example.com does."""
    shares = [0.0]
    for column in sent(columns, "email"):
        pairs = [
            (email.partition("@")[0].casefold(), name.casefold())
            for email, name in zip(sheet.samples[column.position], names, strict=False)
            if email.strip()
        ]
        hits = sum(any(len(word) > 2 and word in local for word in name.split()) for local, name in pairs)
        shares.append(hits / len(pairs) if pairs else 0.0)
    return max(shares)
