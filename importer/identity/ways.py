"""The ways by which rows find their contacts.

In order: the id column; `_external_id` of a rejects file; the raw cells; the cleaned identity; a phone or email shared
with one contact of compatible name. Each way looks at all rows that are left before the next begins, and a contact is
claimed once, so the order of rows decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from importer.identity.names import alike, compatible
from importer.identity.people import Answer, Reason, RecognisedBy, numbers_its_row
from importer.model.added_columns import OPEN_QUESTION

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from importer.identity.claims import Claims
    from importer.identity.names import NameKey
    from importer.identity.people import ContactFacts, RowFacts


def claim_all(claims: Claims) -> None:
    """Match rows with contacts way by way."""
    set_repeats_aside(claims)
    by_id(claims)
    by_statement(claims)
    by_mark(claims, RecognisedBy.CELLS, lambda row: row.cells, lambda contact: contact.cells)
    by_mark(claims, RecognisedBy.IDENTITY, lambda row: row.identity, lambda contact: contact.identities)
    while by_points(claims):
        pass


def set_repeats_aside(claims: Claims) -> None:
    """Set aside each row with exactly the cells of an earlier row: it repeats that row."""
    first: dict[Hashable, int] = {}
    for row in claims.rows:
        if row.cells and not row.is_rejected:
            earlier = first.setdefault((row.cells, row.stated), row.row)
            if earlier != row.row:
                claims.result.repeats[row.row] = earlier
                del claims.left[row.row]


def by_id(claims: Claims) -> None:
    """Match rows by the id column; if the contact is plainly another person's, ask."""
    if not claims.id_column:
        return
    owners: dict[str, list[ContactFacts]] = defaultdict(list)
    of_mark: dict[int, set[str]] = defaultdict(set)
    for contact in claims.contacts.values():
        for identity in contact.ids:
            owners[identity].append(contact)
        for mark in contact.identities | contact.cells:
            of_mark[mark].add(contact.external_id)
    rows_of_identity: dict[int, list[int]] = defaultdict(list)
    new_by_name: dict[int, list[int]] = defaultdict(list)
    for row in claims.left.values():
        rows_of_identity[row.identity].append(row.row)
        if row.id and row.id not in owners:
            new_by_name[row.facts.name.whole].append(row.row)
    for row in list(claims.left.values()):
        if is_answered(claims, row):
            claims.claim(row, claims.free[row.stated], RecognisedBy.REJECTS)
    # A rejected row leaves the contact to a row that can be sent.
    for row in sorted(claims.left.values(), key=lambda row: row.is_rejected):
        if row.id not in owners or row.answer is Answer.ANOTHER:
            continue
        exact = {row.identity, row.cells} - {0}
        # Where ids have moved, several contacts may have had this one: what else the row says decides between them.
        named = owners[row.id]
        fitting = [contact for contact in named if exact & (contact.identities | contact.cells)]
        fitting = fitting or [contact for contact in named if not is_another(row, contact)] or named
        contact = fitting[0]
        if row.is_rejected and contact.external_id not in claims.free:
            continue
        other_contacts = {key for mark in exact for key in of_mark[mark]} - {contact.external_id}
        rows = [other for identity in contact.identities for other in rows_of_identity[identity] if other != row.row]
        is_itself = len(fitting) == 1 and bool(exact & (contact.identities | contact.cells))
        if not is_itself and (told := told_before(claims, row, of_mark)):
            claims.claim(row, told, RecognisedBy.CELLS)
        elif row.stated == contact.external_id or is_itself:
            claims.claim(row, contact, RecognisedBy.ID)
        elif other_contacts:
            # The contact that is exactly the row is proposed before the one that the id names.
            claims.question(row, Reason.ID_OF_ANOTHER, (*sorted(other_contacts), contact.external_id))
        elif rows:
            claims.question(row, Reason.IDS_MOVED, (contact.external_id,), tuple(rows))
        elif len(fitting) > 1 or is_another(row, contact) or has_moved_on(row, contact, new_by_name):
            claims.question(row, Reason.ID_OF_ANOTHER, tuple(contact.external_id for contact in fitting))
        else:
            claims.claim(row, contact, RecognisedBy.ID)


