"""A contact that the service does not show holds up no other: it is left, with the reason, and is tried again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importer.cli.app import main
from importer.sandbox import KEY
from importer.sandbox.options import Options
from tests.delivery.engine.hostile import Asked, Hostile, honest, page, reply
from tests.e2e.services.odd_service import CONTACTS, OddService, is_list
from tests.pipeline.dedupe.planted import plant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Habit = Callable[[Hostile, Asked], bytes | None]

IMPORT = ("people.csv", "--yes", "--region", "US", "--map", "Id=external_id", "--source", "shop")
UPDATE = ("run", *IMPORT, "--on-match", "update")
MIRROR = (*UPDATE, "--mirror", "--max-deletes", "5")
UNDO = ("undo", "people.import", "--yes")
DEDUPE = ("dedupe", "--yes")


def write(*numbers: int, role: str = "") -> None:
    lines = [f"A{number},Ann{number},Lee,+1415555010{number},{role}\n" for number in numbers]
    Path("people.csv").write_text(f"Id,First Name,Last Name,Phone,Role\n{''.join(lines)}", encoding="utf-8")


def command(*arguments: str) -> int:
    return main([*arguments, "--rate", "500", "--wait-for-service", "0.01", "-q"])


def table(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def reasons(name: str, result: str) -> dict[str, str]:
    """Why contacts of a table ended so, by contact id."""
    return {line["contact_id"]: line["reason"] for line in table(name) if line["result"] == result}


def kept() -> list[str]:
    return [line["message"] for line in table("people.import/problems.csv") if line["rule"] == "contact-kept"]


def own(service: OddService) -> list[str]:
    return sorted(str(contact["externalId"]) for contact in service.contacts() if contact["source"] == "shop")


def id_of(service: OddService, external_id: str) -> str:
    (contact,) = service.with_ids([external_id])
    return str(contact["id"])


def add(service: OddService, external_id: str, first: str, phone: str) -> None:
    points = [{"name": "work", "value": phone}]
    fields = {"firstName": first, "lastName": "Fox", "phoneNumbers": points, "emails": []}
    service.workspace.create_contact({"externalId": external_id, "source": external_id, "defaultFields": fields})


def mixed(external_id: str, *, is_listed: bool = True) -> Habit:
    """A reading of this contact by its id shows the stranger."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        if asked.method == "GET" and asked.path.endswith(f"/{service.with_ids([external_id])[0]['id']}"):
            return reply(200, {"data": service.with_ids(["crm"])[0]})
        return None if is_listed else hidden(external_id)(service, asked)

    return script


def refused(external_id: str, code: int, *, is_listed: bool = False, times: int = 10**6) -> Habit:
    """The reading of this contact is refused, so many times."""
    left = [times]

    def script(service: Hostile, asked: Asked) -> bytes | None:
        contacts = service.with_ids([external_id])
        if asked.method == "GET" and left[0] and contacts and asked.path.endswith(f"/{contacts[0]['id']}"):
            left[0] -= 1
            return reply(code, {"message": "No", "code": "1", "status": code})
        return None if is_listed else hidden(external_id)(service, asked)

    return script


