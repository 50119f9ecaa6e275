"""Which contact of the folder each row belongs to, and what a person must be asked."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from importer.identity.claims import Claims
from importer.identity.left_out_rows import keep_contacts_of_left_out_rows
from importer.identity.questions import ask
from importer.identity.twins import Twins
from importer.identity.ways import claim_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from importer.identity.people import ContactFacts, Recognition, RowFacts


def recognise(
    rows: Iterable[RowFacts],
    contacts: Iterable[ContactFacts],
    *,
    id_column: bool = False,
    twins: Twins | None = None,
    joined: Mapping[int, int] = MappingProxyType({}),
    left_out: Iterable[RowFacts] = (),
) -> Recognition:
    """Find the contact of every row, the rows to ask about, and the rows that are new people.

    `rows` are those of one sheet in any order, `contacts` those of its folder; `id_column`: one is named. `twins`: the
    rows that share a name and a number; `joined`: by row the earlier one that it is one with, as a person has said of
    rows that are not among these; `left_out`: rows that are not to be imported. Linear in all of these, except for
    people who share a number.
    """
    ordered = sorted(rows, key=lambda row: row.row)
    claims = Claims(ordered, list(contacts), twins or Twins(), id_column=id_column, joined=joined)
    claim_all(claims)
    if claims.free:
        keep_contacts_of_left_out_rows(claims, left_out)
    ask(claims)
    return claims.result
