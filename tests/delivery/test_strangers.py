"""A contact that has a row's id, phone or email is the row's own only if it can be the same person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from importer.delivery.strangers import Mismatch, mismatch
from importer.model import Status
from importer.plan import OnMatch

if TYPE_CHECKING:
    from tests.delivery.conftest import Bench, MakeBody, MakeDraft


def contact(body: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """The contact that a body would have become, with other facts."""
    return {**body, "id": "c1", **facts}


def items(*values: str) -> list[dict[str, str]]:
    return [{"name": "mobile", "value": value} for value in values]


HUBSPOT = {"source": "hubspot"}
BY_PHONE = {"externalId": None, "source": None}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], Mismatch]] = {
    "own source, other phone": ({"phoneNumbers": items("+19995550100"), "emails": []}, {}, Mismatch.NONE),
    "own source, sibling": (
        {"firstName": "Bo", "phoneNumbers": items("+19995550100"), "emails": []},
        {},
        Mismatch.PERSON,
    ),
    "own source, married": ({"lastName": "King"}, {}, Mismatch.NONE),
    "other source, equal": ({}, HUBSPOT, Mismatch.NONE),
    "other source, same name": ({"phoneNumbers": items("+19995550100"), "emails": []}, HUBSPOT, Mismatch.SOURCE),
    "other source, shared number": ({"firstName": "Bo"}, HUBSPOT, Mismatch.SOURCE),
    "other source, name and number": ({"role": "CTO"}, HUBSPOT, Mismatch.NONE),
    "no source at all": ({"phoneNumbers": items("+19995550100"), "emails": []}, {"source": None}, Mismatch.SOURCE),
    "by phone, other name": ({"firstName": "Bo"}, BY_PHONE, Mismatch.NAME),
    "by phone, initial": ({"firstName": "A"}, BY_PHONE, Mismatch.NONE),
    "by phone, no name": ({"firstName": None, "lastName": None}, BY_PHONE, Mismatch.NONE),
}


@pytest.mark.parametrize("case", CASES)
def test_who_is_a_stranger(case: str, make_body: MakeBody) -> None:
    """An id counts within its source, across sources name and number must both fit, and a number renames nobody."""
    fields, facts, expected = CASES[case]
    there = contact(make_body(1, **fields), **facts)
    assert mismatch(make_body(1), there, "id-1", "") is expected


def test_the_rows_own_contact_may_be_edited(make_body: MakeBody) -> None:
    """A contact that the journal knows as the row's own stays its own under another source, id or given name."""
    there = contact(make_body(1, firstName="Bo"), externalId="other", source="app")
    assert mismatch(make_body(1), there, "id-1", "c1") is Mismatch.NONE


def test_the_rows_own_contact_without_a_name_is_believed(make_body: MakeBody) -> None:
    """Where the contact that the journal knows has no name, its id alone says whose it is, and a new number is sent."""
    there = contact(make_body(1, firstName=None, lastName=None, phoneNumbers=items("+19995550100"), emails=[]))
    assert mismatch(make_body(1), there, "id-1", "c1") is Mismatch.NONE
    nameless = make_body(1, firstName=None, lastName=None)
    assert mismatch(nameless, there, "id-1", "c1") is Mismatch.NONE
    # Another folder's contact with that id proves as little by it as it does by its name.
    assert mismatch(nameless, there, "id-1", "") is Mismatch.PERSON


@pytest.mark.parametrize("on_match", list(OnMatch))
def test_twelve_strangers_of_another_source(
    on_match: OnMatch, bench: Bench, make_draft: MakeDraft, make_body: MakeBody
) -> None:
    """Contacts of another source with the ids and family name of rows are not touched, and each row is a conflict."""
    for number in range(1, 13):
        fields = {"firstName": f"Bo{number}", "phoneNumbers": items(f"+1999555{number:04d}"), "emails": []}
        bench.sandbox.add(make_body(number, **fields), externalId=f"id-{number}", source="hubspot")
    before = bench.sandbox.contacts()
    result = bench.run([make_draft(number) for number in range(1, 13)], on_match=on_match)
    assert (result.counts[Status.CONFLICT], result.ids()) == (12, {})
    assert bench.sandbox.contacts() == before
    assert "another source, 'hubspot'" in result.problems[0].message

    # The next step of the message: the person in the app gets what shows that it is the same person.
    for stranger in before[:6]:
        own = make_body(int(stranger["externalId"].removeprefix("id-")))["defaultFields"]
        bench.sandbox.edit(stranger["id"], firstName=own["firstName"], phoneNumbers=own["phoneNumbers"])
    result = bench.run([make_draft(number) for number in range(1, 13)], on_match=OnMatch.UPDATE)
    assert (result.counts[Status.UPDATED], result.counts[Status.CONFLICT]) == (6, 6)


def test_own_source_counts_among_several(bench: Bench, make_draft: MakeDraft, make_body: MakeBody) -> None:
    """Of several contacts with one id the one of the row's own source is its own."""
    own = bench.sandbox.add(make_body(1), externalId="id-1", source="spreadsheet-import")
    bench.sandbox.add(make_body(1, firstName="Bo"), externalId="id-1", source="hubspot")
    assert bench.run([make_draft(1)]).ids() == {"id-1": own["id"]}


def test_a_stranger_is_looked_for_again_before_anything_is_sent(
    bench: Bench, make_draft: MakeDraft, make_body: MakeBody
) -> None:
    """While its id is another contact's, a row that was never sent is not sent: not in the next run either."""
    bench.sandbox.add(make_body(1, phoneNumbers=items("+19995550100"), emails=[]), externalId="id-1", source="hubspot")
    drafts = [make_draft(number) for number in range(1, 30)]
    bench.run(drafts[1:])
    # Most contacts are there, and so rows are looked up first.
    bench.lose_journal()
    drafts = [*drafts[1:], drafts[0]]
    for _ in range(2):
        before = len(bench.sandbox.requests())
        assert bench.run(drafts, on_match=OnMatch.UPDATE).counts[Status.CONFLICT] == 1
        assert not any(b'"id-1"' in request.body for request in bench.sandbox.requests()[before:] if request.body)
