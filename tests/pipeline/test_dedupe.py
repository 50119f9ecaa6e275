"""`dedupe`: one contact of those that are one person, nothing lost on the way, and all of it taken back by `undo`."""

from __future__ import annotations

import asyncio
import csv
import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import SecretStr

from importer.api.client import Api
from importer.cli.app import main
from importer.cli.events import document
from importer.delivery.dedupe import Dedupe
from importer.delivery.journal import Journal, RunRecord
from importer.delivery.journal.read_only import open_read_only
from importer.delivery.journal.store import no_fault
from importer.delivery.rate_limit.limiter import RateLimiter
from importer.delivery.rate_limit.source_lock import SourceLock
from importer.delivery.unjoin import Unjoin
from importer.errors import ValuesLost
from importer.pipeline.job import Job
from importer.pipeline.workspace.connection import Connection
from importer.pipeline.workspace.twin_contacts import read_twin_contacts
from importer.retry import Retry, RetryPolicy
from importer.sandbox import KEY, Fault, Sandbox
from importer.settings.load import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.sandbox.exchange import Exchange

POLICY = RetryPolicy(30.0, 5.0, 0.01, 0.05, 0.05)
NUMBERS = iter(range(10_000))
MIRROR = ("--mirror", "--max-deletes", "9")


class Crash(Exception):
    """The process dies here."""


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    with Sandbox.start(rate=0, key=KEY) as running:
        running.options.fields["tags"] = {"key": "tags", "name": "Tags", "type": "multi-select"}
        running.options.fields["mail"] = {"key": "mail", "name": "Mail", "type": "string"}
        monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
        monkeypatch.setenv("OPENPHONE_BASE_URL", running.url)
        yield running


def add(
    sandbox: Sandbox, first: str, last: str = "", phones: Sequence[str] = (), emails: Sequence[str] = (), **details: Any
) -> dict[str, Any]:
    """A contact as a program of its own has made it through the API."""
    number = next(NUMBERS)
    made = {"externalId": f"crm-{number}", "source": f"script-{number}"}
    arrays: dict[str, Any] = {
        "phoneNumbers": [{"name": "mobile", "value": phone} for phone in phones],
        "emails": [{"name": "work", "value": email} for email in emails],
    }
    return sandbox.add(firstName=first, lastName=last or None, **arrays, **{**made, **details})


def shown(contact: dict[str, Any]) -> tuple[object, ...]:
    """All that a contact says, without what the service sets again."""
    fields = contact["defaultFields"]
    arrays = [sorted((item["name"], item["value"]) for item in fields[name]) for name in ("phoneNumbers", "emails")]
    customs = sorted((item["key"], str(item["value"])) for item in contact["customFields"])
    texts = [fields[name] for name in ("firstName", "lastName", "company", "role")]
    ids = [contact[name] for name in ("externalId", "source", "sourceUrl", "createdByUserId")]
    return (*texts, *map(str, arrays), str(customs), *ids)


def images(sandbox: Sandbox) -> list[tuple[object, ...]]:
    return sorted(map(shown, sandbox.contacts()), key=str)


def names(sandbox: Sandbox) -> list[str]:
    fields = [contact["defaultFields"] for contact in sandbox.contacts()]
    return sorted(f"{each['firstName']} {each['lastName'] or ''}".strip() for each in fields)


def command(*arguments: str) -> int:
    return main([*arguments, "--rate", "1000", "-q"])


