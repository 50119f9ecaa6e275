"""`undo` and `verify` as real commands over a service in its own process: killed in the middle, told apart, no lies."""

from __future__ import annotations

import csv
import json
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from importer.sandbox import Fault, Sandbox
from tests.e2e.process import Process
from tests.e2e.rig import Program, read_table, write_people

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import ImportPeople, Serve
    from tests.e2e.process import Done

ROWS = 90


def start(program: Program, command: str, *options: str) -> Process:
    """Start `undo` of the program's folder, or `verify` of its sheet."""
    what = str(program.out) if command == "undo" else str(program.sheet)
    out = () if command == "undo" else ("--out", str(program.out))
    given = (command, what, "--yes", "--json", "--base-url", program.url, "--rate", str(program.rate), *out, *options)
    return Process(given, program.folder, program.folder / "home")


def do(program: Program, command: str, *options: str) -> Done:
    return start(program, command, *options).end()


def facts(done: Done) -> dict[str, Any]:
    """The last event."""
    found: dict[str, Any] = json.loads(done.out.splitlines()[-1])
    return found


def test_killed_in_the_middle_of_an_undo(serve: Serve, import_people: ImportPeople) -> None:
    """Killed three times, an undo goes on where it was, leaves nothing that the run made, and keeps what it must."""
    service = serve("--rate", "0", "--latency", "20")
    program = import_people(service.url, ROWS)
    assert program.run().code == 0
    service.kill()
    with Sandbox.start(service.store) as app:
        kept = [app.edit(one["id"], role="CTO")["id"] for one in app.contacts()[::30]]
        stranger = app.add(firstName="Zoe")["id"]
    service.start()
    kills = 0
    # So seldom and so slow that many are left even where the machine is slow to kill: twenty are told of at once.
    unhurried = replace(program, rate=20)
    for moment in (3, 6, 9):
        process = start(unhurried, "undo")
        if process.saw_event("undone", moment):
            process.kill()
            kills += 1
    assert kills == 3
    done = do(program, "undo")
    assert done.code == 1, done.err
    assert facts(done) | {"requests": 0, "seconds": 0, "undone_runs": []} == {
        "event": "summary",
        "undone_runs": [],
        "reversed": ROWS - len(kept),
        "kept": len(kept),
        "failed": 0,
        "remaining": 0,
        "requests": 0,
        "seconds": 0,
        "exit_code": 1,
    }
    listed = read_table(program.out / "undo.csv")
    assert {line["contact_id"] for line in listed if line["result"] == "kept"} == set(kept)
    assert len(listed) == ROWS
    again = do(program, "undo")
    assert (again.code, facts(again)["requests"]) == (0, 0)
    assert {one["id"] for one in service.contacts()} == {*kept, stranger}


def test_after_an_undo_the_sheet_comes_again(serve: Serve, import_people: ImportPeople) -> None:
    """The id map shows no contact that is gone, and the same command imports the sheet anew."""
    service = serve("--rate", "0")
    program = import_people(service.url, 20)
    assert program.run().code == 0
    assert do(program, "undo").code == 0
    assert {(line["status"], line["contact_id"]) for line in program.id_map()} == {("unfinished", "")}
    assert service.contacts() == []
    done = program.run()
    assert (done.code, program.summary()["created"]) == (0, 20)
    assert do(program, "verify").code == 0


def test_a_run_killed_in_the_middle_of_updates_is_restored(serve: Serve, import_people: ImportPeople) -> None:
    """A run of updates, killed and gone on with, is one run to undo: every contact is as it was before."""
    service = serve("--rate", "0", "--latency", "20")
    program = import_people(service.url, 60)
    mapped = ("--map", "Email=external_id", "--map", "Phone=phone")
    assert program.run(*mapped).code == 0
    before = {one["externalId"]: one["defaultFields"] for one in service.contacts()}
    people = read_table(program.sheet)
    with program.sheet.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, [*people[0], "Company"])
        table.writeheader()
        table.writerows({**one, "Company": "Babbage"} for one in people)
    process = program.start(*mapped, "--on-match", "update")
    assert process.saw_event("delivered", 20)
    process.kill()
    assert program.run(*mapped, "--on-match", "update").code == 0
    assert {one["defaultFields"]["company"] for one in service.contacts()} == {"Babbage"}
    done = do(program, "undo")
    assert (done.code, facts(done)["reversed"]) == (0, 60), done.err
    assert {one["externalId"]: one["defaultFields"] for one in service.contacts()} == before


def test_a_service_that_fails_while_undoing(serve: Serve, import_people: ImportPeople, tmp_path: Path) -> None:
    """Lost answers, errors after the deed, late arrivals and 404s: everything the run made goes all the same."""
    kinds = ("lost-response", "500-after", "late", "reset", "404", "html-503", "429")
    faults = "".join(f'[[fault]]\nkind = "{kind}"\nmethod = "DELETE"\nprobability = 0.1\n' for kind in kinds)
    (tmp_path / "faults.toml").write_text(faults, encoding="utf-8")
    service = serve("--rate", "0", "--faults", str(tmp_path / "faults.toml"))
    program = import_people(service.url, 20)
    assert program.run().code == 0
    done = do(program, "undo")
    assert (done.code, facts(done)["reversed"]) == (0, 20), done.err
    assert service.contacts() == []


