"""`dedupe`: one contact of those that are one person, nothing lost on the way, and all of it taken back by `undo`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from importer.cli.app import main
from importer.cli.events import document
from importer.delivery.journal.read_only import open_read_only
from tests.pipeline.dedupe.doubles import add, command, deleted_ids, images, names, table, twins

if TYPE_CHECKING:
    from importer.sandbox import Sandbox

MIRROR = ("--mirror", "--max-deletes", "9")


def test_one_contact_of_each_person(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """One contact has all that the others said, no other person is touched, and a second run finds nothing."""
    twins(sandbox)
    before = images(sandbox)
    assert main(["dedupe", "--plan", "--rate", "1000"]) == 0
    said = capsys.readouterr().out
    assert images(sandbox) == before
    assert "Ann Lee: keep" in said
    assert "company Acme" in said
    assert {line["result"] for line in table()} == {"planned"}

    # The plan says how to go on.
    assert "if that is right: openphone-import dedupe --rate 1000" in said
    assert command("dedupe", "--yes") == 0
    assert names(sandbox) == ["Ann Lee", "Bob Ray", "Cyd Fox", "Cyd Fox", "Dan Lee"]
    ann = next(contact for contact in sandbox.contacts() if contact["defaultFields"]["firstName"] == "Ann")
    assert (ann["defaultFields"]["company"], ann["defaultFields"]["role"]) == ("Acme", "CEO")
    assert {item["value"] for item in ann["defaultFields"]["phoneNumbers"]} == {"+14155550101", "+14155550102"}
    bob = next(contact for contact in sandbox.contacts() if contact["defaultFields"]["firstName"] == "Bob")
    assert sorted(bob["customFields"][0]["value"]) == ["a", "b"]
    assert sum(line["result"] == "deleted" for line in table()) == 4
    assert Path("dedupe.import/dedupe.csv").stat().st_mode & 0o077 == 0

    after, gone = images(sandbox), deleted_ids()
    for plan in ([], ["--plan"]):
        assert command("dedupe", "--yes", *plan) == 0
        # The file still says what the first run deleted.
        assert (images(sandbox), deleted_ids(), len(table())) == (after, gone, 4)

    assert command("undo", "dedupe.import", "--yes") == 0
    assert images(sandbox) == before
    assert command("dedupe", "--plan") == 0
    assert {line["result"] for line in table()} == {"planned"}
    page = Path("dedupe.import/undo.html").read_text(encoding="utf-8")
    assert all(words in page for words in ("Ann Lee", "brought back", "restored", "Undone: everything is as it was"))
    assert command("undo", "dedupe.import", "--yes") == 0
    assert images(sandbox) == before


NOT_AVAILABLE = {"first": "Not", "last": "available"}
LEFT: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "two companies": ({"company": "Acme"}, {"company": "Apex"}, "company: 'A"),
    "two family names": ({"last": "Lee"}, {"last": "Moss"}, "last_name"),
    "two values of a field": (
        {"customFields": {"mail": "a@x.org"}},
        {"customFields": {"mail": "b@x.org"}},
        "custom:Mail",
    ),
    "two links": ({"sourceUrl": "https://crm.example/1"}, {"sourceUrl": "https://crm.example/2"}, "source_url"),
    "two tones": (
        {"first": "Dũng", "last": "Nguyễn"},
        {"first": "Dụng", "last": "Nguyễn"},
        "different names because of their accents",
    ),
    "no tone beside one": ({"first": "Hoa", "last": "Nguyễn"}, {"first": "Hòa", "last": "Nguyễn"}, "different names"),
    "a tone in one field": (
        {"first": "", "last": "Dũng"},
        {"first": "Dụng", "last": ""},
        "different names because of their accents",
    ),
    "two kana": (
        {"first": "かき", "last": ""},
        {"first": "がき", "last": ""},
        "different names because of their accents",
    ),
    "two Thai names": (
        {"first": "ปา", "last": ""},
        {"first": "ป้า", "last": ""},
        "different names because of their accents",
    ),
    "two Cyrillic letters": ({"first": "Андрей"}, {"first": "Андреи"}, "different names because of their accents"),
    "a Cyrillic initial": ({"first": "И."}, {"first": "Йован"}, "different names because of their accents"),
    "two accents": ({"first": "José"}, {"first": "Josè"}, "different names because of their accents"),
    "two companies but for a mark": ({"company": "Край"}, {"company": "Краи"}, "company"),
    "a dash for a name": ({"first": "-", "last": ""}, {"first": "-", "last": ""}, "'-' is not a name"),
    "a word for no name": ({"first": "Unknown"}, {"first": "unknown"}, "is not a name"),
    "a word over both halves": (NOT_AVAILABLE, NOT_AVAILABLE, "is not a name"),
    "no name in brackets": ({"first": "(N/A)"}, {"first": "(N/A)"}, "is not a name"),
    "two customers": ({"source": "crm"}, {"source": "CRM"}, "has two ids for them"),
    "two customers of one program": ({"source": None}, {"source": None}, "has two ids for them"),
    "both made in the app": ({"source": None}, {"source": "openphone"}, "made in the app"),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_contradicts_is_said_and_left(sandbox: Sandbox, case: str) -> None:
    """Contacts that one contact cannot stand for stay as they are, with the reason, and a person decides."""
    first, second, reason = LEFT[case]
    for details in (first, second):
        usual: dict[str, Any] = {"first": "Ann", "last": "Lee", "phones": ["+14155550101"]}
        add(sandbox, **{**usual, **details})
    before = sandbox.contacts()
    assert command("dedupe", "--yes") == 1
    assert sandbox.contacts() == before
    assert [(line["result"], reason in line["reason"]) for line in table()] == [("left", True)] * 2


def test_only_what_the_api_made_is_deleted(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A contact made or changed by a person is the one that is kept, with all that the other says."""
    add(sandbox, "Ann", "Lee", ["+14155550101"], company="Acme")
    own = sandbox.add(firstName="Ann", lastName="Lee", phoneNumbers=[{"name": "m", "value": "+14155550101"}])
    add(sandbox, "Bob", "Ray", ["+14155550105"], role="CTO", company="Acme")
    changed = add(sandbox, "Bob", "Ray", ["+14155550105"])
    with sandbox.workspace.store.writing():
        sandbox.workspace.store.update(changed | {"updatedAt": "2031-01-01T00:00:00.000Z"})
    assert command("dedupe", "--yes", "--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    validator = Draft202012Validator(document())
    assert [event for event in events if not validator.is_valid(event)] == []
    assert [event["result"] for event in events if event["event"] == "joined"] == ["joined"] * 2
    kept = {contact["id"]: contact["defaultFields"]["company"] for contact in sandbox.contacts()}
    assert kept == {own["id"]: "Acme", changed["id"]: "Acme"}


def test_shared_numbers_prove_nothing(sandbox: Sandbox) -> None:
    """A switchboard and an office's mailbox join no people; seven copies of one are one; J. Ray may be Jo or Jim."""
    for number in range(7):
        add(sandbox, "Ann", f"Lee{number}", ["+14155550100"], ["info@example.com"])
        add(sandbox, "Zoe", "Fox", ["+14155550177"])
    for first in ("Jo", "J", "Jim"):
        add(sandbox, first, "Ray", ["+14155550188"])
    assert command("dedupe", "--yes") == 1
    assert names(sandbox).count("Zoe Fox") == 1
    assert len(sandbox.contacts()) == 7 + 1 + 3
    assert {line["reason"] for line in table() if line["result"] == "left"} == {
        "the names may be those of two people who share a number or address"
    }


def test_a_folder_knows_what_it_made(sandbox: Sandbox) -> None:
    """The contact of a row here is kept, whatever says more; the row then finds it again. A guard can stop it."""
    Path("people.csv").write_text("First Name,Last Name,Phone\nAnn,Lee,+14155550101\n", encoding="utf-8")
    add(sandbox, "Ann", "Lee", ["+14155550101"], ["ann@example.com"], company="Acme", role="CEO")
    assert command("run", "people.csv", "--yes") == 0
    assert len(sandbox.contacts()) == 2
    assert command("dedupe", "--yes", "--max-deletes", "0") == 2
    assert len(sandbox.contacts()) == 2
    assert command("dedupe", "--yes") == 0
    assert [contact["source"] for contact in sandbox.contacts()] == ["spreadsheet-import"]
    assert sandbox.contacts()[0]["defaultFields"]["role"] == "CEO"
    assert command("run", "people.csv", "--yes") == 0
    assert command("verify", "people.csv") == 0
    assert len(sandbox.contacts()) == 1


def test_two_rows_are_left(sandbox: Sandbox) -> None:
    """Contacts of two rows stay until one row is out of its sheet; then the other one's contact is kept."""
    header, ann, bob = "External ID,First Name,Phone\n", "1,Ann,+14155550101\n", "2,Bob,+14155550102\n"
    Path("first.csv").write_text(header + ann, encoding="utf-8")
    Path("second.csv").write_text(header + ann.replace("1", "3", 1) + bob, encoding="utf-8")
    for name in ("first", "second"):
        assert command("run", f"{name}.csv", "--yes", "--source", name) == 0
    assert names(sandbox) == ["Ann", "Ann", "Bob"]
    assert command("dedupe", "--yes") == 1
    assert len(sandbox.contacts()) == 3
    reason = table()[0]["reason"]
    assert all(folder in reason for folder in ("first.import", "second.import", "take the row that is too many out"))

    Path("second.csv").write_text(header + bob, encoding="utf-8")
    assert command("run", "second.csv", "--yes", "--source", "second") == 0
    assert command("dedupe", "--yes") == 0
    assert sorted(contact["source"] for contact in sandbox.contacts()) == ["first", "second"]
    for name in ("first", "second"):
        assert command("run", f"{name}.csv", "--yes", "--source", name, *MIRROR) == 0
        assert names(sandbox) == ["Ann", "Bob"]


def test_a_contact_without_its_row_is_not_kept(sandbox: Sandbox) -> None:
    """The contact whose row was taken out of its sheet goes, since a run with --mirror would delete it later."""
    header, ann, bob = "External ID,First Name,Phone,Company\n", "1,Ann,+14155550101,Acme\n", "2,Bob,+14155550102,\n"
    for rows in (ann + bob, bob):
        Path("people.csv").write_text(header + rows, encoding="utf-8")
        assert command("run", "people.csv", "--yes", "--source", "people") == 0
    add(sandbox, "Ann", "", ["+14155550101"], source="crm")
    assert command("dedupe", "--yes") == 0
    assert command("run", "people.csv", "--yes", "--source", "people", *MIRROR) == 0
    assert names(sandbox) == ["Ann", "Bob"]


def test_forgotten_too(sandbox: Sandbox) -> None:
    """`forget` takes a person out of the images that a folder of dedupe keeps."""
    twins(sandbox)
    assert command("dedupe", "--yes") == 0
    assert main(["forget", "+14155550102", "dedupe.import", "--yes"]) == 0
    held = b"".join(file.read_bytes() for file in Path("dedupe.import").iterdir() if file.is_file())
    assert b"14155550102" not in held
    assert b"cyd@example.com" in held


def test_another_workspace_gets_nothing(sandbox: Sandbox) -> None:
    """With a key that does not show the kept contacts, an undo makes none of the deleted ones."""
    twins(sandbox)
    assert command("dedupe", "--yes") == 0
    sandbox.workspace.store.clear()
    sandbox.gate.keys.add("key-of-another-workspace")
    Path("other.key").write_text("key-of-another-workspace", encoding="utf-8")
    assert command("undo", "dedupe.import", "--yes", "--api-key-file", "other.key") == 2
    assert sandbox.contacts() == []


ONE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "an accent left out": ({"first": "Jose", "last": "Nunez"}, {"first": "José", "last": "Núñez"}),
    "a Greek accent left out": ({"first": "Γιώργος", "last": ""}, {"first": "ΓΙΩΡΓΟΣ", "last": ""}),
    "one name in two forms": ({"first": "Андре\u0438\u0306"}, {"first": "Андрей"}),
    "a Thai name": ({"first": "ป้า", "last": ""}, {"first": "ป้า", "last": ""}),
    "an initial": ({"first": "E."}, {"first": "Ève"}),
    "a name that is a word for none": ({"last": "Null"}, {"last": "Null"}),
    "only a company": ({"first": "", "last": "", "company": "Acme"}, {"first": "", "last": "", "company": "ACME"}),
    "ids made up here": ({"source": "x", "externalId": "oi1-a"}, {"source": "x", "externalId": "oir1-b"}),
    "an id beside one made up": ({"source": "x", "externalId": "7"}, {"source": "x", "externalId": "oi1-a"}),
}


