"""Killed in the middle of changing contacts, while people edit them: nothing is doubled, lost or taken away."""

from __future__ import annotations

import csv
import random
import signal
from typing import TYPE_CHECKING

from importer.sandbox import Sandbox
from tests.e2e.process import Process
from tests.e2e.rig import Program, phones

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Serve
    from tests.e2e.rig import Service

ROWS = 120
RULES = ("--on-match", "update", "--map", "ID=external_id")
FAULTS = """
[[fault]]
kind = "lost-response"
method = "PATCH"
probability = 0.06

[[fault]]
kind = "500-after"
method = "PATCH"
probability = 0.05

[[fault]]
kind = "404"
method = "PATCH"
probability = 0.02

[[fault]]
kind = "reset"
probability = 0.03
"""


def phone_of(number: int) -> str:
    """A number that nobody else has."""
    return f"+4420794{number:05d}"


def write(path: Path, role: str) -> Path:
    """People with ids; everybody has this role."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["ID", "First Name", "Last Name", "Phone", "Role"])
        for number in range(ROWS):
            table.writerow([f"P{number}", f"Ada{number}", "Byron", phone_of(number), role])
    return path


def edit_some(service: Service) -> dict[str, str]:
    """Somebody adds a number to every tenth contact in the app; the numbers by contact id."""
    added = {}
    with Sandbox.start(service.store) as opened:
        for place, contact in enumerate(opened.contacts()):
            if place % 10 == 0:
                own = {"name": "home", "value": f"+1415555{place:04d}"}
                opened.edit(contact["id"], phoneNumbers=[*contact["defaultFields"]["phoneNumbers"], own])
                added[contact["id"]] = own["value"]
    return added


def test_killed_while_it_updates(tmp_path: Path, serve: Serve) -> None:
    """Killed six times while all contacts change: each has its new role, its number once, and what people added."""
    faults = tmp_path / "faults.toml"
    faults.write_text(FAULTS, encoding="utf-8")
    service = serve("--rate", "0")
    program = Program(tmp_path, write(tmp_path / "people.csv", "Sales"), service.url)
    assert program.run(*RULES).code == 0
    service.kill()
    ids = {contact["id"] for contact in service.contacts()}
    added = edit_some(service)
    service.start("--rate", "0", "--latency", "20", "--jitter", "0.5", "--faults", str(faults))
    write(program.sheet, "Lead")
    dice, killed = random.Random(6), 0
    for _ in range(6):
        process = program.start(*RULES)
        if process.saw_event("staged"):
            process.wait(dice.random() * 0.6)
        killed += process.kill().code == -signal.SIGKILL
    assert killed >= 3
    service.kill()
    service.start("--rate", "0")
    assert program.run(*RULES).code == 0
    assert program.run(*RULES).code == 0
    service.kill()
    contacts = service.contacts()
    assert {contact["id"] for contact in contacts} == ids
    assert {contact["defaultFields"]["role"] for contact in contacts} == {"Lead"}
    for contact in contacts:
        number = int(contact["externalId"][1:])
        assert phones(contact) == [phone_of(number), *([added[contact["id"]]] if contact["id"] in added else [])]
    assert program.summary()["requests"] == 1
    assert {line["contact_id"] for line in program.id_map()} == ids


def test_killed_while_contacts_get_their_ids(tmp_path: Path, serve: Serve) -> None:
    """Killed while contacts get the ids of a column that is named later: each has its own, and none is there twice."""
    faults = tmp_path / "faults.toml"
    faults.write_text(FAULTS, encoding="utf-8")
    service = serve("--rate", "0")
    program = Program(tmp_path, write(tmp_path / "people.csv", "Sales"), service.url)
    assert program.run("--map", "ID=ignore").code == 0
    service.kill()
    before = {phones(contact)[0]: contact["id"] for contact in service.contacts()}
    service.start("--rate", "0", "--latency", "20", "--jitter", "0.5", "--faults", str(faults))
    dice, killed = random.Random(7), 0
    for _ in range(5):
        process = program.start(*RULES)
        if process.saw_event("staged"):
            process.wait(dice.random() * 0.8)
        killed += process.kill().code == -signal.SIGKILL
    assert killed >= 3
    service.kill()
    service.start("--rate", "0")
    assert program.run(*RULES).code == 0
    service.kill()
    contacts = service.contacts()
    assert {phones(contact)[0]: contact["id"] for contact in contacts} == before
    assert len(contacts) == ROWS
    assert all(phones(contact) == [phone_of(int(contact["externalId"][1:]))] for contact in contacts)
    assert {line["external_id"]: line["contact_id"] for line in program.id_map()} == {
        contact["externalId"]: contact["id"] for contact in contacts
    }


def test_a_plan_killed_half_way_is_gone_on_with(tmp_path: Path, serve: Serve) -> None:
    """`run --plan`, killed in the middle, does the rest when it is run again, and nothing twice."""
    service = serve("--rate", "0", "--latency", "20")
    program = Program(tmp_path, write(tmp_path / "people.csv", "Sales"), service.url)
    home = tmp_path / "home"
    ask = ("plan", str(program.sheet), "--base-url", service.url, "--out", str(program.out), *RULES, "--rate", "60")
    assert Process(ask, tmp_path, home).end().code == 0
    do = ("run", "--plan", str(program.out / "plan.json"), "--base-url", service.url, "--yes", "--json")
    process = Process(do, tmp_path, home)
    assert process.saw_event("delivered", 5)
    assert process.kill().code == -signal.SIGKILL
    done = Process(do, tmp_path, home).end()
    assert done.code == 0, done.err
    service.kill()
    assert sorted(phones(contact) for contact in service.contacts()) == sorted([phone_of(n)] for n in range(ROWS))
    assert program.summary()["created"] == ROWS
