"""Sheets of companies: whose "Name" is that of a company, as the other columns show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from importer.languages.name_kinds import NameKind, kind_of_name
from importer.mapping.suggest.columns import sent
from importer.mapping.suggest.value_types import share
from importer.mapping.suggest.vocabulary import vocabulary
from importer.model.fields import PERSON_NAMES

if TYPE_CHECKING:
    from importer.mapping.suggest.columns import Columns, SheetColumns
    from importer.model import ColumnMapping

_SOME_COMPANIES = 0.3
_SOME_EMAILS = 0.3
_NEARLY_ALL = 0.8
_SEVERAL_HINTS = 2
_TWO_WORDS = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,2}")


def company_evidence(sheet: SheetColumns, columns: Columns, name: ColumnMapping) -> tuple[str, bool]:
    """The headers that say that a sheet lists companies, and whether that is certain; "" where nothing says so.

    Certain: a header that only companies have ("Employees"), or one that is usual for them ("Industry") over names of
    companies. Never where a column is of people ("Birthday", "Job title"), or where addresses hold the names.
    """
    terms, values = vocabulary(), sheet.samples[name.position]
    is_of_people = bool(sent(columns, *PERSON_NAMES, "role")) or not terms.person_traits.isdisjoint(sheet.keys)
    is_titled = any(key in terms.bare["title"] for key in sheet.keys)
    traits = [column for column in columns if sheet.keys[column.position] in terms.company_traits]
    hints = [column for column in columns if sheet.keys[column.position] in terms.company_hints]
    if is_of_people or is_titled or not (traits or hints) or _names_in_emails(sheet, columns, values) >= _SOME_EMAILS:
        return "", False
    shown = ", ".join(repr(sheet.titles[column.position]) for column in (traits + hints)[:3])
    if traits or share(values, _is_company) >= _SOME_COMPANIES:
        return shown, True
    if len(hints) < _SEVERAL_HINTS:
        return "", False
    return shown, share(values, _is_like_person) < _NEARLY_ALL


def _is_company(text: str) -> bool:
    return kind_of_name(text) in (NameKind.COMPANY, NameKind.MAYBE_COMPANY, NameKind.WITH_COMPANY)


def _is_like_person(text: str) -> bool:
    return _TWO_WORDS.fullmatch(text) is not None and kind_of_name(text) is NameKind.PERSON


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