def told_before(claims: Claims, row: RowFacts, of_mark: Mapping[int, set[str]]) -> ContactFacts | None:
    """The only contact that had exactly these cells, the id too: a person has said then whose row that is."""
    if row.is_rejected or row.stated:
        return None
    free = [claims.free[key] for key in of_mark.get(row.cells, ()) if key in claims.free]
    named = [contact for contact in free if row.cells in contact.cells]
    return named[0] if len(named) == 1 else None


def is_answered(claims: Claims, row: RowFacts) -> bool:
    """Whether a person was asked about the row as it is, and named a contact; the id of a row may be corrected."""
    stated = claims.free.get(row.stated)
    return stated is not None and row.cells in stated.asked


def is_another(row: RowFacts, contact: ContactFacts) -> bool:
    """Whether the contact has another name and no phone or email in common with the row.

    An id that only numbers the rows also needs a sign: a name, a phone or an email of both.
    """
    names = [facts.name for facts in contact.facts if not facts.name.is_blank]
    if row.facts.name.is_blank or not names:
        phones = any(facts.phones for facts in contact.facts) and row.facts.phones
        emails = any(facts.emails for facts in contact.facts) and row.facts.emails
        return numbers_its_row(row.row, row.id) and not (phones or emails)
    return not is_related(row, names) and not {*row.facts.phones, *row.facts.emails} & set(contact.points)


def is_related(row: RowFacts, names: Iterable[NameKey]) -> bool:
    """Whether the row may have one of the names, spelt otherwise perhaps."""
    return any(compatible(row.facts.name, name) or alike(row.facts.name, name) for name in names)


def has_moved_on(row: RowFacts, contact: ContactFacts, new_by_name: Mapping[int, Sequence[int]]) -> bool:
    """Whether this row has another name than the contact, and a row with a new id has the contact's very name.

    A number and an id may be those of a desk, at which another person sits now.
    """
    names = [facts.name for facts in contact.facts if not facts.name.is_blank]
    # A given name in common may be that of a successor here, too.
    if row.facts.name.is_blank or (is_related(row, names) and not has_other_family(row, contact)):
        return False
    return any(other != row.row for name in names for other in new_by_name.get(name.whole, ()))


def by_statement(claims: Claims) -> None:
    """`_external_id` of a rejects file names the contact; with a ? before it the question is still open."""
    for row in sorted(claims.left.values(), key=lambda row: row.is_rejected):
        if not row.stated:
            continue
        stated = row.stated.removeprefix(OPEN_QUESTION)
        if stated not in claims.free:
            continue
        contact = claims.free[stated]
        if row.stated.startswith(OPEN_QUESTION):
            claims.question(row, Reason.ASKED_BEFORE, (contact.external_id,))
        else:
            claims.claim(row, contact, RecognisedBy.REJECTS)


def by_mark(
    claims: Claims,
    way: RecognisedBy,
    of_row: Callable[[RowFacts], int],
    of_contact: Callable[[ContactFacts], frozenset[int]],
) -> None:
    """Match rows and contacts that have the same mark, if only one row has it; of equal contacts any is taken."""
    owners: dict[int, list[ContactFacts]] = defaultdict(list)
    for contact in claims.free.values():
        for mark in of_contact(contact):
            owners[mark].append(contact)
    of_name = claims.contacts_by_name() if way is RecognisedBy.IDENTITY else {}
    wanting: dict[int, list[RowFacts]] = defaultdict(list)
    for row in claims.left.values():
        if row.is_rejected and way is not RecognisedBy.CELLS:
            continue  # it sends nothing; `questions.keep_contacts_of_rejected_rows` has its contact keep it
        # A row with exactly the cells of a contact raises no question, so its answer was carried out before.
        if of_row(row) in owners and (row.answer is not Answer.ANOTHER or way is RecognisedBy.CELLS):
            # Without phone or email, two ids are two people.
            if (
                way is RecognisedBy.IDENTITY
                and not row.facts.reached
                and claims.have_other_ids(row, owners[of_row(row)])
            ):
                continue
            wanting[of_row(row)].append(row)
    for mark, rows in wanting.items():
        free = sorted(
            (contact for contact in owners[mark] if contact.external_id in claims.free),
            key=lambda contact: contact.external_id,
        )
        sound = [row for row in rows if not row.is_rejected] or rows
        # Between equal cells there is nothing to choose; but if two people differ in nothing else, do not guess.
        if len(sound) == len(free) == 1 or (way is RecognisedBy.CELLS and len(sound) <= len(free)):
            for row, contact in zip(sound, free, strict=False):
                if way is RecognisedBy.IDENTITY and (others := namesakes(claims, row, contact, of_name)):
                    claims.question(row, Reason.SAME_NAME, others)
                else:
                    claims.claim(row, contact, way)
        elif free:
            for row in sound:
                if claims.asked_twin(row) is None:
                    claims.question(row, Reason.WANTED_BY_TWO, tuple(contact.external_id for contact in free))