def table(name: str = "dedupe.csv") -> list[dict[str, str]]:
    with Path("dedupe.import", name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def deleted_ids() -> set[tuple[str, str]]:
    return {(line["contact_id"], line["external_id"]) for line in table() if line["result"] == "deleted"}


def twins(sandbox: Sandbox) -> None:
    """Two people of two contacts, one of three, and others who only look alike."""
    add(sandbox, "Ann", "Lee", ["+14155550101"], company="Acme")
    add(sandbox, "Ann", "Lee", ["+14155550101", "+14155550102"], ["ann@example.com"], role="CEO")
    add(sandbox, "Bob", "Ray", emails=["bob@example.com"], customFields={"tags": ["a"]})
    add(sandbox, "B.", "Ray", emails=["BOB@example.com"], customFields={"tags": ["b"]}, externalId=None)
    add(sandbox, "Cyd", "Fox", ["+14155550103"])
    add(sandbox, "Cyd", "", ["+14155550103"], ["cyd@example.com"])
    add(sandbox, "Cyd", "Fox", ["+14155550104"], ["cyd@example.com"], sourceUrl="https://crm.example/7")
    add(sandbox, "Dan", "Lee", ["+14155550101"])  # Ann's household
    add(sandbox, "Cyd", "Fox", ["+14155550199"])  # her namesake


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


# -------------------------------------------------------------------------------------- stops, kills, lost answers


async def attempt(sandbox: Sandbox, what: str, fault: Callable[[str], None] = no_fault) -> None:
    """One `dedupe` or `undo` as the command does it, with a short patience."""
    job = Job("dedupe", load({"base_url": sandbox.url, "rate": 1000.0}, {}))
    job.out.mkdir(exist_ok=True)
    async with Api(sandbox.url, SecretStr(KEY), RateLimiter(1000)) as api:
        retry = Retry(POLICY, asyncio.Event(), has_answered=lambda: api.answered)
        connection = Connection(api, api.base_url, SecretStr(KEY), retry, SourceLock(None, "", "", 0))
        with Journal.open(job.journal, connection.address, KEY, fault=fault) as journal:
            if what == "undo":
                target = journal.joins.targets()[-1]
                journal.enter(RunRecord(f"u{next(NUMBERS)}", "undo", "dedupe", None, "2026-07-01T10:00:00+00:00"))

                async def of_source(source: str) -> list[dict[str, Any]]:
                    return [contact for contact in sandbox.contacts() if contact["source"] == source]

                await Unjoin(journal, api, target, retry, lambda _: None, of_source).run()
                return
            found = await read_twin_contacts(job, connection, journal)
            run_id = f"r{next(NUMBERS)}"
            journal.enter(RunRecord(run_id, "dedupe", "dedupe", None, "2026-07-01T10:00:00+00:00"))
            ready = [group for group in found.groups if not group.left]
            await Dedupe(journal, api, retry, lambda _: None).run(ready, [])
            journal.undos.finish(run_id, "2026-07-01T10:00:00+00:00", {}, 0)


def crash_at(moment: int) -> Callable[[str], None]:
    """A fault that kills at the n-th moment around the commits of what is joined or undone."""
    met = 0

    def fault(name: str) -> None:
        nonlocal met
        if name.partition(":")[2] in {"joining", "joined", "remaking", "unjoined"}:
            met += 1
            if met == moment:
                raise Crash

    return fault


def test_killed_at_any_moment(sandbox: Sandbox, tmp_path: Path) -> None:
    """Killed around any commit, dedupe and undo go on with the same command: once done, once taken back, whole."""
    twins(sandbox)
    before = images(sandbox)
    after: list[object] = []
    for moment in range(1, 29, 3):
        with suppress(Crash):
            asyncio.run(attempt(sandbox, "dedupe", crash_at(moment)))
        asyncio.run(attempt(sandbox, "dedupe"))
        after.append([line[:6] for line in images(sandbox)])
        with suppress(Crash):
            asyncio.run(attempt(sandbox, "undo", crash_at(moment)))
        asyncio.run(attempt(sandbox, "undo"))
        assert images(sandbox) == before, moment
        for file in tmp_path.glob("dedupe.import/*"):
            file.unlink()
    assert after == [after[0]] * len(after)
    assert len(after[0]) == 5  # type: ignore[arg-type]


FAULTS = [
    Fault(kind, method=method, nth=nth % 3 + 1, delay_ms=20)
    for nth, kind in enumerate(("drop", "drop-after", "500-after", "late", "truncated-body"))
    for method in ("PATCH", "DELETE", "POST")
]


def test_lost_answers(sandbox: Sandbox, tmp_path: Path) -> None:
    """Whatever request or answer is lost, no person goes or comes twice, and undo restores every image."""
    twins(sandbox)
    before = images(sandbox)
    for fault in FAULTS:
        sandbox.add_faults(fault)
        asyncio.run(attempt(sandbox, "dedupe"))
        assert len(sandbox.contacts()) == 5, fault
        asyncio.run(attempt(sandbox, "undo"))
        assert images(sandbox) == before, fault
        sandbox.clear_faults()
        for file in tmp_path.glob("dedupe.import/*"):
            file.unlink()


def test_edited_meanwhile(sandbox: Sandbox) -> None:
    """A contact that a person changes between the reading and its turn is not deleted, nor taken back over its edit."""
    kept = add(sandbox, "Ann", "Lee", ["+14155550101"], ["ann@example.com"], company="Acme")
    other = add(sandbox, "Ann", "Lee", ["+14155550101"], customFields={"tags": ["a"]})

    def edit_before(name: str) -> None:
        if name == "after:joining" and len(sandbox.contacts()) == 2:
            sandbox.edit(other["id"], role="CTO")

    asyncio.run(attempt(sandbox, "dedupe", edit_before))
    assert len(sandbox.contacts()) == 2
    sandbox.edit(kept["id"], role="CEO")
    asyncio.run(attempt(sandbox, "undo"))
    assert {contact["defaultFields"]["role"] for contact in sandbox.contacts()} == {"CTO", "CEO"}


def test_a_service_that_loses_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the first change is not stored as it was sent, nothing is deleted and no second change leaves."""
    monkeypatch.chdir(tmp_path)
    changes: list[str] = []

    def lose(exchange: Exchange) -> None:
        if exchange.method == "PATCH":
            changes.append(exchange.path)
            losing.edit(exchange.path.rpartition("/")[2], sourceUrl=None)

    with Sandbox.start(rate=0, key=KEY, heard=lose) as losing:
        for number in range(3):
            add(losing, "Ann", f"Lee{number}", [f"+1415555010{number}"], company="Acme", role="CEO")
            add(losing, "Ann", f"Lee{number}", [f"+1415555010{number}"], sourceUrl="https://crm.example/1")
        with pytest.raises(ValuesLost, match="Nothing was deleted"):
            asyncio.run(attempt(losing, "dedupe"))
        assert (len(losing.contacts()), len(changes)) == (6, 1)


def test_both_of_a_person_deleted(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """If the kept contact goes while the other is deleted, the run ends and names the undo that brings one back."""
    kept = add(sandbox, "Ann", "Lee", ["+14155550101"], company="Acme")
    add(sandbox, "Ann", "Lee", ["+14155550101"])
    before = images(sandbox)

    def delete_the_kept(name: str) -> None:
        # Another computer's dedupe keeps what is about to be deleted here.
        if name == "after:joining":
            sandbox.delete(kept["id"])

    with pytest.raises(ValuesLost, match=r"Both contacts of Ann Lee, .* were deleted"):
        asyncio.run(attempt(sandbox, "dedupe", delete_the_kept))
    assert sandbox.contacts() == []

    # Nothing is found any more, yet the next run does not end well.
    assert command("dedupe", "--yes") == 3
    said = capsys.readouterr().err
    assert "Ann Lee" in said
    assert "openphone-import undo dedupe.import" in said
    assert command("undo", "dedupe.import", "--yes") == 0
    assert len(sandbox.contacts()) == 1
    assert images(sandbox)[0] in before
    assert command("dedupe", "--yes") == 0
    assert names(sandbox) == ["Ann Lee"]


def test_killed_while_both_are_deleted(sandbox: Sandbox) -> None:
    """A run that is killed between a deletion and the look at the kept contact leaves that look to the next run."""
    for _ in range(2):
        add(sandbox, "Ann", "Lee", ["+14155550101"])

    def crash_once_deleted(name: str) -> None:
        if len(sandbox.contacts()) == 1 and name == "before:joined":
            raise Crash

    with pytest.raises(Crash):
        asyncio.run(attempt(sandbox, "dedupe", crash_once_deleted))
    sandbox.delete(sandbox.contacts()[0]["id"])
    assert command("dedupe", "--yes") == 3
    assert command("undo", "dedupe.import", "--yes") == 0
    assert names(sandbox) == ["Ann Lee"]
    assert command("dedupe", "--yes") == 0


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
