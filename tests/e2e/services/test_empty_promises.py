"""A service that answers as if it had done what it was asked, and did nothing: what it shows counts, not its answer."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importer.cli.app import main
from tests.delivery.engine.hostile import honest, reply
from tests.e2e.services.odd_service import CONTACTS, is_list, whole
from tests.e2e.services.test_any_service import COMMANDS, ROWS

if TYPE_CHECKING:
    from tests.delivery.engine.hostile import Asked, Script
    from tests.e2e.services.test_any_service import Rig

OUT = Path("people.import")


def claims_to_delete(status: int, body: bytes = b"") -> Script:
    """A habit of answering a DELETE well and deleting nothing."""
    return lambda _, asked: reply(status, body=body) if asked.method == "DELETE" else None


DELETES: dict[str, Script] = {
    "204": claims_to_delete(204),
    "200 and a page of a portal": claims_to_delete(200, b"<html>Welcome</html>"),
    "202 and a job": claims_to_delete(202, b'{"job": "J1"}'),
}


def show_a_change_that_is_not_made(service: Any, asked: Asked) -> bytes | None:
    """A PATCH is answered with what was sent, and nothing is stored."""
    if asked.method != "PATCH":
        return None
    answer = service.carry_out(type(asked)("GET", asked.path, {}, {}, 0))
    contact = json.loads(answer.body)["data"]
    fields = contact["defaultFields"] | asked.body.get("defaultFields", {})
    return reply(200, {"data": contact | asked.body | {"defaultFields": fields}})


class Denies:
    """Shows each contact neither in its first lists nor when it is first read."""

    def __init__(self) -> None:
        self.met: set[str] = set()

    def __call__(self, service: Any, asked: Asked) -> bytes | None:
        if asked.method != "GET" or not asked.path.startswith(CONTACTS):
            return None
        answer = service.carry_out(asked)
        if not is_list(asked):
            return self._once(asked.path, reply(404, {"message": "Not found", "code": "0800404"}))
        document = json.loads(answer.body)
        shown = [contact for contact in document["data"] if self._once(contact["id"], b"no") is None]
        return reply(200, document | {"data": shown}) if answer.status == 200 else whole(answer)

    def _once(self, name: str, answer: bytes) -> bytes | None:
        is_first = name not in self.met
        self.met.add(name)
        return answer if is_first else None


def command(rig: Rig, *words: str) -> int:
    """A command against the service."""
    return main([*words, "--base-url", rig.service.url])


def results(name: str) -> list[str]:
    """The results in a table of the folder."""
    with (OUT / name).open(encoding="utf-8", newline="") as stream:
        return sorted(line["result"] for line in csv.DictReader(stream))


@pytest.mark.parametrize("name", DELETES)
def test_undo_of_contacts_that_stay(name: str, rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """`undo` says of a contact that is still there that it failed, and goes on with it when it is run again."""
    rig.reset()
    rig.service.script = DELETES[name]
    assert command(rig, *COMMANDS["undo"]) == 1
    assert results("undo.csv") == ["failed"] * (ROWS + 1)
    shown = capsys.readouterr().out
    assert "0 reversed, 0 kept, 4 failed" in shown
    assert "still shows" in shown
    assert rig.service.contacts() == rig.contacts

    rig.service.script = honest
    assert command(rig, *COMMANDS["undo"]) == 0
    assert rig.service.contacts() == rig.strangers
    assert results("undo.csv") == ["reversed"] * (ROWS + 1)


def claim_to_delete_and_fall_silent(*, is_true: bool = False) -> Script:
    """A habit of answering each DELETE with 204 and answering 503 to whatever is asked then; `is_true`: it deletes."""
    deleted = 0

    def script(service: Any, asked: Asked) -> bytes | None:
        nonlocal deleted
        if asked.method != "DELETE":
            return reply(503, {}) if deleted else None
        deleted += 1
        if is_true:
            service.carry_out(asked)
        return reply(204, body=b"")

    return script


@pytest.mark.parametrize("name", ["undo", "mirror"])
def test_deletions_that_nothing_confirmed(name: str, rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """A deletion that the command could not look at again before it stopped is not believed; the next one makes it."""
    rig.reset()
    rig.service.script = claim_to_delete_and_fall_silent()
    assert command(rig, *COMMANDS[name]) == 3
    problems = (OUT / "problems.csv").read_text(encoding="utf-8")
    assert "contact-deleted" not in problems
    if name == "undo":
        assert results("undo.csv") == []
        assert "4 contacts are left to undo" in capsys.readouterr().out
    assert rig.service.contacts() == rig.contacts

    rig.service.script = honest
    assert command(rig, *COMMANDS[name]) == 0
    left = rig.strangers if name == "undo" else rig.contacts[:-1]
    assert len(rig.service.contacts()) == len(left)
    if name == "undo":
        assert results("undo.csv") == ["reversed"] * (ROWS + 1)
    else:
        assert "contact-deleted" in (OUT / "problems.csv").read_text(encoding="utf-8")
    capsys.readouterr()


def test_a_deletion_that_was_made_and_not_confirmed(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """A deletion by `--mirror` that nothing confirmed is reported by the next run; undo calls it its own."""
    rig.reset()
    rig.service.script = claim_to_delete_and_fall_silent(is_true=True)
    assert command(rig, *COMMANDS["mirror"]) == 3
    rig.service.script = honest
    kept = rig.saved.parent / "stopped"
    shutil.copytree(OUT, kept)
    assert command(rig, *COMMANDS["undo"]) == 1
    assert "someone deleted it" not in capsys.readouterr().out
    assert "failed" in results("undo.csv")

    shutil.rmtree(OUT)
    shutil.copytree(kept, OUT)
    assert command(rig, *COMMANDS["mirror"]) == 0
    assert "contact-deleted" in (OUT / "problems.csv").read_text(encoding="utf-8")
    capsys.readouterr()


def test_undo_of_contacts_that_are_denied_once(rig: Rig) -> None:
    """`undo` does not call a contact gone that the service shows a moment later."""
    rig.reset()
    rig.service.script = Denies()
    assert command(rig, *COMMANDS["undo"]) == 1
    assert results("undo.csv") == ["failed"] * (ROWS + 1)
    rig.service.script = honest
    assert command(rig, *COMMANDS["undo"]) == 0
    assert rig.service.contacts() == rig.strangers


def test_undo_of_changes_that_stay(rig: Rig) -> None:
    """`undo` says of a change that is still there that it failed."""
    rig.reset()
    assert command(rig, *COMMANDS["update"]) == 0
    changed = rig.service.contacts()
    assert changed != rig.contacts
    rig.service.script = show_a_change_that_is_not_made
    assert command(rig, *COMMANDS["undo"]) == 1
    assert results("undo.csv") == ["failed"] * ROWS
    assert rig.service.contacts() == changed

    rig.service.script = honest
    assert command(rig, *COMMANDS["undo"]) == 0
    names = [contact["defaultFields"]["lastName"] for contact in rig.service.contacts()]
    assert names.count("Lovelace") == ROWS + 1


@pytest.mark.parametrize("name", DELETES)
def test_mirror_of_contacts_that_stay(name: str, rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """`run --mirror` says that a contact was kept that is still there, and deletes it in the next run."""
    rig.reset()
    rig.service.script = DELETES[name]
    assert command(rig, *COMMANDS["mirror"]) == 0
    problems = (OUT / "problems.csv").read_text(encoding="utf-8")
    assert "contact-deleted" not in problems
    assert "still shows" in problems
    assert rig.service.contacts() == rig.contacts

    rig.service.script = honest
    assert command(rig, *COMMANDS["mirror"]) == 0
    assert len(rig.service.contacts()) == len(rig.contacts) - 1
    assert "contact-deleted" in (OUT / "problems.csv").read_text(encoding="utf-8")
    capsys.readouterr()


def test_a_change_that_is_not_made(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """A service that shows a change and does not make it is sent no second one."""
    rig.reset()
    rig.service.asked.clear()
    rig.service.script = show_a_change_that_is_not_made
    assert command(rig, *COMMANDS["update"]) == 3
    assert sum(asked.method == "PATCH" for asked in rig.service.asked) == 1
    assert "was not stored as it was sent" in capsys.readouterr().err
    rig.service.script = honest
    assert command(rig, *COMMANDS["update"]) == 0
    names = [contact["defaultFields"]["lastName"] for contact in rig.service.contacts()]
    assert names.count("Byron") == ROWS


DEDUPE = ("dedupe", "--out", "dedupe.import", "--yes", "--rate", "1000")


def add_twins(rig: Rig) -> None:
    """One person twice, once with an address more."""
    for number, emails in enumerate(([], ["zoe@example.com"])):
        fields = {
            "firstName": "Zoe",
            "lastName": "Roe",
            "phoneNumbers": [{"name": "work", "value": "+12125550199"}],
            "emails": [{"name": "work", "value": email} for email in emails],
        }
        body = {"externalId": f"zoe-{number}", "source": f"script-{number}", "defaultFields": fields}
        assert rig.service.workspace.create_contact(body).status == 201


def joined() -> list[str]:
    """The results of the latest `dedupe`."""
    with Path("dedupe.import", "dedupe.csv").open(encoding="utf-8", newline="") as stream:
        return sorted(line["result"] for line in csv.DictReader(stream))


@pytest.mark.parametrize("name", DELETES)
def test_dedupe_of_contacts_that_stay(name: str, rig: Rig) -> None:
    """`dedupe` says of a contact that is still there that it was left, and joins it in the next run."""
    rig.reset()
    add_twins(rig)
    number = len(rig.service.contacts())
    rig.service.script = DELETES[name]
    assert command(rig, *DEDUPE) == 1
    assert "deleted" not in joined()
    assert len(rig.service.contacts()) == number

    rig.service.script = honest
    assert command(rig, *DEDUPE) == 0
    assert "deleted" in joined()
    assert len(rig.service.contacts()) == number - 1


def make_and_lose(service: Any, asked: Asked) -> bytes | None:
    """A POST is answered with a contact that is not there afterwards."""
    if asked.method != "POST":
        return None
    answer = service.carry_out(asked)
    if answer.status == 201:
        service.workspace.delete_contact(json.loads(answer.body)["data"]["id"])
    return whole(answer)


def test_undo_of_dedupe_that_makes_nothing(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """`undo` of `dedupe` says of a contact that is not there again that it failed, and makes it when run again."""
    rig.reset()
    add_twins(rig)
    number = len(rig.service.contacts())
    assert command(rig, *DEDUPE) == 0
    rig.service.script = make_and_lose
    undo = ("undo", "dedupe.import", "--yes", "--rate", "1000")
    assert command(rig, *undo) == 1
    assert "does not show it" in capsys.readouterr().out
    assert len(rig.service.contacts()) == number - 1

    rig.service.script = honest
    assert command(rig, *undo) == 0
    assert len(rig.service.contacts()) == number


def lose_all_but_the_first(service: Any, asked: Asked) -> bytes | None:
    """`make_and_lose`, once a contact is there: a run reads the first one that it creates."""
    return make_and_lose(service, asked) if service.contacts() else None


@pytest.mark.parametrize("first", ["verify", "run"])
def test_contacts_that_are_not_made(first: str, rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """Contacts that a service says it made, and does not have, are named by `verify` and the next run; then made."""
    rig.reset()
    rig.service.workspace.store.clear()
    rig.service.script = lose_all_but_the_first
    assert command(rig, *COMMANDS["create"]) == 0
    assert len(rig.service.contacts()) == 1

    rig.service.script = honest
    shown = ""
    for name in dict.fromkeys([first, "run"]):
        capsys.readouterr()
        words = [word for word in COMMANDS["create"][1:] if name == "run" or word != "--yes"]
        assert command(rig, name, *words) == 1
        shown = capsys.readouterr().out
        assert f"{ROWS - 1} {'conflict' if name == 'run' else 'changed by someone'}" in shown
    assert "--on-missing create" in shown
    assert command(rig, *COMMANDS["create"], "--on-missing", "create") == 0
    assert len(rig.service.contacts()) == ROWS
    assert command(rig, "verify", *[word for word in COMMANDS["create"][1:] if word != "--yes"]) == 0
    capsys.readouterr()
