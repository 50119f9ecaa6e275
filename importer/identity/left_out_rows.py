"""Rows that are not imported this time still belong to their contacts, which do not lose them by that."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from importer.identity.claims import Claims
from importer.identity.twins import Twins
from importer.identity.ways import claim_all

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from importer.identity.people import RowFacts


def keep_contacts_of_left_out_rows(claims: Claims, left_out: Iterable[RowFacts]) -> None:
    """Let the contacts keep their row that no row to import has claimed, and that a row which is left out belongs to.

    Such a contact stays free, since another row with its name may be asked about it. Nothing is asked of rows that are
    left out: the contacts that they may be keep their rows too.
    """
    contacts = list(claims.free.values())
    rows = Claims(sorted(left_out, key=lambda row: row.row), contacts, Twins(), id_column=claims.id_column, joined={})
    claim_all(rows)
    for row in rows.rows:
        if row.row in rows.result.matches:
            claims.result.kept[rows.result.matches[row.row][0]] = row
    hints = {question.row: question.contacts for question in rows.result.questions.values()}

    of_sign: dict[Hashable, set[str]] = defaultdict(set)
    for contact in rows.free.values():
        names = {facts.name.words for facts in contact.facts if contact.had_row and not facts.name.is_blank}
        for sign in (*contact.asked, *names):
            of_sign[sign].add(contact.external_id)
    for row in rows.left.values():
        near = {key for sign in (*row.marks, row.facts.name.words) for key in of_sign.get(sign, ())}
        if near:
            hints[row.row] = tuple(sorted(near))
    claims.result.hints |= hints
