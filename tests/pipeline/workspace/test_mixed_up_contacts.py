"""A service that shows another contact whenever it is asked for that of a row: an end in words, and a way out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from importer.cli.app import main
from tests.delivery.engine.hostile import Asked, Hostile, page, reply

if TYPE_CHECKING:
    from collections.abc import Iterator

RUN = ("run", "people.csv", "--yes", "--region", "US", "--map", "Id=external_id", "--source", "shop")
UPDATE = (*RUN, "--on-match", "update")
MIRROR = (*UPDATE, "--mirror", "--max-deletes", "5")


def write(role: str, *ids: int) -> None:
    lines = [f"A{number},Ann{number},Lee,+1415555010{number},{role}\n" for number in ids]
    Path("people.csv").write_text(f"Id,First Name,Last Name,Phone,Role\n{''.join(lines)}", encoding="utf-8")


def problems() -> list[tuple[str, str]]:
    with Path("people.import/problems.csv").open(encoding="utf-8", newline="") as stream:
        return [(line["row"], line["rule"]) for line in csv.DictReader(stream)]


def command(*arguments: str) -> int:
    return main([*arguments, "--rate", "500", "-q"])


def mixing(service: Hostile, asked: Asked) -> bytes | None:
    """No lookup shows the second contact, and a reading of it by its id shows the first."""
    (first,), (second,) = service.with_ids(["A1"]), service.with_ids(["A2"])
    if asked.method == "GET" and asked.path.endswith(second["id"]):
        return reply(200, {"data": first})
    if second["externalId"] in asked.external_ids or asked.path == "/v1/contacts":
        wanted = asked.external_ids or [contact["externalId"] for contact in service.contacts()]
        return page([each for each in service.with_ids(wanted) if each["id"] != second["id"]])
    return None


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    """Three people were imported; then the service begins to mix up the first two."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    with Hostile() as running:
        monkeypatch.setenv("OPENPHONE_API_KEY", "any-key")
        monkeypatch.setenv("OPENPHONE_BASE_URL", running.url)
        write("", 1, 2, 3)
        assert command(*RUN) == 0
        running.script = mixing
        yield running


def roles(service: Hostile) -> list[Any]:
    contacts = sorted(service.contacts(), key=lambda contact: str(contact["externalId"]))
    return [contact["defaultFields"].get("role") for contact in contacts]


@pytest.mark.parametrize("options", [(), ("--match", "external-id,phone"), ("--no-trust-journal",)])
def test_its_row_is_a_conflict(service: Hostile, options: tuple[str, ...]) -> None:
    """The row ends in conflict with exit 1, night after night, the others go on, and neither contact is changed."""
    write("Lead", 1, 2, 3)
    for _ in range(2):
        assert command(*UPDATE, *options) == 1
        assert ("3", "contact-mixed-up") in problems()
        assert roles(service) == ["Lead", None, "Lead"]
    # The next step: once the service shows the right contact, the row goes on.
    service.script = lambda _, __: None
    for _ in range(2):
        assert command(*UPDATE, *options) == 0
        assert problems() == []
        assert roles(service) == ["Lead", "Lead", "Lead"]


def test_the_contact_is_deleted_and_created_again(service: Hostile) -> None:
    """`contact-mixed-up`: after the contact was deleted in the app, --on-missing create makes the person once."""
    write("Lead", 1, 2, 3)
    assert command(*UPDATE) == 1
    assert ("3", "contact-mixed-up") in problems()
    deleted = service.with_ids(["A2"])[0]["id"]
    rest = [contact for contact in service.contacts() if contact["id"] != deleted]
    service.clear()
    # The service counts its contacts, and none may get the id of another.
    for contact in (*rest, {**rest[0], "id": "CT000009", "externalId": "B9"}):
        service.store(contact, **{key: contact[key] for key in ("id", "createdAt", "updatedAt")})
    service.script = lambda _, asked: reply(404, {"message": "gone"}) if asked.path.endswith(deleted) else None
    for _ in range(2):
        assert command(*UPDATE, "--on-missing", "create") == 0
        assert sorted(contact["externalId"] for contact in service.contacts()) == ["A1", "A2", "A3", "B9"]


def test_a_plan_says_so(service: Hostile) -> None:
    """A plan ends with the same conflict, and does not wait for the service."""
    write("Lead", 1, 2, 3)
    assert command("plan", *UPDATE[1:]) == 1
    assert ("3", "contact-mixed-up") in problems()
    assert [asked.method for asked in service.asked if asked.method not in ("GET", "POST")] == []


def test_a_mirror_keeps_it(service: Hostile) -> None:
    """A contact that cannot be read is not deleted because its row has left the sheet, and a line says why."""
    write("", 1, 3)
    before = json.dumps(service.contacts())
    assert command(*MIRROR) == 0
    assert json.dumps(service.contacts()) == before
    assert ("", "contact-kept") in problems()


def test_an_undo_says_so(service: Hostile, capsys: pytest.CaptureFixture[str]) -> None:
    """An undo that cannot read a contact says which and what to do, and does not wait for the service to get better."""
    second = service.with_ids(["A2"])[0]["id"]
    capsys.readouterr()
    assert command("undo", "people.import", "--yes") == 1
    told = " ".join(capsys.readouterr().out.split())
    assert f"failed: {second}: the service shows another contact in its place; ask its support" in told
    assert "then undo again" in told
