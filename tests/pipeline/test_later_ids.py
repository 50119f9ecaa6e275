"""An id column that is named later: contacts keep the id that they were made with, and get the new one on update."""

from __future__ import annotations

import asyncio
import csv
from typing import TYPE_CHECKING

import pytest

from importer import undo
from importer.model import Status
from importer.pipeline.job import Hooks
from importer.pipeline.run import run
from importer.pipeline.verify import verify
from importer.sandbox import Fault
from tests.delivery.engine.hostile import Asked, Hostile

if TYPE_CHECKING:
    from importer.model import Event
    from importer.pipeline.undo import UndoReport
    from tests.pipeline.conftest import Desk, MakeRow

WITHOUT_IDS = (("ID", "ignore"),)


class DeathError(BaseException):
    """The process ends."""


def made_without_ids(desk: Desk, row: MakeRow, count: int = 3) -> dict[str, str]:
    """People who were imported before a column was named: the ids of their contacts by first name."""
    desk.write([row(number) for number in range(1, count + 1)])
    assert desk.run(map=WITHOUT_IDS).summary.exit_code == 0
    return contacts(desk)


def contacts(desk: Desk) -> dict[str, str]:
    """The ids of all contacts by first name: one for each."""
    found = desk.sandbox.contacts()
    names = {str(contact["defaultFields"]["firstName"]): str(contact["id"]) for contact in found}
    assert len(names) == len(found)
    return names


def external_ids(desk: Desk) -> dict[str, str]:
    """The external ids in the workspace by first name."""
    return {contact["defaultFields"]["firstName"]: contact["externalId"] for contact in desk.sandbox.contacts()}


def undone(desk: Desk) -> UndoReport:
    """Undo the last run."""
    job = desk.job()
    return undo(job.out, job.settings, key=job.key, places=job.places)


def test_the_id_goes_to_the_contacts_on_update(desk: Desk, row: MakeRow) -> None:
    """On update each contact gets the id of its row, once; id_map.csv has it; nothing else of the contact changes."""
    before = made_without_ids(desk, row)
    assert desk.run(on_match="update").summary.counts[Status.UPDATED] == 3
    assert contacts(desk) == before
    assert external_ids(desk) == {"Ada1": "P1", "Ada2": "P2", "Ada3": "P3"}
    assert {line["contact_id"] for line in desk.ids().values()} == set(before.values())
    assert set(desk.ids()) == {"P1", "P2", "P3"}
    assert desk.run(on_match="update").summary.exit_code == 0
    assert set(desk.sent()) <= {"GET"}


def test_other_policies_leave_the_id_alone(desk: Desk, row: MakeRow) -> None:
    """Under create-only and fill-blank a contact keeps its id, and id_map.csv shows that one."""
    made_without_ids(desk, row)
    made_with = external_ids(desk)
    for policy in ("create-only", "fill-blank"):
        report = desk.run(on_match=policy)
        assert (report.summary.exit_code, report.summary.counts[Status.CREATED]) == (0, 3)
        assert external_ids(desk) == made_with
        assert set(desk.ids()) == set(made_with.values())
    # The sheet is as it was, and yet there is something to do.
    desk.run(on_match="update")
    assert set(external_ids(desk).values()) == {"P1", "P2", "P3"}