@pytest.mark.parametrize("case", ONE)
def test_what_people_write_differently_is_joined(sandbox: Sandbox, case: str) -> None:
    """Accents left out, another Unicode form, and ids that this program made up keep no two contacts apart."""
    for details in ONE[case]:
        usual: dict[str, Any] = {"first": "Ann", "last": "Lee", "phones": ["+14155550101"]}
        add(sandbox, **{**usual, **details})
    assert command("dedupe", "--yes") == 0
    assert len(sandbox.contacts()) == 1


def test_who_was_joined_outlives_the_import(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither an undo nor --mirror takes away the contact that others were joined into; what is advised ends well."""
    sheet = Path("people.csv")
    sheet.write_text("Id,Name,Phone\n1,Ann Lee,+14155550101\n2,Bob Ray,+14155550102\n", encoding="utf-8")
    mirror = ("--map", "Id=external_id", "--source", "shop", *MIRROR, "--yes")
    assert command("run", "people.csv", *mirror) == 0
    add(sandbox, "Ann", "Lee", ["+14155550101"])
    add(sandbox, "Bob", "Ray", ["+14155550102"])
    assert command("dedupe", "--yes") == 0
    before = images(sandbox)
    assert len(before) == 2

    sheet.write_text("Id,Name,Phone\n2,Bob Ray,+14155550102\n", encoding="utf-8")
    assert command("run", "people.csv", *mirror) == 0
    assert "dedupe joined other contacts" in Path("people.import/problems.csv").read_text(encoding="utf-8")
    capsys.readouterr()
    assert command("undo", "people.import", "--yes") == 1
    assert images(sandbox) == before
    said = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Next:"))
    first, again = (text.split("openphone-import ")[1].split("; ")[0].split() for text in said.split(": ")[1:][1:])

    assert main([*first, "--yes", "-q"]) == 0
    assert len(sandbox.contacts()) == 4
    assert main(again) == 0
    assert names(sandbox) == ["Ann Lee", "Bob Ray"]


def test_an_older_run_can_be_undone_after_the_later_one(sandbox: Sandbox) -> None:
    """Undoing an older run first keeps what a later one changed; after the later one it is undone, as advised."""
    sheet = Path("people.csv")
    options = ("--map", "Id=external_id", "--on-match", "update", "--yes")
    sheet.write_text("Id,Name,Phone\n1,Ann Lee,+14155550101\n", encoding="utf-8")
    assert command("run", "people.csv", *options) == 0
    sheet.write_text("Id,Name,Phone\n1,Ann Lee,+14155550109\n", encoding="utf-8")
    assert command("run", "people.csv", *options) == 0
    with open_read_only(Path("people.import/journal.sqlite")) as journal:
        older = journal.runs()[0].run_id
    assert command("undo", "people.import", "--run", older, "--yes") == 1
    assert "undo that run first" in Path("people.import/undo.csv").read_text(encoding="utf-8")
    assert command("undo", "people.import", "--yes") == 0
    assert command("undo", "people.import", "--run", older, "--yes") == 0
    assert names(sandbox) == []


@pytest.mark.parametrize("kept_by", ["another sheet", "a script"])
def test_who_was_joined_is_found_without_the_folder(sandbox: Sandbox, kept_by: str) -> None:
    """Once the folder of a sheet is lost, its person whose contact was joined into another's is not made again."""
    Path("a.csv").write_text("Name,Phone,Email\nAnn Lee,+14155550101,ann@example.com\n", encoding="utf-8")
    Path("b.csv").write_text("Name,Phone\nAnn Lee,+14155550101\nBob Ray,+14155550102\n", encoding="utf-8")
    shop = ("--source", "shop", "--yes")
    assert command("run", "b.csv", *shop) == 0
    if kept_by == "a script":
        add(sandbox, "Ann", "Lee", ["+14155550101"], ["ann@example.com"])
    else:
        assert command("run", "a.csv", "--yes") == 0
    shutil.rmtree("b.import")
    assert command("dedupe", "--yes") == 0
    kept = [contact["source"] for contact in sandbox.contacts() if contact["defaultFields"]["firstName"] == "Ann"]
    assert len(kept) == 1
    assert kept != ["shop"]
    assert command("run", "b.csv", *shop) == 0
    assert names(sandbox) == ["Ann Lee", "Bob Ray"]
