"""What a run costs: nothing for what is known, the fewest requests for what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Fault

if TYPE_CHECKING:
    from tests.pipeline.conftest import CountStatuses, Desk, MakeRow


def test_an_unchanged_sheet_costs_one_look(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A nightly run of a sheet that the journal knows looks at 20 contacts, and asks not even for the custom fields."""
    desk.write([row(number) for number in range(40)])
    assert counted(desk.run()) == {"created": 40}
    report = desk.run()
    assert counted(report) == {"created": 40}
    assert desk.sent() == {"GET": 1}
    assert report.summary.requests == 1


def test_one_percent_of_changes_costs_its_own_requests(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Of 1,000 rows ten changed: two looks, ten changes, the custom fields and the name, whatever the other 990.

    The first change of a contact that the folder did not make costs a reading of it, too, and the first change of a
    run one more, which shows that it was stored.
    """
    people = [row(number) for number in range(1000)]
    desk.settle(people)
    desk.write(people)
    assert counted(desk.run(on_match="update")) == {"unchanged": 1000}
    for number in range(0, 1000, 100):
        people[number] = row(number, Role="Lead")
    desk.write(people)
    report = desk.run(on_match="update")
    assert counted(report) == {"unchanged": 990, "updated": 10}
    assert desk.sent() == {"GET": 15, "PATCH": 10}
    assert desk.run(on_match="update").summary.requests == 1
    for number in range(0, 1000, 100):
        people[number] = row(number, Role="Chief")
    desk.write(people)
    assert counted(desk.run(on_match="update")) == {"unchanged": 990, "updated": 10}
    assert desk.sent() == {"GET": 5, "PATCH": 10}


def test_a_change_that_is_none_in_the_workspace_costs_no_write(
    desk: Desk, row: MakeRow, counted: CountStatuses
) -> None:
    """A row that changed to what a person already wrote in the app is looked at and not written."""
    desk.write([row(1)])
    desk.run()
    desk.sandbox.edit(desk.contact("P1")["id"], role="Lead")
    desk.write([row(1, Role="Lead")])
    assert counted(desk.run(on_match="update")) == {"unchanged": 1}
    assert desk.sent() == {"GET": 4}


# One of the looks of an unknown sheet is at the first contact that was created.
@pytest.mark.parametrize(("there", "looks", "posts"), [(200, 15, 0), (0, 4, 100)])
def test_a_lost_journal_costs_looks_only_while_they_pay(
    desk: Desk, row: MakeRow, there: int, looks: int, posts: int, counted: CountStatuses
) -> None:
    """The contacts of the source and one look tell whether the workspace knows the sheet; if not, that is all."""
    people = [row(number) for number in range(there or posts)]
    desk.settle(people[:there])
    desk.write(people)
    assert counted(desk.run()) == ({"unchanged": there} if there else {"created": posts})
    sent = desk.sent()
    assert (sent["GET"], sent["POST"]) == (looks + 1, posts)
    assert len(desk.sandbox.contacts()) == len(people)


def test_looks_are_spent_anew_where_known_people_come(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A sheet whose second half is in the workspace, after a new first half, does not pay a refused POST for each."""
    people = [row(number) for number in range(240)]
    desk.settle(people[60:])
    desk.write(people)
    assert counted(desk.run()) == {"created": 60, "unchanged": 180}
    sent = desk.sent()
    assert sent["POST"] < 60 + 40
    assert sum(sent.values()) < 60 + 60


def test_no_trust_looks_again_for_the_cheaper_price(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """`--no-trust-journal` looks at every contact: by a listing of 50 a request where that is cheaper than by ids."""
    people = [row(number) for number in range(100)]
    desk.settle(people[10:])
    desk.write(people)
    desk.run()
    desk.sandbox.delete(desk.contact("P7")["id"])
    desk.sandbox.edit(desk.contact("P8")["id"], role="Boss")
    report = desk.run(trust_journal=False)
    assert counted(report) == {"created": 8, "unchanged": 90, "skipped": 1, "conflict": 1}
    assert desk.sent() == {"GET": 4}, "fields, two pages, and the contact that is gone"
    for number in range(400):
        desk.sandbox.add(firstName=f"Other{number}")
    assert counted(desk.run(trust_journal=False)) == {"created": 8, "unchanged": 90, "skipped": 2}
    assert desk.sent() == {"GET": 1 + 5 + 5 + 1}, "a listing that has cost as much as the lookups is given up"


def test_conflicts_and_refusals_are_tried_once_a_run(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Running again tries conflicts and what the server refused, once each; what is done costs no request."""
    people = [row(number) for number in range(30)]
    desk.write(people)
    desk.sandbox.add_faults(Fault("400", method="POST", external_id="P3"))
    twins = [desk.sandbox.add(firstName="Ada4", externalId="P4") for _ in range(2)]
    first = desk.run()
    assert counted(first) == {"created": 28, "rejected": 1, "conflict": 1}
    again = desk.run()
    assert counted(again) == {"created": 28, "rejected": 1, "conflict": 1}
    assert desk.sent() == {"GET": 4, "POST": 1}, "the look, the fields, the name, one lookup and one sending"
    desk.sandbox.clear_faults()
    for twin in twins:
        desk.sandbox.delete(twin["id"])
    assert counted(desk.run()) == {"created": 30}
    assert desk.sent()["POST"] == 2
    assert len(desk.sandbox.contacts()) == 30