def test_verify_tells_differences_apart(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """Never arrived, changed by a person, altered by the service, not sent: each is named, and the balance adds up."""
    program = import_people(sandbox.url, 12)
    assert program.run().code == 0
    assert do(program, "verify").code == 0
    there = {phone(one): one for one in sandbox.contacts()}
    people = read_table(program.sheet)
    sandbox.edit(there[people[0]["Phone"]]["id"], lastName="King")
    sandbox.edit(there[people[1]["Phone"]]["id"], company="Added by hand")
    sandbox.delete(there[people[2]["Phone"]]["id"])
    with program.sheet.open("a", encoding="utf-8") as stream:
        stream.write("New,Person,+442079460000,new@example.com\nBad,Row,12,\n")
    done = do(program, "verify", "--region", "GB")
    found = facts(done)
    assert done.code == 1
    assert (found["there"], found["changed_since"], found["never_arrived"], found["rejected"]) == (10, 2, 1, 1)
    assert (found["rows"], found["unknown"]) == (14, 0)
    lines = {line["row"]: line for line in read_table(program.out / "verify.csv")}
    assert (lines["2"]["kind"], lines["2"]["field"]) == ("changed-since", "last_name")
    assert (lines["2"]["sheet"], lines["2"]["workspace"]) == ("Byron", "King")
    assert "deleted" in lines["4"]["reason"]
    assert lines["14"]["kind"] == "never-arrived"
    assert set(lines) == {"2", "4", "14"}


def phone(contact: dict[str, Any]) -> str:
    return str(contact["defaultFields"]["phoneNumbers"][0]["value"])


def test_verify_knows_what_the_service_altered(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A value that was not kept as it was sent is the service's doing as long as nobody has touched the contact."""
    program = import_people(sandbox.url, 3)
    assert program.run().code == 0
    one = sandbox.edit(sandbox.contacts()[0]["id"], lastName="ALTERED")
    # As if the service had answered the POST so: the journal keeps how the answer showed the contact.
    from importer.plan import contact_fingerprint

    with sqlite3.connect(program.out / "journal.sqlite") as journal:
        journal.execute("UPDATE contacts SET left_as = ? WHERE contact_id = ?", (contact_fingerprint(one), one["id"]))
    journal.close()
    done = do(program, "verify")
    assert (done.code, facts(done)["altered_by_service"]) == (1, 1)


def test_verify_without_a_journal(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """With the journal lost every contact is still found and compared; a second contact under one id is told of."""
    program = import_people(sandbox.url, 5)
    assert program.run().code == 0
    program.drop_journal()
    assert do(program, "verify").code == 0
    sandbox.add(sandbox.contacts()[0])
    done = do(program, "verify")
    assert (done.code, facts(done)["doubled"], facts(done)["there"]) == (1, 1, 4)


def test_verify_asks_for_twenty_at_a_time(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """100 rows among 500 contacts are looked up 20 a request; among 100 they are listed 50 a request."""
    program = import_people(sandbox.url, 100)
    assert program.run().code == 0
    few = facts(do(program, "verify"))
    assert (few["there"], few["requests"]) == (100, 3)
    for number in range(400):
        sandbox.add(firstName=f"Other{number}")
    many = facts(do(program, "verify"))
    assert many["there"] == 100
    assert many["requests"] <= 11
    assert {one.method for one in sandbox.requests()[-5:]} == {"GET"}


def test_killed_in_the_middle_of_a_verify(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """A verify that is killed leaves the workspace, the journal and the next verify as if it had never been."""
    program = import_people(sandbox.url, 60)
    assert program.run().code == 0
    written = len([one for one in sandbox.requests() if one.method != "GET"])
    process = start(program, "verify")
    assert process.saw_event("surveying")
    process.kill()
    assert do(program, "verify").code == 0
    assert len([one for one in sandbox.requests() if one.method != "GET"]) == written
    assert facts(program.run())["requests"] == 1


def test_visibility(import_people: ImportPeople, sandbox: Sandbox) -> None:
    """Contacts with a conversation are seen now, others with a number later, those without a number never."""
    program = import_people(sandbox.url, 4)
    with program.sheet.open("a", encoding="utf-8") as stream:
        stream.write("Mail,Only,,mail@example.com\n")
    assert program.run().code == 0
    for number in range(120):
        sandbox.converse(f"+1415555{number:04d}")
    sandbox.converse(phone(sandbox.contacts()[0]), "+14155559999")
    found = facts(do(program, "verify", "--visibility"))
    assert (found["seen_now"], found["seen_later"], found["seen_never"]) == (1, 3, 1)


@pytest.mark.parametrize("kind", ["403", "404"])
def test_visibility_that_the_service_does_not_tell(kind: str, import_people: ImportPeople, sandbox: Sandbox) -> None:
    """Where the key may not see conversations, verify says so and ends as it would without the question."""
    program = import_people(sandbox.url, 2)
    assert program.run().code == 0
    sandbox.add_faults(Fault(kind, path="/v1/conversations*"))
    done = do(program, "verify", "--visibility")
    assert done.code == 0
    assert "does not show its conversations" in done.err
    assert "seen_now" not in facts(done)


def test_undo_where_there_is_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """A folder without a journal, an unknown run and another workspace's journal are named, with the next step."""
    program = Program(tmp_path, write_people(tmp_path / "people.csv", 2), sandbox.url)
    missing = do(program, "undo")
    assert (missing.code, "no journal.sqlite" in missing.err) == (2, True)
    assert program.run().code == 0
    unknown = do(program, "undo", "--run", "20200101-000000-abcd")
    assert (unknown.code, program.summary()["run_id"] in unknown.err) == (2, True)
    assert len(sandbox.contacts()) == 2
    named = do(program, "undo", "--run", program.summary()["run_id"])
    assert (named.code, sandbox.contacts()) == (0, [])
