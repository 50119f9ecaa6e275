"""A row whose contact `dedupe` joined into another belongs to the kept one, until that is undone."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importer.cli.app import main
from tests.pipeline.dedupe.doubles import add, command, images, names

if TYPE_CHECKING:
    from importer.sandbox import Sandbox

ANN, BOB = "Ann Lee,+14155550101\n", "Bob Ray,+14155550102\n"
SHEET = Path("people.csv")
IMPORT = ("run", "people.csv", "--yes")
CREATE = ("--on-missing", "create")


def in_app(sandbox: Sandbox, first: str = "Ann", last: str = "Lee", number: str = "+14155550101", **more: Any) -> str:
    """Enter a person in the app; returns the id of the contact."""
    phones = [{"name": "mobile", "value": number}]
    return str(sandbox.add(firstName=first, lastName=last, phoneNumbers=phones, **more)["id"])


def id_map() -> dict[str, dict[str, str]]:
    with Path("people.import/id_map.csv").open(encoding="utf-8", newline="") as stream:
        return {line["row"]: line for line in csv.DictReader(stream)}


def contact(sandbox: Sandbox, contact_id: str) -> dict[str, Any]:
    return next(each for each in sandbox.contacts() if each["id"] == contact_id)


@pytest.fixture
def kept(sandbox: Sandbox) -> str:
    """Ann is imported and entered in the app, and dedupe keeps the app's contact, whose id this is."""
    SHEET.write_text(f"Name,Phone\n{ANN}{BOB}", encoding="utf-8")
    assert command(*IMPORT) == 0
    kept_id = in_app(sandbox)
    assert command("dedupe", "--yes") == 0
    assert names(sandbox) == ["Ann Lee", "Bob Ray"]
    return kept_id


