"""Is a contact that has a row's id, phone or email the row's own person, or a stranger? (design, "Who a row is")"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from importer.identity.marks import facts_of, marker, names_and_points
from importer.identity.names import alike, compatible, name_key
from importer.identity.people import numbers_its_row
from importer.plan import are_comparable, compare, contact_points, is_stranger, other_name, stranger
from importer.plan.compare import DEFAULT_SOURCE, names_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.delivery.journal import QueuedRow
    from importer.identity.marks import Facts
    from importer.model import Problem
    from importer.model.contact_parts import Contact

ContactT = TypeVar("ContactT", bound="Mapping[str, Any]")

# The marks are compared at once and never stored, so they need no salt.
_MARK = marker(b"")


class Mismatch(StrEnum):
    """Why a contact is not the row's own: another person, another source, or another name with its phone or email;
    or perhaps not: they have nothing in common but the number of the row.
    """

    NONE = ""
    PERSON = "person"
    UNPROVEN = "unproven"
    SOURCE = "source"
    NAME = "name"


def stranger_problem(task: QueuedRow, contact: Contact) -> Problem | None:
    """Return the problem of a row whose id, phone or email leads to a stranger; None if `contact` is its own."""
    reason = mismatch(task.body, contact, task.external_id, task.known.contact_id, row=task.row)
    if reason is Mismatch.NONE:
        return None
    if reason is Mismatch.NAME:
        return other_name(task.row, task.body, contact)
    is_of_other_source, is_unproven = reason is Mismatch.SOURCE, reason is Mismatch.UNPROVEN
    return stranger(task.row, task.body, contact, by_source=is_of_other_source, is_unproven=is_unproven)


def own_source(task: QueuedRow, contacts: Sequence[ContactT]) -> Sequence[ContactT]:
    """Return of several contacts with one external id the one of the row's own source, if there is exactly one."""
    of_source = [contact for contact in contacts if _source(contact) == _source(task.body)]
    return of_source if len(of_source) == 1 else contacts


def mismatch(body: Contact, contact: Contact, external_id: str, known_contact_id: str, *, row: int = 0) -> Mismatch:
    """Return why `contact` is a stranger to the row of `body`.

    `external_id` is the row's, `known_contact_id` the contact that the journal knows as the row's ("": none),
    `row` the number of the row.
    """
    if contact["id"] == known_contact_id:
        # People edit contacts, so of the row's own one only a part need be left; without a name the id is believed.
        are_named = bool(names_of(body) and names_of(contact))
        # A name that was one cell ("Bob Ray 415-555-0102") has the words of one that was taken apart.
        has_word = not {*_facts(body).name.words}.isdisjoint(_facts(contact).name.words)
        return Mismatch.PERSON if are_named and not has_word and is_stranger(body, contact) else Mismatch.NONE
    if contact.get("externalId") not in (external_id, body.get("externalId")):
        return Mismatch.NONE if _may_have_one_name(body, contact) else Mismatch.NAME

    # Contacts that are equal in everything cannot be told apart, so nothing of either is lost.
    if not compare(body, contact) and not compare(contact, body):
        return Mismatch.NONE
    own, stranger = _facts(body), _facts(contact)
    shares_point = not {*own.phones, *own.emails}.isdisjoint({*stranger.phones, *stranger.emails})
    # Two programs may count 1, 2, 3: across sources an id proves nothing.
    if _source(body) != _source(contact):
        return Mismatch.NONE if shares_point and compatible(own.name, stranger.name) else Mismatch.SOURCE
    if numbers_its_row(row, external_id) and not are_comparable(body, contact):
        return Mismatch.UNPROVEN
    are_named = not (own.name.is_blank or stranger.name.is_blank)
    is_related = compatible(own.name, stranger.name) or alike(own.name, stranger.name)
    is_another = are_named and not is_related and not shares_point
    return Mismatch.PERSON if is_another or is_stranger(body, contact) else Mismatch.NONE


def _source(contact: Contact) -> str:
    return str(contact.get("source") or DEFAULT_SOURCE)


def _facts(contact: Contact) -> Facts:
    names, _, _ = names_and_points(contact)
    points = contact_points(contact)
    return facts_of(_MARK, names, points["phone"], points["email"])


def _may_have_one_name(body: Contact, contact: Contact) -> bool:
    """Whether a shared phone or email may be one person's: the names fit, or one side has only a company or no name."""
    (first, last, company), _, _ = names_and_points(body)
    (contact_first, contact_last, contact_company), _, _ = names_and_points(contact)
    row, stranger = name_key(_MARK, first, last), name_key(_MARK, contact_first, contact_last)
    if not (row.is_blank or stranger.is_blank):
        return compatible(row, stranger)
    companies = name_key(_MARK, company, ""), name_key(_MARK, contact_company, "")
    return any(key.is_blank for key in companies) or companies[0].whole == companies[1].whole