def test_a_taken_id_is_a_conflict(desk: Desk, row: MakeRow) -> None:
    """Another contact that has the id is never overwritten, and nothing of the row is sent until a person decides."""
    made_without_ids(desk, row)
    other = desk.sandbox.add({"defaultFields": {"firstName": "Zoe"}}, externalId="P2", source="crm")["id"]
    desk.write([row(1), row(2, Role="Lead"), row(3)])
    report = desk.run(on_match="update")
    assert (
        report.summary.exit_code,
        report.summary.counts[Status.UPDATED],
        report.summary.counts[Status.CONFLICT],
    ) == (1, 2, 1)
    assert [line["rule"] for line in desk.problems()] == ["id-of-another"]
    assert other in desk.problems()[0]["message"]
    assert {contact["defaultFields"]["role"] for contact in desk.sandbox.contacts()} == {"Sales", None}
    # The advice of the message: it is one person after all, and the other contact is deleted.
    desk.sandbox.delete(other)
    assert desk.run(on_match="update").summary.exit_code == 0
    assert external_ids(desk) == {"Ada1": "P1", "Ada2": "P2", "Ada3": "P3"}
    assert desk.contact("P2")["defaultFields"]["role"] == "Lead"


def test_a_refused_id_is_a_conflict(desk: Desk, row: MakeRow) -> None:
    """Where only the service knows that an id is taken (409), the row is a conflict, and its contact stays known."""
    before = made_without_ids(desk, row)
    desk.sandbox.add_faults(Fault("409", method="PATCH", external_id="P2"))
    report = desk.run(on_match="update")
    assert (report.summary.counts[Status.UPDATED], report.summary.counts[Status.CONFLICT]) == (2, 1)
    assert [line["rule"] for line in desk.problems()] == ["id-of-another"]
    desk.sandbox.clear_faults()
    assert desk.run(on_match="update").summary.exit_code == 0
    assert (contacts(desk), external_ids(desk)["Ada2"]) == (before, "P2")


@pytest.mark.parametrize("is_folder_lost", [False, True])
@pytest.mark.parametrize("kind", ["lost-response", "500-after", "reset", "429", "404", "truncated-body"])
def test_a_change_of_unknown_end_makes_no_second_contact(
    desk: Desk, row: MakeRow, kind: str, *, is_folder_lost: bool
) -> None:
    """However a PATCH with the new id ends, the contact is found by its own id, also if the journal was lost before."""
    before = made_without_ids(desk, row)
    if is_folder_lost:
        drop_folder(desk)
    desk.sandbox.add_faults(Fault(kind, method="PATCH", count=2))
    report = desk.run(on_match="update")
    assert report.summary.counts[Status.UPDATED] + report.summary.counts[Status.UNCHANGED] == 3
    assert (contacts(desk), desk.sent()["POST"]) == (before, 0)
    assert external_ids(desk) == {"Ada1": "P1", "Ada2": "P2", "Ada3": "P3"}


def drop_folder(desk: Desk) -> None:
    """Remove the journal as a person would."""
    for file in desk.out.glob("*journal.sqlite*"):
        file.unlink()
    for file in desk.out.glob(".journal.sqlite*"):
        file.unlink()


@pytest.mark.parametrize("names_ids_again", [True, False])
@pytest.mark.parametrize("has_new_row", [True, False])
def test_dead_between_the_change_and_its_record(
    desk: Desk, row: MakeRow, *, names_ids_again: bool, has_new_row: bool
) -> None:
    """A run that dies when the contact has its new id, before the journal knows, leaves no one twice or lost."""

    def die(event: Event) -> None:
        if event.name == "request" and event.facts["method"] == "PATCH":
            raise DeathError

    before = made_without_ids(desk, row)
    with pytest.raises(DeathError):
        asyncio.run(run(desk.job(Hooks(notify=die), on_match="update")))
    assert external_ids(desk)["Ada1"] == "P1"
    if has_new_row:
        desk.write([row(number) for number in range(1, 5)])
    mapping = {} if names_ids_again else {"map": WITHOUT_IDS}
    assert desk.run(on_match="update", **mapping).summary.exit_code == 0
    after = contacts(desk)
    assert {name: after[name] for name in before} == before
    assert len(after) == 3 + has_new_row
    assert desk.run(on_match="update").summary.exit_code == 0
    assert contacts(desk) == after
    assert set(external_ids(desk).values()) == {f"P{number}" for number in range(1, len(after) + 1)}