def hidden(external_id: str) -> Habit:
    """No list shows this contact."""

    def script(service: Hostile, asked: Asked) -> bytes | None:
        wanted = asked.external_ids or [str(contact["externalId"]) for contact in service.contacts()]
        return page(service.with_ids({*wanted} - {external_id})) if is_list(asked) else None

    return script


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OddService]:
    """Three people were imported; the workspace has a stranger, too."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    with OddService(options=Options(key=KEY)) as running:
        monkeypatch.setenv("OPENPHONE_API_KEY", KEY)
        monkeypatch.setenv("OPENPHONE_BASE_URL", running.url)
        add(running, "crm", "Zed", "+12125550140")
        write(1, 2, 3)
        assert command("run", *IMPORT) == 0
        yield running


HABITS: dict[str, tuple[Habit, str]] = {
    "another is shown": (mixed("A2", is_listed=False), "another contact"),
    "refused": (refused("A2", 400), "undo again later"),
}


@pytest.mark.parametrize("case", HABITS)
def test_an_undo_goes_on_with_the_others(case: str, service: OddService) -> None:
    """An undo takes the others back, says of this one that it failed, and takes it back once it is shown."""
    service.script, reason = HABITS[case]
    second = id_of(service, "A2")
    assert command(*UNDO) == 1
    assert own(service) == ["A2"]
    assert reason in reasons("people.import/undo.csv", "failed")[second]
    service.script = honest
    assert command(*UNDO) == 0
    assert own(service) == []


def test_a_mirror_goes_on_with_the_others(service: OddService) -> None:
    """The contacts of the other rows that left the sheet are deleted, and this one is once it is shown."""
    write(3)
    service.script = mixed("A1")
    assert command(*MIRROR) == 0
    assert own(service) == ["A1", "A3"]
    assert "in its place" in kept()[0]
    service.script = honest
    assert command(*MIRROR, "--no-trust-journal") == 0
    assert own(service) == ["A3"]


@pytest.mark.parametrize("times", [1, 10**6])
def test_no_contact_is_said_to_be_deleted_that_is_there(service: OddService, times: int) -> None:
    """A 404 to the reading of a contact that was just listed is not believed at once, nor taken for its deletion."""
    write(1, 2)
    service.script = refused("A3", 404, is_listed=True, times=times)
    assert command(*MIRROR) == 0
    assert own(service) == (["A1", "A2"] if times == 1 else ["A1", "A2", "A3"])
    rules = [line["rule"] for line in table("people.import/problems.csv")]
    assert rules == ["contact-deleted" if times == 1 else "contact-kept"]
    service.script = honest
    assert command(*MIRROR, "--no-trust-journal") == 0
    assert own(service) == ["A1", "A2"]


def test_dedupe_and_its_undo_go_on_with_the_others(service: OddService) -> None:
    """The other people are joined, and come back when that is undone; this one follows once it is shown."""
    for first, phone in (("Dora", "+12125550177"), ("Eve", "+12125550178")):
        for number in (1, 2):
            add(service, f"{first}{number}", first, phone)
    service.script = mixed("Dora1")
    assert command(*DEDUPE) == 1
    doubled = ["Dora1", "Dora2", "Eve1", "Eve2"]
    names = [str(contact["externalId"]) for contact in service.with_ids(doubled)]
    assert sorted(names)[:2] == ["Dora1", "Dora2"]
    assert len(names) == 3
    assert any("in its place" in line["reason"] for line in table("dedupe.import/dedupe.csv"))
    service.script = honest
    assert command(*DEDUPE) == 0
    kept_names = [str(contact["externalId"]) for contact in service.with_ids(doubled)]
    assert len(kept_names) == 2

    line = next(each for each in table("dedupe.import/dedupe.csv") if each["result"] == "deleted")
    service.script = lambda _, asked: (
        reply(200, {"data": service.with_ids(["crm"])[0]}) if asked.path == f"{CONTACTS}/{line['contact_id']}" else None
    )
    assert command("undo", "dedupe.import", "--yes", "--all") == 1
    assert "another contact" in reasons("dedupe.import/undo.csv", "failed")[line["contact_id"]]
    service.script = honest
    assert command("undo", "dedupe.import", "--yes", "--all") == 0


def test_a_row_keeps_a_contact_that_cannot_be_read(service: OddService) -> None:
    """A folder that says that it was joined into another is not believed while it is not known to be gone."""
    second: dict[str, Any] = service.with_ids(["A2"])[0]
    add(service, "twin", "Ann2", "+14155550102")
    plant(service, (second, id_of(service, "twin")))
    write(1, 2, 3, role="Lead")
    before = service.with_ids(["twin"])
    codes = []
    for habit in (mixed("A2", is_listed=False), refused("A2", 400)):
        service.script = habit
        codes.append(command(*UPDATE, "--no-trust-journal"))
        assert service.with_ids(["twin"]) == before
    assert codes == [1, 2]
    service.script = honest
    assert command(*UPDATE) == 0
    assert service.with_ids(["twin"]) == before
    assert service.with_ids(["A2"])[0]["defaultFields"]["role"] == "Lead"
