"""Contacts that people delete in the workspace: reported once, then left out, created again only if that is said."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from importer import undo
from importer.errors import StrictStop
from importer.pipeline.verify import verify
from importer.sandbox import Fault, Sandbox
from tests.pipeline.conftest import Desk

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from importer.pipeline.verify import VerifyReport
    from tests.pipeline.conftest import CountStatuses, MakeRow


def delete(desk: Desk, *external_ids: str) -> None:
    """Let a person delete contacts in the app; without ids, all of them."""
    for contact in desk.sandbox.contacts():
        if not external_ids or contact["externalId"] in external_ids:
            desk.sandbox.delete(contact["id"])


def rules(desk: Desk) -> list[str]:
    """The rules in problems.csv that are about contacts that are gone."""
    return sorted(line["rule"] for line in desk.problems() if line["rule"] in ("contact-gone", "contact-left-out"))


def compared(desk: Desk) -> VerifyReport:
    """The report of `verify`."""
    return asyncio.run(verify(desk.job()))


def names(contacts: Iterable[dict[str, Any]]) -> list[str]:
    """The external ids of contacts, in order."""
    return sorted(str(contact["externalId"]) for contact in contacts)


def test_an_unchanged_sheet_costs_one_look(desk: Desk, row: MakeRow) -> None:
    """A run that has nothing to send looks at some of its contacts with one request, and at nothing else."""
    desk.write([row(number) for number in range(1, 13)])
    desk.run()
    for _ in range(3):
        assert desk.run().summary.exit_code == 0
        assert desk.sent() == {"GET": 1}


def test_contacts_that_are_all_gone_are_reported_once(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """If all contacts were deleted, the next run says so row by row and ends with 1, and the one after it with 0."""
    desk.write([row(number) for number in range(1, 13)])
    desk.run()
    delete(desk)
    report = desk.run()
    assert (counted(report), report.summary.exit_code) == ({"conflict": 12}, 1)
    assert rules(desk) == ["contact-gone"] * 12
    assert {line["contact_id"] for line in desk.ids().values()} == {""}
    first = next(line for line in desk.problems() if line["row"] == "2")
    assert all(word in first["message"] for word in ("Row 2", "Ada1 Byron", "--on-missing create"))
    for _ in range(3):
        report = desk.run()
        assert (counted(report), report.summary.exit_code) == ({"skipped": 12}, 0)
        assert rules(desk) == ["contact-left-out"] * 12
    assert desk.sandbox.contacts() == []


def test_the_next_step_creates_them_again(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """`--on-missing create`, as the message advises, makes the contact anew, at once or nights later, and only once."""
    desk.write([row(number) for number in range(1, 6)])
    desk.run()
    delete(desk, "P2", "P4")
    assert desk.run().summary.exit_code == 1
    assert counted(desk.run(on_missing="create")) == {"created": 5}
    assert names(desk.sandbox.contacts()) == ["P1", "P2", "P3", "P4", "P5"]
    delete(desk, "P3")
    desk.run()
    desk.run()
    assert counted(desk.run(on_missing="create")) == {"created": 5}
    assert desk.run().summary.exit_code == 0
    assert {line["contact_id"] for line in desk.ids().values()} == {each["id"] for each in desk.sandbox.contacts()}
    assert len(desk.sandbox.contacts()) == 5


def test_the_rejects_can_be_run_with_the_next_step(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """The rejects file of the run that reported it brings the contacts back with `--on-missing create`."""
    desk.write([row(number) for number in range(1, 6)])
    desk.run()
    delete(desk, "P2")
    desk.run()
    rejects = desk.folder / "mine.csv"
    rejects.write_bytes((desk.out / "rejects.csv").read_bytes())
    sheet, desk.adapt = desk.sheet, lambda job: type(job)(str(rejects), *_rest(job))
    assert counted(desk.run(on_missing="create")) == {"created": 5}
    desk.adapt = None
    assert sheet == desk.sheet
    assert counted(desk.run()) == {"created": 5}
    assert len(desk.sandbox.contacts()) == 5


def _rest(job: Any) -> tuple[Any, ...]:
    return job.settings, job.command_line, job.key, job.hooks, job.places


def test_the_look_goes_round_until_all_were_looked_at(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Whichever of 50 contacts is gone, it is found within three runs, and each quiet run costs one request."""
    desk.write([row(number) for number in range(1, 51)])
    desk.run()
    delete(desk, "P50")
    codes = []
    for _ in range(6):
        codes.append(desk.run().summary.exit_code)
        if not codes[-1]:
            assert desk.sent() == {"GET": 1}
    assert codes.index(1) < 3
    assert codes.count(1) == 1
    assert counted(desk.run()) == {"created": 49, "skipped": 1}