def test_undo_gives_the_former_id_back(desk: Desk, row: MakeRow) -> None:
    """Undo restores the id of before, and the next update gives the new one again."""
    made_without_ids(desk, row)
    made_with = external_ids(desk)
    desk.run(on_match="update")
    assert undone(desk).counts == {"reversed": 3, "kept": 0, "failed": 0}
    assert external_ids(desk) == made_with
    assert desk.run(on_match="update").summary.exit_code == 0
    assert set(external_ids(desk).values()) == {"P1", "P2", "P3"}


def test_undo_after_a_death_gives_the_former_id_back(desk: Desk, row: MakeRow) -> None:
    """Undo knows the id that a run was about to give, though that run died before it could record it."""

    def die(event: Event) -> None:
        if event.name == "request" and event.facts["method"] == "PATCH":
            raise DeathError

    made_without_ids(desk, row)
    made_with = external_ids(desk)
    with pytest.raises(DeathError):
        asyncio.run(run(desk.job(Hooks(notify=die), on_match="update")))
    assert external_ids(desk) != made_with
    assert undone(desk).counts["reversed"] == 1
    assert external_ids(desk) == made_with


def test_an_id_that_others_gave_is_not_replaced(desk: Desk, row: MakeRow) -> None:
    """Another program gave the contact an id of its own: it stays, and all else of the row is sent."""
    before = made_without_ids(desk, row)
    desk.sandbox.edit(before["Ada1"], externalId="crm-7")
    desk.write([row(1, Role="Lead"), row(2), row(3)])
    assert desk.run(on_match="update").summary.exit_code == 0
    assert (contacts(desk), external_ids(desk)["Ada1"]) == (before, "crm-7")
    assert desk.contact("crm-7")["defaultFields"]["role"] == "Lead"


def test_everything_else_goes_on_with_the_new_id(desk: Desk, row: MakeRow) -> None:
    """Verify finds the contacts, a changed row updates its own, and a column that is named no more changes no id."""
    before = made_without_ids(desk, row)
    desk.run(on_match="update")
    assert asyncio.run(verify(desk.job())).balance.unknown == 0
    desk.write([row(1, Role="Lead"), row(2), row(3)])
    assert desk.run(on_match="update", map=WITHOUT_IDS).summary.exit_code == 0
    assert (contacts(desk), set(external_ids(desk).values())) == (before, {"P1", "P2", "P3"})
    assert desk.contact("P1")["defaultFields"]["role"] == "Lead"
    drop_folder(desk)
    for mapping in ({"map": WITHOUT_IDS}, {}):
        assert desk.run(on_match="update", **mapping).summary.exit_code == 0
        assert contacts(desk) == before


def test_a_corrected_id_goes_to_its_contact(desk: Desk, row: MakeRow) -> None:
    """An id that is corrected in the sheet is sent as one that is named later; each correction replaces the last."""
    desk.write([row(1), row(2)])
    desk.run()
    before = contacts(desk)
    for corrected in ("Q1", "R1", "Q1"):
        desk.write([row(1, ID=corrected), row(2)])
        assert desk.run(on_match="update").summary.exit_code == 0
        assert (contacts(desk), external_ids(desk)["Ada1"]) == (before, corrected)
        assert set(desk.ids()) == {corrected, "P2"}


def test_a_contact_that_is_made_again_gets_the_id_too(desk: Desk, row: MakeRow) -> None:
    """A contact that was deleted is made again once, and has the id of the column after the next update."""
    before = made_without_ids(desk, row)
    desk.run(on_match="update")
    desk.sandbox.delete(before["Ada2"])
    desk.run(on_match="update")
    desk.run(on_match="update", on_missing="create")
    desk.run(on_match="update", on_missing="create")
    after = contacts(desk)
    assert after.keys() == before.keys()
    assert after["Ada2"] != before["Ada2"]
    assert set(external_ids(desk).values()) == {"P1", "P2", "P3"}


