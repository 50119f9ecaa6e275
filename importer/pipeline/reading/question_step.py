"""A row of which a person is asked whose it is: why, and the two sides, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.identity.people import Reason
from importer.model import ContactDraft
from importer.model.added_columns import OPEN_QUESTION
from importer.plan import SIGNS_OF_TWIN, asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from importer.delivery.journal import Journal
    from importer.delivery.journal.records import PersonRow
    from importer.identity.people import PersonQuestion
    from importer.plan import RowStep

_MOST_SHOWN = 3

# What is said of the contact that the row may be.
_WORDS = {
    Reason.WANTED_BY_TWO: "which fits another row of the sheet as well",
    Reason.SAME_NAME: "which has the same name",
    Reason.INITIAL: "which has the same name, but for an initial",
    Reason.SHARED: "which has a phone number or email address of this row",
    Reason.FORMER_NAME: "which had this row's name and numbers before",
    Reason.ID_IN_USE: "which has the id that the id column gives to this row, while another row is that contact",
    Reason.NO_POINTS: "which has a name like this row's, without a number to tell them apart",
    Reason.NO_NAME: "whose row has left the sheet, while this row has no name",
    Reason.UNNAMED: "which has no name, and whose row has left the sheet, while this row has no phone or email",
    Reason.ASKED_BEFORE: "about which you were asked before",
    Reason.JOINED: "into which dedupe is said to have joined one that had a phone number or email address of this row",
    Reason.ID_OF_ANOTHER: "which the id column names, but which looks like another person (where two sheets use the "
    "same ids for different people, --id-prefix keeps them apart)",
    Reason.IDS_MOVED: "which the id column names, while another row is exactly that contact",
}

# What the earlier row that it may be has; without a reason it is `SIGNS_OF_TWIN`.
_SIGNS_OF_ROW = {
    Reason.COMPATIBLE: "a name that may be the same person's and a number of this row",
    Reason.BRIDGED: "the same name, and numbers in common with it through another row",
    Reason.TWO_CONTACTS: "a contact of its own and the name of this row, with numbers in common",
}


def question_step(
    journal: Journal, person: PersonRow, question: PersonQuestion, id_of_first: Callable[[int], str]
) -> RowStep:
    """Return the step of a row that is asked about: a conflict with both sides in words.

    Its external id is the one that the answer names, behind the mark of an open question; the mark alone where the
    answer has to name one of several. `id_of_first`: gives the id of an earlier row that it may be.
    """
    draft = ContactDraft(person.row, person.external_id, {}, person.digest)
    reason = _WORDS.get(question.reason, "")
    if question.contacts:
        if len(question.contacts) > 1:
            # Each with its id, since one of these is the answer.
            several = [_with_id(journal.contact_words(key), key) for key in question.contacts[:_MOST_SHOWN]]
            more = len(question.contacts) - len(several)
            shown = " or ".join(several) + (f" or one of {more} more" if more else "")
            return asked(draft, OPEN_QUESTION, "", f"{shown} ({reason})")
        (candidate,) = question.contacts
        who = f"{journal.contact_words(candidate)}, {reason}"
        if question.reason is Reason.ASKED_BEFORE and not (
            candidate in journal.contact_names or journal.is_there(candidate)
        ):
            # In the rejects of a plan, of a sheet that no run has read.
            who = (
                f"another row of the sheet (id {candidate}), which has not been imported yet (it is best to import the "
                "sheet itself before you answer)"
            )
        return asked(draft, f"{OPEN_QUESTION}{candidate}", journal.contact_id_of(candidate), who)
    if question.reason is Reason.SEVERAL_ROWS:
        several = [f"row {row}, id {id_of_first(row)}" for row in question.rows[:_MOST_SHOWN]]
        more = len(question.rows) - len(several)
        shown = "; or ".join(several) + (f"; or one of {more} more rows" if more else "")
        return asked(draft, OPEN_QUESTION, "", f"{shown} (they have the same name)", is_second=True)
    earlier = question.rows[0]
    external_id = id_of_first(earlier) or person.external_id
    signs = _SIGNS_OF_ROW.get(question.reason, SIGNS_OF_TWIN)
    shown = f"row {earlier}, which has {signs}"
    if question.reason is Reason.TWO_CONTACTS:
        # An answer for all such rows cannot say which of the contacts it is.
        listed = " and ".join(f"row {row}" for row in question.rows[1 : 1 + _MOST_SHOWN])
        return asked(draft, f"{OPEN_QUESTION}{external_id}", "", f"{shown}, as has {listed}", is_of_several=True)
    return asked(draft, f"{OPEN_QUESTION}{external_id}", "", shown, is_second=True)


def _with_id(words: str, external_id: str) -> str:
    """The words of a contact with its id; a contact that another folder made is called by that alone."""
    return words if words.startswith(f"contact {external_id}") else f"{words}, id {external_id}"