def namesakes(
    claims: Claims, row: RowFacts, contact: ContactFacts, of_name: Mapping[int, Sequence[ContactFacts]]
) -> tuple[str, ...]:
    """The contacts that a row with only a name may be, besides the one that had the row; none if it is that one.

    A name alone is weak: it must be the present name of a contact that is still in the sheet, no other free contact may
    have had it, and the row must not have been asked about before. A row whose identity is only a name since all its
    numbers are withheld is that contact unless the contact is known by others.
    """
    if row.facts.reached:
        own, known = {*row.facts.phones, *row.facts.emails}, contact.points
        return (contact.external_id,) if own and known and own.isdisjoint(known) else ()
    namesakes_left = [other for other in of_name.get(row.facts.name.whole, ()) if other.external_id in claims.free]
    was_asked = row.cells in claims.asked_marks
    if contact.is_now(row) and not contact.reached and namesakes_left in ([contact], []) and not was_asked:
        return ()
    return tuple(dict.fromkeys([contact.external_id, *(other.external_id for other in namesakes_left)]))


def by_points(claims: Claims) -> bool:
    """Rows that share a phone or email with exactly one free contact of compatible name; whether any was found."""
    candidates: dict[int, list[ContactFacts]] = {}
    of_point = claims.contacts_by_point()
    for row in claims.left.values():
        # Of two rows that want one contact, neither gets it because the other is asked about it.
        if row.answer is Answer.ANOTHER or row.is_rejected or claims.asked_twin(row) is not None:
            continue
        near = {
            contact.external_id: contact
            for mark in claims.own_points(row)
            for contact in of_point.get(mark, ())
            if mark not in row.of_several or not has_other_family(row, contact)
        }
        fitting = [contact for contact in near.values() if may_be(claims, row, contact)]
        if len(fitting) > 1:
            fitting = [contact for contact in fitting if contact.has_whole_name(row)]
        if len(fitting) == 1:
            candidates[row.row] = fitting
    rows_by_mark: dict[str, list[RowFacts]] = defaultdict(list)
    for number, (contact,) in candidates.items():
        rows_by_mark[contact.external_id].append(claims.left[number])
    claimed = False
    for external_id, rows in rows_by_mark.items():
        contact = claims.free[external_id]
        if len(rows) > 1:
            rows = [row for row in rows if contact.has_whole_name(row)]
        if len(rows) == 1:
            claims.claim(rows[0], contact, RecognisedBy.REACHED)
            claimed = True
    return claimed


def has_other_family(row: RowFacts, contact: ContactFacts) -> bool:
    """Whether the contact was never known by the family name of the row.

    At a number of several people, a given name in common may be that of a successor.
    """
    own = row.facts.name
    return all(
        own.family != facts.name.family
        and own.family != 0 != facts.name.family
        and not ({*own.words} <= {*facts.name.words} or {*facts.name.words} <= {*own.words})
        for facts in contact.facts
        if compatible(own, facts.name)
    )


def may_be(claims: Claims, row: RowFacts, contact: ContactFacts) -> bool:
    """Whether the names fit, and the contact has no other id of the id column."""
    fits = any(compatible(row.facts.name, facts.name) for facts in contact.facts)
    return fits and not claims.have_other_ids(row, [contact])
