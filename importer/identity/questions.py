"""What a person must be asked before a row counts as new (design, "Who a row is")."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from importer.identity.names import alike, compatible
from importer.identity.people import Answer, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from importer.identity.claims import Claims
    from importer.identity.marks import Facts
    from importer.identity.names import NameKey
    from importer.identity.people import ContactFacts, RowFacts


@dataclass(frozen=True)
class Candidates:
    """Contacts that no row has claimed, by what a row may share with them.

    `lost` had a row in the last run and have none now, not even one that is left out; `lost_without_id` of these have
    no id of an id column.
    """

    lost: list[ContactFacts]
    lost_without_id: list[ContactFacts]
    of_point: Mapping[int, Sequence[ContactFacts]]
    of_words: Mapping[tuple[int, ...], Sequence[ContactFacts]]
    of_word: Mapping[int, Sequence[ContactFacts]]
    of_initial: Mapping[tuple[int, bool], Sequence[tuple[ContactFacts, NameKey]]]
    unnamed: list[ContactFacts]
    of_asked: Mapping[int, Sequence[ContactFacts]]
    joined: Mapping[int, Sequence[ContactFacts]]

    @classmethod
    def among(cls, claims: Claims) -> Candidates:
        """Index the contacts that no row has claimed."""
        # By all words of a name: Ray Bob has the name of Bob Ray.
        of_words: dict[tuple[int, ...], list[ContactFacts]] = defaultdict(list)
        of_word: dict[int, list[ContactFacts]] = defaultdict(list)
        of_initial: dict[tuple[int, bool], list[tuple[ContactFacts, NameKey]]] = defaultdict(list)
        of_asked: dict[int, list[ContactFacts]] = defaultdict(list)
        for contact in claims.free.values():
            for mark in contact.asked:
                of_asked[mark].append(contact)
            for facts in contact.facts if contact.had_row else ():
                of_words[facts.name.words].append(contact)
                of_initial[facts.name.initial, facts.name.short].append((contact, facts.name))
                for word in facts.name.words:
                    of_word[word].append(contact)
        kept = claims.result.kept
        lost = [contact for contact in claims.free.values() if contact.had_row and contact.external_id not in kept]
        unnamed = [contact for contact in lost if all(facts.name.is_blank for facts in contact.facts)]
        without_id = [contact for contact in lost if not contact.ids]
        joined: dict[int, list[ContactFacts]] = defaultdict(list)
        for contact in claims.free.values():
            for facts in contact.joined:
                for mark in (*facts.phones, *facts.emails):
                    joined[mark].append(replace(contact, facts=contact.joined))
        of_point = claims.contacts_by_point()
        return cls(lost, without_id, of_point, of_words, of_word, of_initial, unnamed, of_asked, joined)

    def of(self, row: RowFacts, claims: Claims) -> tuple[Reason, list[ContactFacts]] | None:
        """Return why a person must say who the row is, and the contacts it may be; None if no contact is similar."""
        name = row.facts.name
        no_name = name.is_blank
        # A question about an id is answered once the row has another id (`--id-prefix`).
        asked = [
            contact
            for mark in row.marks
            for contact in self.of_asked.get(mark, ())
            if not claims.have_other_ids(row, (contact,))
        ]
        # An initial stands for any name that begins with it.
        lengths = () if no_name else (True, False) if name.short else (True,)
        initials = [pair for short in lengths for pair in self.of_initial.get((name.initial, short), ())]
        spelt = [contact for contact, facts in initials if facts.family == name.family != 0]
        bare = [
            contact
            for contact in (
                *(contact for word in name.words for contact in self.of_word.get(word, ())),
                *(contact for contact, _ in initials),
            )
            if (not row.facts.reached or not contact.reached) and contact.external_id not in claims.result.kept
        ]
        # Two ids are two people where no more than a part of the name speaks against it.
        spelt, bare = (
            [contact for contact in contacts if not claims.have_other_ids(row, (contact,))]
            for contacts in (spelt, bare)
        )
        # All candidates are named, so that they keep their rows; by the weaker signs only where there is no stronger.
        strong = (
            (Reason.SHARED, sharing(row, self.of_point)),
            (Reason.SAME_NAME, [] if no_name else [*self.of_words.get(name.words, ())]),
            (Reason.INITIAL, spelt),
            (Reason.ASKED_BEFORE, asked),
            (Reason.JOINED, sharing(row, self.joined)),
        )
        candidates = [contact for _, contacts in strong for contact in contacts]
        reasons = (
            *((reason, candidates) for reason, contacts in strong if contacts),
            (Reason.NO_POINTS, bare),
            # A row with an id of its own is no contact that has another one.
            (Reason.NO_NAME, (self.lost_without_id if claims.id_column and row.id else self.lost) if no_name else []),
            # Neither has what the other is known by.
            (Reason.UNNAMED, [] if row.facts.reached else self.unnamed),
        )
        return next(((reason, contacts) for reason, contacts in reasons if contacts), None)


def ask(claims: Claims) -> None:
    """Ask about the rows that are left where the rules say so; the others are new."""
    candidates = Candidates.among(claims)
    for row in list(claims.left.values()):
        if row.is_rejected:
            # It is asked nothing, but the contact that it may be keeps its row.
            continue
        if row.answer is Answer.ANOTHER:
            claims.result.new.append(row.row)
            continue
        earlier = claims.earlier_twin(row)
        first = claims.asked_twin(row)
        if first is not None and row.answer is not Answer.SEPARATE:
            claims.question(row, _of_rows(claims, row, first), (), (first,))
        elif near := candidates.of(row, claims):
            reason, contacts = near
            claims.question(row, reason, tuple(dict.fromkeys(contact.external_id for contact in contacts)))
        elif row.answer is Answer.SEPARATE:
            claims.result.new.append(row.row)
        elif (asked := claims.asked_of_person(row)) is not None:
            claims.question(row, Reason.BRIDGED, (), (asked,))
        elif people := claims.twins.with_ids.get(row.row):
            claims.question(row, Reason.SEVERAL_ROWS, (), tuple(people))
        elif len(owners := claims.owners(row)) > 1:
            # An import makes no two contacts one, and a third one would be worse.
            claims.question(row, Reason.TWO_CONTACTS, (), owners)
        elif earlier is None and (above := claims.person_above(row)) is not None:
            claims.question(row, Reason.BRIDGED, (), (above,))
        elif (
            row.answer is Answer.JOIN
            and claims.person_above(row) is None
            and (first := claims.first_of_person(row)) is not None
        ):
            claims.result.joins[row.row] = first
        elif earlier is not None:
            claims.question(row, _of_rows(claims, row, earlier), (), (earlier,))
        elif (first := claims.first_of_person(row)) is not None:
            claims.question(row, Reason.BRIDGED, (), (first,))
        else:
            claims.result.new.append(row.row)
    keep_contacts_of_rejected_rows(claims)
    asked_about = claims.result.asked_about
    claims.result.lost = [contact.external_id for contact in candidates.lost if contact.external_id not in asked_about]


def _of_rows(claims: Claims, row: RowFacts, twin: int) -> Reason:
    return Reason.SAME_PERSON if claims.twins.have_one_name(row.row, twin) else Reason.COMPATIBLE


def sharing(row: RowFacts, of_point: Mapping[int, Sequence[ContactFacts]]) -> list[ContactFacts]:
    """The free contacts that share an email with the row, or a phone while the names may be one person's."""
    by_email = [contact for mark in row.facts.emails for contact in of_point.get(mark, ())]
    by_phone = [
        contact
        for mark in row.facts.phones
        for contact in of_point.get(mark, ())
        if any(may_be_spelling(row, contact, facts) for facts in contact.facts)
    ]
    return [*by_email, *by_phone]


