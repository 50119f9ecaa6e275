"""What people edit while a change waits for its turn is neither overwritten nor passed over in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer import undo
from importer.sandbox import Fault, Sandbox
from tests.pipeline.conftest import Desk

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Exchange
    from tests.pipeline.conftest import MakeRow

NUMBERS = range(1, 8)
EDITED = ("P5", "P6", "P7")


def edited_at_the_pause(tmp_path: Path, pause: Fault) -> tuple[Sandbox, Desk]:
    """A workspace in which a person edits some contacts in the moment in which the service asks for a pause."""

    def hear(exchange: Exchange) -> None:
        if exchange.status == 429 and exchange.method == pause.method:
            for contact in sandbox.contacts():
                if contact["externalId"] in EDITED:
                    sandbox.edit(contact["id"], role="Boss")

    sandbox = Sandbox.start(rate=0, heard=hear)
    return sandbox, Desk(sandbox, tmp_path)


def roles(sandbox: Sandbox) -> dict[str, str]:
    """The role of each contact, by its external id."""
    return {str(each["externalId"]): each["defaultFields"]["role"] for each in sandbox.contacts()}


def test_a_change_that_waited_looks_again(tmp_path: Path, row: MakeRow) -> None:
    """An edit made while a change waits for its turn, or for a pause to end, is kept and the row is a conflict."""
    pause = Fault("429", method="PATCH", nth=2, retry_after=3)
    sandbox, desk = edited_at_the_pause(tmp_path, pause)
    with sandbox:
        desk.write([row(number) for number in NUMBERS])
        desk.run()
        desk.write([row(number, Role="Lead") for number in NUMBERS])
        sandbox.add_faults(pause)
        report = desk.run(on_match="update", rate=4.0)
        assert report.summary.exit_code == 1
        assert {name for name, role in roles(sandbox).items() if role == "Boss"} == set(EDITED)
        lines = {line["value"] for line in desk.problems() if line["rule"] == "edited-meanwhile"}
        assert lines == set(EDITED)
        # Looked at and run again, as the message says, the sheet wins.
        assert desk.run(on_match="update").summary.exit_code == 0
        assert "edited-meanwhile" not in {line["rule"] for line in desk.problems()}
        assert set(roles(sandbox).values()) == {"Lead"}


def test_an_undo_that_waited_looks_again(tmp_path: Path, row: MakeRow) -> None:
    """Undo keeps a contact that was edited while its deletion waited for its turn."""
    pause = Fault("429", method="DELETE", nth=2, retry_after=3)
    sandbox, desk = edited_at_the_pause(tmp_path, pause)
    with sandbox:
        desk.write([row(number) for number in NUMBERS])
        desk.run()
        sandbox.add_faults(pause)
        job = desk.job(rate=4.0)
        report = undo(job.out, job.settings, key=job.key, places=job.places)
        assert set(roles(sandbox)) == set(EDITED)
        assert report.counts["kept"] == len(EDITED)


def test_undo_keeps_what_a_person_edited_before_the_last_change(desk: Desk, row: MakeRow) -> None:
    """A contact that a stopped run made, a person edited and the resumed run changed is kept by undo, edit and all."""
    desk.write([row(1, Company=""), row(2, Company="")])
    desk.sandbox.add_faults(Fault("401", method="POST", external_id="P2"))
    assert desk.run(on_match="update").summary.exit_code == 3
    desk.sandbox.clear_faults()
    desk.sandbox.edit(desk.contact("P1")["id"], company="By hand")
    desk.write([row(1, Company="", Role="Lead"), row(2, Company="")])
    assert desk.run(on_match="update").summary.exit_code == 0
    job = desk.job()
    report = undo(job.out, job.settings, key=job.key, places=job.places)
    assert (report.counts["kept"], report.counts["reversed"]) == (1, 1)
    assert desk.contact("P1")["defaultFields"]["company"] == "By hand"


def test_mirror_keeps_what_a_person_edited_before_the_last_change(desk: Desk, row: MakeRow) -> None:
    """A contact that a person edited before our last change of it is kept when its row leaves the sheet."""
    settings = {"source": "crm", "mirror": True, "max_deletes": 5, "on_match": "update"}
    desk.write([row(1, Company=""), row(2, Company=""), row(3)])
    desk.run(**settings)
    desk.sandbox.edit(desk.contact("P1")["id"], company="By hand")
    desk.write([row(1, Company="", Role="Lead"), row(2, Company="", Role="Lead"), row(3)])
    desk.run(**settings)
    desk.write([row(3)])
    desk.run(**settings)
    assert sorted(str(each["externalId"]) for each in desk.sandbox.contacts()) == ["P1", "P3"]
    assert [line["value"] for line in desk.problems() if line["rule"] == "contact-kept"] == ["P1"]