def test_mirror_knows_the_new_id(desk: Desk, row: MakeRow) -> None:
    """A contact whose id was corrected is deleted with its row as any other, not kept as one that others changed."""
    desk.write([row(1), row(2), row(3)])
    desk.run(source="crm")
    desk.write([row(1, ID="Q1"), row(2), row(3)])
    desk.run(source="crm", on_match="update")
    desk.write([row(2), row(3)])
    desk.run(source="crm", mirror=True, max_deletes=5)
    assert set(external_ids(desk)) == {"Ada2", "Ada3"}


def test_plan_shows_the_new_id(desk: Desk, row: MakeRow) -> None:
    """A plan lists the id as a difference, and a conflict where another contact has it; running it does just that."""
    made_without_ids(desk, row)
    other = desk.sandbox.add({"defaultFields": {"firstName": "Zoe"}}, externalId="P2", source="crm")["id"]
    made_with = external_ids(desk)
    desk.plan(on_match="update")
    changes = {line["row"]: line.get("changes") for line in desk.planned()["rows"]}
    assert changes[2] == [{"field": "external_id", "old": made_with["Ada1"], "new": "P1"}]
    assert changes[3] is None
    report = desk.run_plan(on_match="update")
    assert (report.summary.counts[Status.UPDATED], report.summary.counts[Status.CONFLICT]) == (2, 1)
    assert desk.contact("P2")["id"] == other


def keeps_ids(service: Hostile, asked: Asked) -> bytes | None:
    """A service that carries a change out, but for the external id."""
    if asked.method != "PATCH":
        return None
    asked.body.pop("externalId")
    return service.answer(asked)


def test_a_service_that_keeps_ids_is_asked_once(desk: Desk, row: MakeRow) -> None:
    """Where the service accepts the change and leaves the id alone, that is said, and the id is not sent each night."""
    with Hostile(keeps_ids) as service:
        desk.write([row(1), row(2)])
        desk.run(base_url=service.url, map=WITHOUT_IDS)
        desk.run(base_url=service.url, on_match="update")
        assert {line["rule"] for line in desk.problems()} == {"stored-otherwise"}
        for role in ("Lead", "Boss"):
            desk.write([row(1, Role=role), row(2)])
            assert desk.run(base_url=service.url, on_match="update").summary.exit_code == 0
            assert {line["rule"] for line in desk.problems()} == {"id-kept"}
        patches = [asked for asked in service.asked if asked.method == "PATCH"]
        assert len(patches) == 4
        assert len(service.contacts()) == 2
        assert {contact["defaultFields"]["role"] for contact in service.contacts()} == {"Boss", "Sales"}


def test_an_id_that_a_spreadsheet_shortened_replaces_no_sound_one(desk: Desk, row: MakeRow) -> None:
    """A contact keeps its id where the sheet has a number without its last digits, which is said; the rest is sent."""
    desk.write([row(1, ID="1234567890123"), row(2, ID="C-2")])
    desk.run()
    desk.write([row(1, ID="1.23457E+12", Role="Boss"), row(2, ID="C-3", Role="Boss")])
    assert desk.run(on_match="update").summary.exit_code == 0
    assert external_ids(desk) == {"Ada1": "1234567890123", "Ada2": "C-3"}
    assert {line["rule"] for line in desk.problems()} == {"external-id-shortened", "id-kept"}
    assert {contact["defaultFields"]["role"] for contact in desk.sandbox.contacts()} == {"Boss"}


