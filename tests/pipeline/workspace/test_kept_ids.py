"""Services that keep the id of a deleted contact: the run after an undo says so, and each way that it offers works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importer import undo
from importer.sandbox import Sandbox
from tests.pipeline.conftest import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.pipeline.conftest import CountStatuses, MakeRow

WITHOUT_IDS = (("ID", "ignore"),)


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Desk]:
    """A workspace that keeps the ids of deleted contacts taken."""
    with Sandbox.start(rate=0, reuse_deleted=False) as sandbox:
        yield Desk(sandbox, tmp_path)


def undone(desk: Desk) -> None:
    """Undo the last run of the folder."""
    job = desk.job()
    undo(job.out, job.settings, key=job.key, places=job.places)
    assert desk.sandbox.contacts() == []


def kept_ids(desk: Desk) -> list[str]:
    """The messages about ids that are kept taken."""
    return [line["message"] for line in desk.problems() if line["rule"] == "id-kept-taken"]


def test_an_id_prefix_brings_the_rows_in(keeping: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """With an id column the message names --id-prefix; with it all rows are created, and later runs are quiet."""
    keeping.write([row(number) for number in range(1, 6)])
    keeping.run()
    undone(keeping)
    for _ in range(2):
        report = keeping.run()
        assert (counted(report), report.summary.exit_code) == ({"conflict": 5}, 1)
        assert all("--id-prefix 2-" in message for message in kept_ids(keeping))
        assert len(kept_ids(keeping)) == 5
    assert counted(keeping.run(id_prefix="2-")) == {"created": 5}
    assert {each["externalId"] for each in keeping.sandbox.contacts()} == {f"2-P{number}" for number in range(1, 6)}
    report = keeping.run(id_prefix="2-")
    assert (counted(report), keeping.sent()) == ({"created": 5}, {"GET": 1})
    assert len(keeping.sandbox.contacts()) == 5


def test_another_source_brings_the_rows_in(keeping: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """Without an id column the message names --source, which gives the rows other ids."""
    keeping.write([row(number) for number in range(1, 4)])
    keeping.run(map=WITHOUT_IDS)
    undone(keeping)
    assert counted(keeping.run(map=WITHOUT_IDS)) == {"conflict": 3}
    assert all("--source customers-2" in message for message in kept_ids(keeping))
    assert counted(keeping.run(map=WITHOUT_IDS, source="customers-2")) == {"created": 3}
    assert len(keeping.sandbox.contacts()) == 3


def test_a_person_from_the_app_is_taken(keeping: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """A contact that was made in the app belongs to the row with --match, as the message offers."""
    keeping.write([row(1), row(2)])
    keeping.run()
    undone(keeping)
    assert all("--match external-id,phone,email" in message for message in kept_ids(keeping)) or not kept_ids(keeping)
    keeping.run()
    for number in (1, 2):
        phone = [{"name": "phone", "value": f"+4420794{number:05d}"}]
        keeping.sandbox.add(firstName=f"Ada{number}", lastName="Byron", phoneNumbers=phone)
    report = keeping.run(match="external-id,phone,email", on_match="update")
    assert (counted(report), report.summary.exit_code) == ({"updated": 2}, 0)
    assert len(keeping.sandbox.contacts()) == 2


def test_a_deleted_contact_whose_id_is_kept(keeping: Desk, row: MakeRow, counted: CountStatuses) -> None:
    """`--on-missing create` meets a taken id as well, and the prefix concerns that row alone."""
    keeping.write([row(number) for number in range(1, 6)])
    keeping.run()
    keeping.sandbox.delete(keeping.contact("P2")["id"])
    assert keeping.run().summary.exit_code == 1
    assert counted(keeping.run(on_missing="create")) == {"created": 4, "conflict": 1}
    assert len(kept_ids(keeping)) == 1
    assert counted(keeping.run(on_missing="create", id_prefix="2-")) == {"created": 5}
    ids = sorted(str(each["externalId"]) for each in keeping.sandbox.contacts())
    assert ids == ["2-P2", "P1", "P3", "P4", "P5"]
