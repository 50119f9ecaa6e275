"""What a folder from elsewhere says of joined contacts is believed only where the workspace itself shows it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from tests.pipeline.dedupe.doubles import add, command, images, names
from tests.pipeline.dedupe.planted import FOLDER, plant
from tests.pipeline.dedupe.test_kept_contacts import ANN, BOB, CREATE, IMPORT, SHEET, contact, id_map, in_app

if TYPE_CHECKING:
    from importer.sandbox import Sandbox

UPDATE = (*IMPORT, "--on-match", "update", *CREATE)


def problems() -> list[dict[str, str]]:
    with Path("people.import/problems.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def imported(sandbox: Sandbox) -> str:
    """Ann and Bob are imported, and Zed is a stranger of the workspace, whose id this is."""
    SHEET.write_text(f"Name,Phone,Role\n{ANN.strip()},CEO\n{BOB.strip()},\n", encoding="utf-8")
    assert command(*IMPORT) == 0
    return str(add(sandbox, "Zed", "Fox", ["+14155550190"])["id"])


def ann(sandbox: Sandbox) -> dict[str, object]:
    return contact(sandbox, id_map()["2"]["contact_id"])


def test_a_join_of_a_contact_that_is_there(sandbox: Sandbox, imported: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A row whose contact is still there keeps it, and the person is told which folder says otherwise."""
    plant(sandbox, (ann(sandbox), imported))
    before = images(sandbox)
    capsys.readouterr()
    assert main([*UPDATE, "--rate", "1000"]) == 0
    assert images(sandbox) == before
    told = " ".join(capsys.readouterr().err.split())
    assert f"{FOLDER} says" in told
    assert "still there" in told
    shutil.rmtree(FOLDER)
    assert main([*UPDATE, "--rate", "1000"]) == 0
    assert "still there" not in capsys.readouterr().err


@pytest.mark.parametrize("options", [(), CREATE, ("--no-trust-journal", *CREATE), ("--match", "phone", *CREATE)])
def test_a_join_into_a_stranger(sandbox: Sandbox, imported: str, options: tuple[str, ...]) -> None:
    """A row whose contact is gone is never given a stranger's, nor made again while a folder says who it is."""
    plant(sandbox, (ann(sandbox), imported))
    sandbox.delete(id_map()["2"]["contact_id"])
    before = images(sandbox)
    for _ in range(2):
        assert command(*IMPORT, "--on-match", "update", *options) == 1
        assert images(sandbox) == before
        (problem,) = [line for line in problems() if line["row"] == "2"]
        assert problem["rule"] == "join-unproven"
        assert str(FOLDER) in problem["message"]
        assert imported in problem["message"]
    # Both next steps that the message names.
    shutil.move(FOLDER, "moved-away")
    assert command(*UPDATE) == 0
    assert names(sandbox) == ["Ann Lee", "Bob Ray", "Zed Fox"]


def test_a_kept_contact_that_was_edited(sandbox: Sandbox, imported: str) -> None:
    """A kept contact that shows nothing of the row any more is left to a person, whose correction lets it be used."""
    kept_id = in_app(sandbox)
    assert command("dedupe", "--yes") == 0
    sandbox.edit(kept_id, phoneNumbers=[{"name": "home", "value": "+14155550177"}])
    before = images(sandbox)
    assert command(*UPDATE) == 1
    assert images(sandbox) == before
    sandbox.edit(kept_id, phoneNumbers=[{"name": "home", "value": "+14155550101"}])
    assert command(*UPDATE) == 0
    assert id_map()["2"]["contact_id"] == kept_id
    assert names(sandbox) == ["Ann Lee", "Bob Ray", "Zed Fox"]