@pytest.mark.parametrize(
    ("before", "after", "is_kept"),
    [
        *(("00123", "123", True), ("00123", "123.0", True), ("00123", "0123", True), ("123", "123.0", True)),
        *(("C-00123", "C-123", True), ("000", "0", True), ("123", "00123", False), ("123.0", "123", False)),
        *(("00123", "124", False), ("00123", "D-123", False), ("10", "1", False), ("1.10", "1.1", False)),
    ],
)
def test_an_id_that_was_taken_for_a_number_replaces_no_sound_one(
    desk: Desk, row: MakeRow, before: str, after: str, *, is_kept: bool
) -> None:
    """A contact keeps its id where the sheet has it as a spreadsheet writes numbers; each run names both ids."""
    desk.write([row(1, ID=before), row(2, ID="C-2")])
    desk.run()
    desk.write([row(1, ID=after, Role="Boss"), row(2, ID="C-2", Role="Boss")])
    for _ in range(2):
        assert desk.run(on_match="update").summary.exit_code == 0
        assert external_ids(desk) == {"Ada1": before if is_kept else after, "Ada2": "C-2"}
        kept = [line["message"] for line in desk.problems() if line["rule"] == "id-kept"]
        assert [(repr(before) in text, repr(after) in text) for text in kept] == [(True, True)] * is_kept
    assert {contact["defaultFields"]["role"] for contact in desk.sandbox.contacts()} == {"Boss"}
    desk.write([row(1, ID=before, Role="Boss"), row(2, ID="C-2", Role="Boss")])
    assert desk.run(on_match="update").summary.exit_code == 0
    assert len(desk.sandbox.contacts()) == 2


def test_an_id_that_a_contact_keeps_is_said_once(desk: Desk, row: MakeRow) -> None:
    """A row that is recognised twice in one run, once beside contacts of another folder, has one line about its id."""
    desk.write([row(1, ID="00123")])
    desk.run()
    desk.write([row(9, ID="X9")])
    desk.run(out=desk.folder / "theirs")
    # A new row has the workspace asked, and what the other folder made is compared with all rows.
    desk.write([row(1, ID="123", Role="Boss"), row(2, ID="C-2")])
    desk.run(on_match="update")
    assert [line["rule"] for line in desk.problems()] == ["id-kept"]


def test_an_id_of_another_contact_of_the_folder_stays_there(desk: Desk, row: MakeRow) -> None:
    """A row that has the id of another contact of this folder never takes it from that one."""
    before = made_without_ids(desk, row)
    desk.run(on_match="update")
    desk.write([row(1, ID="P2", Role="Lead"), row(2, ID=""), row(3)])
    desk.run(on_match="update")
    assert contacts(desk) == before
    assert external_ids(desk) == {"Ada1": "P1", "Ada2": "P2", "Ada3": "P3"}


def test_a_new_person_may_have_the_id_that_a_contact_gave_up(desk: Desk, row: MakeRow) -> None:
    """An id that was corrected away is asked about when it comes again, and makes no contact of the other's."""
    desk.write([row(1), row(2)])
    desk.run()
    desk.write([row(1, ID="Q1"), row(2)])
    desk.run(on_match="update")
    desk.write([row(1, ID="Q1"), row(2), row(9, ID="P1")])
    assert desk.run(on_match="update", accept_new_rows=True).summary.counts[Status.CONFLICT] <= 1
    assert {name: external_ids(desk)[name] for name in ("Ada1", "Ada2")} == {"Ada1": "Q1", "Ada2": "P2"}
    assert desk.contact("Q1")["defaultFields"]["firstName"] == "Ada1"


def test_a_repeated_row_has_the_id_of_its_contact(desk: Desk, row: MakeRow) -> None:
    """In id_map.csv a row that repeats another has the id that the contact has in the workspace, as the first has."""
    desk.write([row(1), row(1), row(2)])
    desk.run(map=WITHOUT_IDS)
    for policy in ("create-only", "update"):
        desk.run(on_match=policy)
        with (desk.out / "id_map.csv").open(encoding="utf-8", newline="") as stream:
            listed = [line["external_id"] for line in csv.DictReader(stream)]
        assert listed == [external_ids(desk)[name] for name in ("Ada1", "Ada1", "Ada2")]