def may_be_spelling(row: RowFacts, contact: ContactFacts, facts: Facts) -> bool:
    """Whether the row may be the contact under a name that it is known by."""
    name = row.facts.name
    return (
        name.is_blank
        or facts.name.is_blank
        or compatible(name, facts.name)
        or alike(name, facts.name)
        # A word in common: the family name, or a name of which one part was emptied or added. A name of one part has
        # no other by which it would be the same person's or another's.
        or (
            contact.had_row
            and (
                bool({*name.words} & {*facts.name.words})
                or name.initial == facts.name.initial
                or not (name.family or facts.name.family)
            )
        )
    )


def keep_contacts_of_rejected_rows(claims: Claims) -> None:
    """Rejected rows that nothing has found keep the row of every free contact that they may be by a part of a name.

    A rejected row without a name may be any contact that has just lost its row.
    """
    of_mark: dict[int, set[str]] = defaultdict(set)
    lost = []
    for contact in claims.free.values():
        if contact.had_row:
            lost.append(contact.external_id)
        for mark in (
            *contact.points,
            *contact.asked,
            *(word for facts in contact.facts for word in facts.name.words),
        ):
            of_mark[mark].add(contact.external_id)
    for row in claims.left.values():
        if row.is_rejected:
            near = {key for mark in (*row.marks, *row.facts.name.words) for key in of_mark.get(mark, ())}
            claims.result.hints[row.row] = tuple(sorted(near or (lost if row.facts.name.is_blank else ())))