@pytest.mark.parametrize(
    "options",
    [(), CREATE, ("--no-trust-journal", *CREATE), ("--on-match", "update", *CREATE), ("--match", "phone", *CREATE)],
)
def test_the_row_belongs_to_the_kept_contact(
    sandbox: Sandbox, kept: str, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """No run calls the row's person deleted or makes the person again; all results name the kept contact."""
    before = images(sandbox)
    for _ in range(3):
        assert command(*IMPORT, *options) == 0
        assert images(sandbox) == before
        assert id_map()["2"]["contact_id"] == kept
        assert "deleted" not in Path("people.import/problems.csv").read_text(encoding="utf-8")
        assert command("verify", "people.csv") == 0
    capsys.readouterr()
    assert main(["show", "people.import", "--row", "2"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"{kept}, not made by a run of this journal" in said
    assert "dedupe joined the contact of this row" in said


def test_verify_finds_it_before_the_next_run(sandbox: Sandbox, kept: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Right after `dedupe` each row is there for `verify`, and a plan would create no contact."""
    assert command("verify", "people.csv") == 0
    assert main(["plan", "people.csv", *CREATE, "--yes"]) == 0
    assert "Plan:    people.csv: 1 created, 1 unchanged" in capsys.readouterr().out
    assert contact(sandbox, kept)


def test_undoing_dedupe_gives_the_row_its_own_contact_back(sandbox: Sandbox, kept: str) -> None:
    """Once `dedupe` is undone, the row has the contact that was made for it, and undoing the import takes that away."""
    assert command(*IMPORT) == 0
    assert command("undo", "dedupe.import", "--yes") == 0
    assert names(sandbox) == ["Ann Lee", "Ann Lee", "Bob Ray"]
    for _ in range(2):
        assert command(*IMPORT, *CREATE) == 0
        own = id_map()["2"]["contact_id"]
        assert own != kept
        assert contact(sandbox, own)["source"] == "spreadsheet-import"
        assert names(sandbox) == ["Ann Lee", "Ann Lee", "Bob Ray"]
    assert command("undo", "people.import", "--yes") == 0
    assert [each["id"] for each in sandbox.contacts()] == [kept]


@pytest.mark.parametrize("runs_between", [0, 1, 2])
def test_undoing_the_import_keeps_what_people_entered(sandbox: Sandbox, kept: str, runs_between: int) -> None:
    """Undoing the import keeps the app's contact and names the `dedupe` to undo first; then all is as it was."""
    for _ in range(runs_between):
        assert command(*IMPORT, "--on-match", "update") == 0
    assert command("undo", "people.import", "--yes") == 1
    assert [each["id"] for each in sandbox.contacts()] == [kept]
    assert "undo that first" in Path("people.import/undo.csv").read_text(encoding="utf-8")
    assert command("undo", "dedupe.import", "--yes") == 0
    assert command("undo", "people.import", "--yes") == 0
    assert [each["id"] for each in sandbox.contacts()] == [kept]


def test_a_lost_folder_of_dedupe_endangers_nothing(sandbox: Sandbox, kept: str) -> None:
    """Without the folder of `dedupe` the row stays with the kept contact, and an undo keeps that one too."""
    assert command(*IMPORT) == 0
    for file in Path("dedupe.import").iterdir():
        file.unlink()
    SHEET.write_text(f"Name,Phone,Role\n{ANN.strip()},CEO\n{BOB}", encoding="utf-8")
    assert command(*IMPORT, "--on-match", "update", *CREATE) == 0
    assert id_map()["2"]["contact_id"] == kept
    assert command("undo", "people.import", "--all", "--yes") in (0, 1)
    assert [each["id"] for each in sandbox.contacts()] == [kept]


def test_an_update_adds_to_the_kept_contact(sandbox: Sandbox, kept: str) -> None:
    """--on-match update brings what the row says into the app's contact, and takes away nothing that people entered."""
    phones = [{"name": "home", "value": "+14155550177"}, {"name": "mobile", "value": "+14155550101"}]
    sandbox.edit(kept, company="Acme", phoneNumbers=phones)
    SHEET.write_text(f"Name,Phone,Role\n{ANN.strip()},CEO\n{BOB.strip()},\n", encoding="utf-8")
    for _ in range(2):
        assert command(*IMPORT, "--on-match", "update", *CREATE) == 0
        fields = contact(sandbox, kept)["defaultFields"]
        assert (fields["company"], fields["role"]) == ("Acme", "CEO")
        assert {item["value"] for item in fields["phoneNumbers"]} == {"+14155550101", "+14155550177"}
        assert names(sandbox) == ["Ann Lee", "Bob Ray"]


def test_mirror_keeps_what_people_entered(sandbox: Sandbox) -> None:
    """--mirror never deletes the app's contact, wherever the row goes."""
    mirror = ("--map", "Id=external_id", "--source", "shop", "--mirror", "--max-deletes", "9")
    SHEET.write_text(f"Id,Name,Phone\n1,{ANN}2,{BOB}", encoding="utf-8")
    assert command(*IMPORT, *mirror) == 0
    kept_id = in_app(sandbox)
    assert command("dedupe", "--yes") == 0
    for rows in (f"1,{ANN}2,{BOB}", f"2,{BOB}", f"1,{ANN}2,{BOB}"):
        SHEET.write_text(f"Id,Name,Phone\n{rows}", encoding="utf-8")
        assert command(*IMPORT, *mirror, *CREATE) == 0
        assert names(sandbox) == ["Ann Lee", "Bob Ray"]
        assert contact(sandbox, kept_id)


def test_a_kept_contact_that_is_deleted_is_missing(sandbox: Sandbox, kept: str) -> None:
    """Where a person deletes the kept contact, too, the row is said to be without it once, and can be made again."""
    assert command(*IMPORT) == 0
    sandbox.delete(kept)
    assert command(*IMPORT) == 1
    with Path("people.import/problems.csv").open(encoding="utf-8", newline="") as stream:
        (problem,) = csv.DictReader(stream)
    assert problem["rule"] == "contact-gone"
    assert problem["message"].startswith(f"Row 2: its contact {kept}")
    assert command(*IMPORT) == 0
    for _ in range(2):
        assert command(*IMPORT, *CREATE) == 0
        assert names(sandbox) == ["Ann Lee", "Bob Ray"]
    assert command("undo", "people.import", "--all", "--yes") == 0
    assert names(sandbox) == []


def test_a_row_that_a_run_has_called_deleted_is_healed(sandbox: Sandbox) -> None:
    """Where runs did not know of the `dedupe`, the next one that does gives the row the kept contact."""
    SHEET.write_text(f"Name,Phone\n{ANN}{BOB}", encoding="utf-8")
    assert command(*IMPORT) == 0
    kept_id = in_app(sandbox)
    assert command("dedupe", "--yes", "--out", "elsewhere/dedupe.import") == 0
    assert command(*IMPORT) == 1
    assert command(*IMPORT) == 0
    Path("elsewhere/dedupe.import").rename("dedupe.import")
    assert command(*IMPORT, *CREATE) == 0
    assert names(sandbox) == ["Ann Lee", "Bob Ray"]
    assert id_map()["2"]["contact_id"] == kept_id


def test_a_kept_contact_that_is_joined_again(sandbox: Sandbox) -> None:
    """The row follows from one kept contact to the next, and back as each `dedupe` is undone."""
    SHEET.write_text(f"Name,Phone\n{ANN}{BOB}", encoding="utf-8")
    assert command(*IMPORT) == 0
    changed = add(sandbox, "Ann", "Lee", ["+14155550101"], ["ann@example.com"])
    with sandbox.workspace.store.writing():
        sandbox.workspace.store.update(changed | {"updatedAt": "2031-01-01T00:00:00.000Z"})
    assert command("dedupe", "--yes") == 0
    assert command(*IMPORT) == 0
    assert id_map()["2"]["contact_id"] == changed["id"]
    with sandbox.workspace.store.writing():
        stored = contact(sandbox, changed["id"])
        sandbox.workspace.store.update(stored | {"updatedAt": stored["createdAt"]})
    kept_id = in_app(sandbox)
    assert command("dedupe", "--yes") == 0
    assert names(sandbox) == ["Ann Lee", "Bob Ray"]
    assert command(*IMPORT, *CREATE) == 0
    assert id_map()["2"]["contact_id"] == kept_id
    for count, options in ((2, ()), (3, ("--all",))):
        assert command("undo", "dedupe.import", *options, "--yes") == 0
        assert names(sandbox).count("Ann Lee") == count
        assert command(*IMPORT, *CREATE) == 0
        assert names(sandbox).count("Ann Lee") == count
        assert id_map()["2"]["contact_id"] != kept_id


@pytest.mark.parametrize("options", [CREATE, ("--on-match", "update", *CREATE)])
def test_a_row_that_comes_back_to_a_contact_of_another_row(sandbox: Sandbox, options: tuple[str, ...]) -> None:
    """Where both contacts were of one folder, a row that was taken out comes back to the kept one."""
    header, phone, email = "Name,Phone,Email\n", "Ann Lee,+14155550101,\n", "Ann Lee,,ann@example.com\n"
    SHEET.write_text(header + phone + email, encoding="utf-8")
    assert command(*IMPORT, "--accept-new-rows") == 0
    assert names(sandbox) == ["Ann Lee", "Ann Lee"]
    ids = id_map()
    SHEET.write_text(header + phone, encoding="utf-8")
    assert command(*IMPORT) == 0
    sandbox.edit(
        ids["2"]["contact_id"],
        emails=[{"name": "email", "value": "ann@example.com"}],
    )
    assert command("dedupe", "--yes") == 0
    assert names(sandbox) == ["Ann Lee"]
    SHEET.write_text(header + phone + email, encoding="utf-8")
    for _ in range(3):
        assert command(*IMPORT, *options) == 0
        assert names(sandbox) == ["Ann Lee"]
        assert {line["contact_id"] for line in id_map().values()} == {ids["2"]["contact_id"]}
        assert command("verify", "people.csv") == 0


@pytest.mark.parametrize(
    "options", [(), CREATE, ("--no-trust-journal",), ("--on-match", "update"), ("--match", "phone")]
)
def test_a_lost_folder_makes_nobody_twice(sandbox: Sandbox, kept: str, options: tuple[str, ...]) -> None:
    """Once the folder of the sheet is lost, its person is found in the app's contact, which has no external id."""
    shutil.rmtree("people.import")
    for _ in range(2):
        assert command(*IMPORT, *options) == 0
        assert names(sandbox) == ["Ann Lee", "Bob Ray"]
        assert id_map()["2"]["contact_id"] == kept
        assert command("verify", "people.csv") == 0
    assert command("undo", "people.import", "--all", "--yes") in (0, 1)
    assert contact(sandbox, kept)


def test_a_question_says_where_the_kept_contact_is_from(sandbox: Sandbox, kept: str) -> None:
    """A contact that was entered in the app is not said to be created from the row whose own was joined into it."""
    SHEET.write_text(f"Name,Phone\nAnn Lee,+14155550199\n{BOB}", encoding="utf-8")
    assert command(*IMPORT) == 1
    question = Path("people.import/problems.csv").read_text(encoding="utf-8")
    assert f"contact {kept}, into which dedupe joined the one created from row 2 on " in question