def test_one_that_is_gone_has_the_others_looked_up(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Where the look finds one contact gone, all others are looked up in the same run, 20 a request."""
    desk.write([row(number) for number in range(1, 61)])
    desk.run()
    delete(desk, *(f"P{number}" for number in range(1, 61, 3)))
    assert counted(desk.run()) == {"created": 40, "conflict": 20}
    # Three batches of 20, each gone contact once more by its own id, and what is left over of the batches.
    assert desk.sent()["GET"] <= 20 + 3 + 2
    assert desk.run().summary.exit_code == 0


@pytest.mark.parametrize("on_match", ["create-only", "update", "fill-blank"])
@pytest.mark.parametrize("trust", [True, False])
def test_a_row_that_changed_meanwhile_is_told_too(
    desk: Desk, row: MakeRow, counted: CountStatuses, on_match: str, *, trust: bool
) -> None:
    """Under every policy, trusting the journal or not, a changed row does not bring a deleted contact back."""
    desk.write([row(1), row(2), row(3)])
    desk.run()
    delete(desk, "P2")
    desk.write([row(1), row(2, Role="Lead"), row(3)])
    settings = {"on_match": on_match, "trust_journal": trust}
    report = desk.run(**settings)
    assert (counted(report), report.summary.exit_code) == ({"created": 2, "conflict": 1}, 1)
    report = desk.run(**settings)
    assert (counted(report), report.summary.exit_code) == ({"created": 2, "skipped": 1}, 0)
    assert names(desk.sandbox.contacts()) == ["P1", "P3"]
    assert counted(desk.run(**settings, on_missing="create"))["created"] == 3
    assert desk.contact("P2")["defaultFields"]["role"] == "Lead"


def test_deleted_between_look_and_change(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A contact that is gone when its row is sent is a conflict, and the next run looks at all others."""
    desk.write([row(number) for number in range(1, 31)])
    desk.run()
    desk.run()
    # The look of the next run is at P28 and what follows; P5 is looked up for its row alone.
    delete(desk, "P5", "P6")
    desk.write([row(number, **({"Role": "Lead"} if number == 5 else {})) for number in range(1, 31)])
    first = counted(desk.run(on_match="update"))
    second = counted(desk.run(on_match="update"))
    assert first["conflict"] + second.get("conflict", 0) == 2
    assert desk.run(on_match="update").summary.exit_code == 0


def test_a_plan_tells_it_and_remembers_nothing(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """`plan` reports the row and remembers nothing; with the option it plans to create the contact."""
    desk.write([row(1), row(2), row(3)])
    desk.run()
    delete(desk, "P2")
    for _ in range(2):
        assert desk.plan().report.summary.exit_code == 1
        assert rules(desk) == ["contact-gone"]
    assert desk.plan(on_missing="create").outlook.create == 1
    assert counted(desk.run_plan(on_missing="create")) == {"created": 3}
    assert desk.run().summary.exit_code == 0


def test_verify_agrees(desk: Desk, row: MakeRow) -> None:
    """`verify` counts a deleted contact as a difference until a run has reported it, and as left out from then on."""
    desk.write([row(1), row(2), row(3)])
    desk.run()
    delete(desk, "P2")
    report = compared(desk)
    assert (report.exit_code, report.balance.kinds["changed-since"], report.balance.unknown) == (1, 1, 0)
    desk.run()
    report = compared(desk)
    assert (report.exit_code, report.balance.kinds["left-out"], report.balance.unknown) == (0, 1, 0)
    desk.run(on_missing="create")
    report = compared(desk)
    assert (report.exit_code, report.balance.kinds["there"]) == (0, 3)


def test_a_stopped_run_reports_it_again(desk: Desk, row: MakeRow) -> None:
    """If the run that found it stops before its end, the next one reports it with exit 1."""
    desk.write([row(1), row(2), row(3)])
    desk.run()
    delete(desk, "P2")
    desk.write([row(number) for number in range(1, 41)])
    desk.sandbox.add_faults(Fault("401", method="POST", external_id="P40"))
    assert desk.run().summary.exit_code == 3
    desk.sandbox.clear_faults()
    assert desk.run().summary.exit_code == 1
    assert rules(desk) == ["contact-gone"]
    assert desk.run().summary.exit_code == 0


def test_strict_stops_once(desk: Desk, row: MakeRow) -> None:
    """Under `--strict` the deletion stops one run, which reports it, and not every night."""
    desk.write([row(1), row(2), row(3)])
    desk.run()
    delete(desk, "P2")
    with pytest.raises(StrictStop):
        desk.run(strict=True)
    assert rules(desk) == ["contact-gone"]
    assert desk.run(strict=True).summary.exit_code == 0


def test_only_rows_of_this_run_are_told(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Under `--limit` what is gone beyond the limit is reported by the run that reads its row."""
    desk.write([row(number) for number in range(1, 7)])
    desk.run()
    delete(desk, "P1", "P6")
    assert counted(desk.run(limit=3)) == {"created": 2, "conflict": 1}
    assert counted(desk.run()) == {"created": 4, "conflict": 1, "skipped": 1}
    assert counted(desk.run()) == {"created": 4, "skipped": 2}


def test_a_contact_whose_row_has_left_is_not_told(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A deleted contact without a row troubles no run, until its row comes back."""
    desk.write([row(number) for number in range(1, 6)])
    desk.run()
    desk.write([row(number) for number in range(1, 5)])
    desk.run()
    delete(desk, "P5")
    assert desk.run().summary.exit_code == 0
    desk.write([row(number) for number in range(1, 6)])
    codes = [desk.run().summary.exit_code for _ in range(3)]
    assert (codes.count(1), codes[-1]) == (1, 0)
    assert names(desk.sandbox.contacts()) == ["P1", "P2", "P3", "P4"]


def test_undo_leaves_a_deletion_alone(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Undo after a deletion deletes the rest, and a later run imports the sheet as a new one."""
    desk.write([row(1), row(2), row(3)])
    desk.run()
    delete(desk, "P2")
    desk.run()
    job = desk.job()
    report = undo(job.out, job.settings, key=job.key, places=job.places)
    assert (report.counts["failed"], desk.sandbox.contacts()) == (0, [])
    assert counted(desk.run()) == {"created": 3}


def test_a_contact_under_another_id_is_not_gone(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A contact whose external id a person has changed is there; one that took its id is looked at again."""
    desk.write([row(1), row(2), row(3)])
    desk.run()
    desk.sandbox.edit(desk.contact("P2")["id"], externalId="other")
    report = desk.run()
    assert (counted(report), report.summary.exit_code) == ({"created": 3}, 0)
    assert len(desk.sandbox.contacts()) == 3


def test_one_that_comes_back_is_known_again(desk: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A contact that the service shows again, under its id, is no longer left out."""
    desk.write([row(1), row(2), row(3)])
    desk.run()
    gone = desk.contact("P2")
    desk.sandbox.delete(gone["id"])
    desk.run()
    desk.run()
    with desk.sandbox.workspace.store.writing():
        desk.sandbox.workspace.store.insert(gone)
    report = desk.run()
    assert (counted(report)["created"] + counted(report).get("unchanged", 0), report.summary.exit_code) == (3, 0)
    assert desk.ids()["P2"]["contact_id"] == gone["id"]


def test_a_list_that_misses_contacts_has_lost_none(tmp_path: Path, row: MakeRow, counted: CountStatuses) -> None:
    """A contact that the service does not list, but shows when it is asked for by its id, is not gone."""
    with Sandbox.start(rate=0, list_delay_seconds=3600) as sandbox:
        desk = Desk(sandbox, tmp_path)
        desk.write([row(1), row(2), row(3)])
        desk.run()
        report = desk.run()
        assert (counted(report), report.summary.exit_code) == ({"created": 3}, 0)
        assert desk.sent() == {"GET": 4}


def test_a_retyped_field_is_noticed(tmp_path: Path, row: MakeRow) -> None:
    """A custom field that has another type now is said although the sheet is unchanged, once, with one request more."""
    with Sandbox.start(rate=0) as sandbox:
        desk = Desk(sandbox, tmp_path)
        settings = {"map": (("ID", "external_id"), ("Role", "custom:balance"))}
        desk.write([row(1, Role="12"), row(2, Role="13")])
        desk.run(**settings)
        desk.run(**settings)
        assert desk.sent() == {"GET": 1}
        sandbox.retype("balance", "string")
        desk.run(**settings)
        retyped = [line for line in desk.problems() if line["rule"] == "field-retyped"]
        assert len(retyped) == 1
        assert "Balance" in retyped[0]["message"]
        desk.run(**settings)
        assert not [line for line in desk.problems() if line["rule"] == "field-retyped"]