def test_joins_in_a_circle(sandbox: Sandbox, imported: str) -> None:
    """Contacts that are said to be joined into each other are those that the workspace shows, and no command hangs."""
    zed, own = contact(sandbox, imported), ann(sandbox)
    plant(sandbox, (own, imported), (zed, str(own["id"])))
    sandbox.delete(str(own["id"]))
    for _ in range(2):
        assert command(*UPDATE) == 1
        assert names(sandbox) == ["Bob Ray", "Zed Fox"]
    sandbox.delete(imported)
    assert command(*UPDATE) == 0
    assert names(sandbox) == ["Ann Lee", "Bob Ray"]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_folder_that_contradicts_a_real_one(sandbox: Sandbox, imported: str, *, is_first: bool) -> None:
    """Where two folders name two contacts for a row, it goes on with the one that shows itself to be the row's."""
    kept_id, own = in_app(sandbox), ann(sandbox)
    assert command("dedupe", "--yes") == 0
    plant(sandbox, (own, imported), folder=Path("a.import" if is_first else "z.import"))
    for _ in range(2):
        assert command(*UPDATE) == 0
        assert id_map()["2"]["contact_id"] == kept_id
        assert names(sandbox) == ["Ann Lee", "Bob Ray", "Zed Fox"]
        assert contact(sandbox, imported)["defaultFields"]["role"] is None


def test_two_contacts_that_both_may_be_the_person(sandbox: Sandbox, imported: str) -> None:
    """Where two folders name two contacts that both show the row's number and name, a person chooses."""
    own = ann(sandbox)
    first_id, second_id = in_app(sandbox), in_app(sandbox, "Ann", "Leigh")
    plant(sandbox, (own, first_id))
    plant(sandbox, (own, second_id), folder=Path("b.import"))
    sandbox.delete(str(own["id"]))
    before = images(sandbox)
    assert command(*UPDATE) == 1
    assert images(sandbox) == before
    (problem,) = [line for line in problems() if line["row"] == "2"]
    assert first_id in problem["message"]
    assert second_id in problem["message"]
    shutil.rmtree("b.import")
    assert command(*UPDATE) == 0
    assert id_map()["2"]["contact_id"] == first_id


def test_an_undo_that_names_a_stranger(sandbox: Sandbox, imported: str) -> None:
    """A folder that says that the row's contact was made again under a stranger's id takes no row to the stranger."""
    kept_id, own = in_app(sandbox), ann(sandbox)
    assert command("dedupe", "--yes") == 0
    assert command(*UPDATE) == 0
    assert id_map()["2"]["contact_id"] == kept_id
    shutil.rmtree("dedupe.import")
    plant(sandbox, (own, kept_id), remade_id=imported)
    before = images(sandbox)
    for _ in range(2):
        assert command(*UPDATE) == 0
        assert images(sandbox) == before
        assert id_map()["2"]["contact_id"] == kept_id


def test_an_undo_of_nothing_that_names_a_stranger(sandbox: Sandbox, imported: str) -> None:
    """A row whose own contact is gone, and which a folder says to be made again as a stranger, is left to a person."""
    own = ann(sandbox)
    plant(sandbox, (own, imported), remade_id=imported)
    sandbox.delete(str(own["id"]))
    before = images(sandbox)
    assert command(*UPDATE) == 1
    assert images(sandbox) == before


def test_an_undo_of_the_import_follows_no_stranger(sandbox: Sandbox, imported: str) -> None:
    """Undoing the import deletes no contact that a folder from elsewhere names."""
    own = ann(sandbox)
    plant(sandbox, (own, imported), remade_id=imported)
    sandbox.delete(str(own["id"]))
    assert command("undo", "people.import", "--all", "--yes") == 0
    assert names(sandbox) == ["Zed Fox"]


@pytest.mark.parametrize("has_id", [True, False])
def test_a_lost_folder_learns_of_no_stranger(sandbox: Sandbox, imported: str, *, has_id: bool) -> None:
    """With the sheet's folder lost, no row is taken to a contact that only a folder from elsewhere calls its own."""
    own = ann(sandbox)
    stranger_id = imported if has_id else in_app(sandbox, "Ann", "Roe", "+14155550191")
    image = contact(sandbox, stranger_id)
    plant(sandbox, (own, stranger_id))
    shutil.rmtree("people.import")
    sandbox.delete(str(own["id"]))
    for options in ((), CREATE):
        command(*IMPORT, "--on-match", "update", *options)
        assert contact(sandbox, stranger_id) == image
        assert id_map()["2"]["contact_id"] != stranger_id
    shutil.move(FOLDER, "moved-away")
    assert command(*UPDATE) == 0
    assert contact(sandbox, stranger_id) == image
    assert sum(name == "Ann Lee" for name in names(sandbox)) == 1
