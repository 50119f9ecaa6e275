"""Which contact of the folder each row belongs to, way by way over all rows, and what a person must be asked.

The ways, in order: the id column; `_external_id` of a rejects file; the raw cells; the cleaned identity; a phone or
email shared with one contact of compatible name. Each way looks at all rows that are left before the next begins, and a
contact is claimed once, so the order of rows decides nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from importer.identity.marks import SHARED_BY_MANY
from importer.identity.names import alike, compatible, same_family
from importer.identity.people import Answer, Question, Reason, RecognisedBy, Recognition

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from importer.identity.marks import Facts
    from importer.identity.people import ContactFacts, RowFacts


def recognise(
    rows: Iterable[RowFacts],
    contacts: Iterable[ContactFacts],
    *,
    id_column: bool = False,
    twins: Mapping[int, Sequence[int]] | None = None,
) -> Recognition:
    """Find the contact of every row, the rows to ask about, and the rows that are new people.

    `rows` are those of one sheet in any order, `contacts` those of its folder; `id_column`: one is named. `twins`: for
    a row, the other rows with its name and one of its numbers (`TwinFinder`). Linear in both, apart from people who
    share a number.
    """
    work = _Work(sorted(rows, key=lambda row: row.row), list(contacts), twins or {}, id_column=id_column)
    work.set_repeats_aside()
    work.by_id()
    work.by_statement()
    work.by_mark(RecognisedBy.CELLS, lambda row: row.cells, lambda contact: contact.cells)
    work.by_mark(RecognisedBy.IDENTITY, lambda row: row.identity, lambda contact: contact.identities)
    while work.by_points():
        pass
    work.ask()
    return work.result


class _Work:
    """The rows and contacts that are left, and the result so far."""

    def __init__(
        self,
        rows: list[RowFacts],
        contacts: list[ContactFacts],
        twins: Mapping[int, Sequence[int]],
        *,
        id_column: bool,
    ) -> None:
        self.rows = rows
        self.twins = twins
        self.id_column = id_column
        self.result = Recognition()
        self.contacts = {contact.external_id: contact for contact in contacts}
        self.left = {row.row: row for row in rows}
        self.free = dict(self.contacts)
        shared = Counter(mark for row in rows for mark in (*row.facts.phones, *row.facts.emails))
        shared.update(mark for contact in contacts for mark in contact.points)
        # A number in many rows (a switchboard) identifies nobody; twice as many, since a row and its contact share it.
        self.common = {mark for mark, count in shared.items() if count > 2 * SHARED_BY_MANY}

    def set_repeats_aside(self) -> None:
        """A row with the very cells of an earlier row repeats it."""
        first: dict[Hashable, int] = {}
        for row in self.rows:
            if row.cells and not row.is_rejected:
                earlier = first.setdefault((row.cells, row.stated), row.row)
                if earlier != row.row:
                    self.result.repeats[row.row] = earlier
                    del self.left[row.row]

    def claim(self, row: RowFacts, contact: ContactFacts, way: RecognisedBy) -> None:
        self.result.matches[row.row] = (contact.external_id, way)
        self.left.pop(row.row, None)
        self.free.pop(contact.external_id, None)

    def by_id(self) -> None:
        """The id column is believed, but checked: a contact that is plainly another person's is asked about."""
        if not self.id_column:
            return
        owner = {known: contact for contact in self.contacts.values() for known in contact.ids}
        of_identity: dict[int, set[str]] = defaultdict(set)
        for contact in self.contacts.values():
            for identity in contact.identities:
                of_identity[identity].add(contact.external_id)
        rows_of_identity: dict[int, list[int]] = defaultdict(list)
        for row in self.left.values():
            rows_of_identity[row.identity].append(row.row)
        for row in list(self.left.values()):
            if not row.id or row.id not in owner:
                continue
            contact = owner[row.id]
            is_itself = row.identity in contact.identities or row.cells in contact.cells
            others = of_identity[row.identity] - {contact.external_id} if row.identity else set()
            exact = [other for known in contact.identities for other in rows_of_identity[known] if other != row.row]
            if row.is_rejected or row.answer is Answer.ANOTHER or is_itself:
                self.claim(row, contact, RecognisedBy.ID)
            elif others:
                self.question(row, Reason.ID_OF_ANOTHER, (contact.external_id, *sorted(others)))
            elif exact:
                self.question(row, Reason.IDS_MOVED, (contact.external_id,), tuple(exact))
            elif self.is_another(row, contact):
                self.question(row, Reason.ID_OF_ANOTHER, (contact.external_id,))
            else:
                self.claim(row, contact, RecognisedBy.ID)

    def is_another(self, row: RowFacts, contact: ContactFacts) -> bool:
        """Whether the contact has another name and no phone or email in common with the row."""
        names = [known.name for known in contact.facts if not known.name.is_blank]
        if row.facts.name.is_blank or not names:
            return False
        related = any(compatible(row.facts.name, name) or alike(row.facts.name, name) for name in names)
        return not related and not {*row.facts.phones, *row.facts.emails} & set(contact.points)

    def by_statement(self) -> None:
        """`_external_id` of a rejects file names the contact; with a ? before it the question is still open."""
        for row in list(self.left.values()):
            if not row.stated:
                continue
            stated = row.stated.removeprefix("?")
            if stated not in self.free:
                continue
            contact = self.free[stated]
            if row.stated.startswith("?") and not row.is_rejected:
                self.question(row, Reason.ASKED_BEFORE, (contact.external_id,))
            else:
                self.claim(row, contact, RecognisedBy.REJECTS)

    def by_mark(
        self, way: RecognisedBy, of_row: Callable[[RowFacts], int], of_contact: Callable[[ContactFacts], frozenset[int]]
    ) -> None:
        """Rows and contacts with the same mark, as long as one row wants it; of equal contacts any one serves."""
        owners: dict[int, list[ContactFacts]] = defaultdict(list)
        for contact in self.free.values():
            for mark in of_contact(contact):
                owners[mark].append(contact)
        wanting: dict[int, list[RowFacts]] = defaultdict(list)
        for row in self.left.values():
            if row.is_rejected and way is not RecognisedBy.CELLS:
                continue  # it sends nothing; `hint` lets its contact keep the row
            if of_row(row) in owners and row.answer is not Answer.ANOTHER:
                # Without phone or email, two ids are two people.
                if (
                    way is RecognisedBy.IDENTITY
                    and not row.facts.reached
                    and self.have_other_ids(row, owners[of_row(row)])
                ):
                    continue
                wanting[of_row(row)].append(row)
        for mark, rows in wanting.items():
            free = sorted(
                (contact for contact in owners[mark] if contact.external_id in self.free),
                key=lambda contact: contact.external_id,
            )
            sound = [row for row in rows if not row.is_rejected] or rows
            # Equal texts leave nothing to choose by; of two people who are told apart by nothing else, do not guess.
            if len(sound) == len(free) == 1 or (way is RecognisedBy.CELLS and len(sound) <= len(free)):
                for row, contact in zip(sound, free, strict=False):
                    if way is RecognisedBy.IDENTITY and not row.facts.reached and not contact.is_now(row):
                        # A name alone, and not the present name of somebody in the sheet: a namesake, perhaps.
                        self.question(row, Reason.SAME_NAME, (contact.external_id,))
                    else:
                        self.claim(row, contact, way)
            elif free:
                for row in sound:
                    self.question(row, Reason.WANTED_BY_TWO, tuple(contact.external_id for contact in free))

    def by_points(self) -> bool:
        """Rows that share a phone or email with exactly one free contact of compatible name; whether any was found."""
        candidates: dict[int, list[ContactFacts]] = {}
        of_point = self.contacts_by_point()
        for row in self.left.values():
            if row.answer is Answer.ANOTHER or row.is_rejected:
                continue
            near = {c.external_id: c for mark in self.own_points(row) for c in of_point.get(mark, ())}
            fitting = [contact for contact in near.values() if self.may_be(row, contact)]
            if len(fitting) > 1:
                fitting = [contact for contact in fitting if contact.has_whole_name(row)]
            if len(fitting) == 1:
                candidates[row.row] = fitting
        wanted: dict[str, list[RowFacts]] = defaultdict(list)
        for number, (contact,) in candidates.items():
            wanted[contact.external_id].append(self.left[number])
        claimed = False
        for external_id, rows in wanted.items():
            contact = self.free[external_id]
            if len(rows) > 1:
                rows = [row for row in rows if contact.has_whole_name(row)]
            if len(rows) == 1:
                self.claim(rows[0], contact, RecognisedBy.REACHED)
                claimed = True
        return claimed

    def may_be(self, row: RowFacts, contact: ContactFacts) -> bool:
        """Whether the names fit, and the contact has no other id of the id column."""
        fits = any(compatible(row.facts.name, known.name) for known in contact.facts)
        return fits and not self.have_other_ids(row, [contact])

    def have_other_ids(self, row: RowFacts, contacts: Sequence[ContactFacts]) -> bool:
        """Whether the id column says that none of the contacts is the row's."""
        ids = [contact.ids for contact in contacts]
        return self.id_column and bool(row.id) and all(known and row.id not in known for known in ids)

    def ask(self) -> None:
        """Ask about the rows that are left where the rules say so; the others are new."""
        of_point = self.contacts_by_point()
        lost = [contact for contact in self.free.values() if contact.had_row]
        of_name: dict[int, list[ContactFacts]] = defaultdict(list)
        of_word: dict[int, list[ContactFacts]] = defaultdict(list)
        of_asked: dict[int, list[ContactFacts]] = defaultdict(list)
        for contact in self.free.values():
            for mark in contact.asked:
                of_asked[mark].append(contact)
            for known in contact.facts if contact.had_row else ():
                of_name[known.name.whole].append(contact)
                for word in known.name.words:
                    of_word[word].append(contact)
        for row in list(self.left.values()):
            if row.is_rejected:
                # It is asked nothing, but the contact that it may be keeps its row.
                continue
            if row.answer is Answer.ANOTHER:
                self.result.new.append(row.row)
                continue
            name = row.facts.name
            shared = self.sharing(row, of_point)
            asked = [contact for mark in row.marks for contact in of_asked.get(mark, ())]
            bare = [
                contact
                for word in name.words
                for contact in of_word.get(word, ())
                if not row.facts.reached or not contact.reached
            ]
            earlier = self.earlier_twin(row)
            for reason, contacts in (
                (Reason.ASKED_BEFORE, asked),
                (Reason.SHARED, shared),
                (Reason.SAME_NAME, of_name.get(name.whole, []) if not name.is_blank else []),
                (Reason.NO_POINTS, bare),
                (Reason.NO_NAME, lost if name.is_blank else []),
            ):
                if contacts:
                    self.question(row, reason, tuple(dict.fromkeys(contact.external_id for contact in contacts)))
                    break
            else:
                if earlier is None:
                    self.result.new.append(row.row)
                elif row.answer is Answer.JOIN:
                    self.result.joins[row.row] = earlier
                else:
                    self.question(row, Reason.SAME_PERSON, (), (earlier,))
        self.hint()
        kept = self.result.asked_about
        self.result.lost = [contact.external_id for contact in lost if contact.external_id not in kept]

    def sharing(self, row: RowFacts, of_point: Mapping[int, Sequence[ContactFacts]]) -> list[ContactFacts]:
        """The free contacts that share an email with the row, or a phone while the names may be one person's."""
        by_email = [contact for mark in row.facts.emails for contact in of_point.get(mark, ())]
        by_phone = [
            contact
            for mark in row.facts.phones
            for contact in of_point.get(mark, ())
            if any(self.may_be_spelling(row, contact, known) for known in contact.facts)
        ]
        return [*by_email, *by_phone]

    def may_be_spelling(self, row: RowFacts, contact: ContactFacts, known: Facts) -> bool:
        name = row.facts.name
        return (
            name.is_blank
            or known.name.is_blank
            or compatible(name, known.name)
            or alike(name, known.name)
            or (contact.had_row and same_family(name, known.name))
        )

    def earlier_twin(self, row: RowFacts) -> int | None:
        """The first other row that is the same person, unless it stands below and waits itself."""
        others = (number for number in self.twins.get(row.row, ()) if number not in self.left or number < row.row)
        return min(others, default=None)

    def hint(self) -> None:
        """Rejected rows that nothing has found keep the row of every free contact that they may be by a part of a name.

        A rejected row without a name may be any contact that has just lost its row.
        """
        of_mark: dict[int, set[str]] = defaultdict(set)
        lost = []
        for contact in self.free.values():
            if contact.had_row:
                lost.append(contact.external_id)
            for mark in (
                *contact.points,
                *contact.asked,
                *(word for known in contact.facts for word in known.name.words),
            ):
                of_mark[mark].add(contact.external_id)
        for row in self.left.values():
            if row.is_rejected:
                near = {key for mark in (*row.marks, *row.facts.name.words) for key in of_mark.get(mark, ())}
                self.result.hints[row.row] = tuple(sorted(near or (lost if row.facts.name.is_blank else ())))

    def contacts_by_point(self) -> dict[int, list[ContactFacts]]:
        of_point: dict[int, list[ContactFacts]] = defaultdict(list)
        for contact in self.free.values():
            for mark in set(contact.points) - self.common:
                of_point[mark].append(contact)
        return of_point

    def own_points(self, row: RowFacts) -> list[int]:
        return [mark for mark in (*row.facts.phones, *row.facts.emails) if mark not in self.common]

    def question(
        self, row: RowFacts, reason: Reason, contacts: tuple[str, ...] = (), rows: tuple[int, ...] = ()
    ) -> None:
        del self.left[row.row]
        if row.is_rejected:
            self.result.hints[row.row] = contacts
        else:
            self.result.questions[row.row] = Question(row.row, reason, contacts, rows)
