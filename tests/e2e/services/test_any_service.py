"""Services that answer anything, per endpoint and in any order, under every command that talks to them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from importer.cli.app import main
from importer.errors import ImporterError
from importer.pipeline.job import Job
from importer.pipeline.workspace.account import whoami
from importer.pipeline.workspace.custom_fields import list_fields
from importer.pipeline.workspace.doctor import doctor
from importer.settings.model import Settings
from tests.delivery.engine.hostile import Asked, Hostile, honest, reply
from tests.delivery.engine.test_any_answer import BODIES, FAILURES, STATUSES, endpoint
from tests.e2e.rig import STATUSES as OUTCOMES
from tests.e2e.services.odd_service import KEY, Document, OddService

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

EXAMPLES = int(os.environ.get("ANY_SERVICE_EXAMPLES", "6"))
ROWS = 3
SERVICE = ("--rate", "1000")
SOURCE = "staff"
SHEET = ("people.csv", "--map", "Id=external_id", "--source", SOURCE, "--wait-for-service", "0.002", *SERVICE)
COMMANDS: dict[str, tuple[str, ...]] = {
    "create": ("run", *SHEET, "--yes", "--out", "new.import"),
    "update": ("run", *SHEET, "--yes", "--on-match", "update", "--match", "external-id,phone"),
    "fill-blank": ("run", *SHEET, "--yes", "--on-match", "fill-blank", "--no-trust-journal"),
    "mirror": ("run", *SHEET, "--yes", "--mirror", "--max-deletes", "5"),
    "plan": ("plan", *SHEET, "--on-match", "update"),
    "verify": ("verify", *SHEET, "--visibility"),
    "dedupe": ("dedupe", "--out", "people.import", "--yes", "--wait-for-service", "0.002", *SERVICE),
    "undo all": ("undo", "people.import", "--yes", "--all", "--wait-for-service", "0.002", *SERVICE),
    "undo": ("undo", "people.import", "--yes", "--wait-for-service", "0.002", *SERVICE),
    "map": ("map", *SHEET, "--yes", "--out", "new.import"),
}
# These have no option for how long the service is waited for, so they are called as functions.
FUNCTIONS: dict[str, Callable[[Job], Coroutine[Any, Any, object]]] = {
    "whoami": whoami,
    "doctor": doctor,
    "fields": list_fields,
}
ENDPOINTS = ("POST", "PATCH", "DELETE", "lookup", "list", "read", "fields", "users", "organization", "numbers", "other")
Habit = tuple[int, str, bool, str] | None
# None is the honest answer; else status, body, whether a write is carried out all the same, and Retry-After.
habits: st.SearchStrategy[list[Habit]] = st.lists(
    st.none()
    | st.tuples(
        st.sampled_from(STATUSES + FAILURES),
        st.sampled_from(sorted(BODIES)),
        st.booleans(),
        st.sampled_from(["", "", "0", "-1", "soon", "1e999", "99999999999999999999"]),
    ),
    min_size=1,
    max_size=4,
)
services = st.dictionaries(st.sampled_from(ENDPOINTS), habits, min_size=1)


def operation(asked: Asked) -> str:
    """The endpoint that a request asks, by its name here."""
    names = {"/v1/users": "users", "/organization": "organization", "/v1/contact-custom-fields": "fields"}
    names["/v1/phone-numbers"] = "numbers"
    if asked.path in names:
        return names[asked.path]
    return endpoint(asked) if asked.path.startswith("/v1/contacts") else "other"


class AnyService:
    """Answers each endpoint with its habits in turn, over and over."""

    def __init__(self, chosen: dict[str, list[Habit]]) -> None:
        self._chosen = chosen
        self._turns: Counter[str] = Counter()

    def __call__(self, service: Hostile, asked: Asked) -> bytes | None:
        assert isinstance(service, OddService)
        name = operation(asked)
        if not (of_endpoint := self._chosen.get(name)):
            return None
        habit = of_endpoint[self._turns[name] % len(of_endpoint)]
        self._turns[name] += 1
        if habit is None:
            return None
        status, body, is_carried_out, wait = habit
        if is_carried_out and asked.method != "GET":
            service.carry_out(asked)
        document = BODIES[body](asked)
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        return reply(status, body=b"" if status == 204 else content, Retry_After=wait)


class Rig:
    """A folder with a finished import of three rows, whose sheet has changed since; put back before each example.

    `strangers` are contacts of other programs, which have nothing in common with a row but where they are.
    """

    def __init__(self, service: OddService, saved: Path) -> None:
        self.service, self.saved = service, saved
        for number in (1, 2, 3):
            service.workspace.create_contact(stranger(number))
        self.strangers = service.contacts()
        write_sheet("Lovelace", ROWS + 1)
        assert main(["run", *SHEET, "--yes", "--base-url", service.url]) == 0
        # The last row leaves the sheet, for `mirror`, and the others change.
        write_sheet("Byron", ROWS)
        self.contacts = service.contacts()
        shutil.copytree(".", saved, dirs_exist_ok=True)

    def reset(self) -> None:
        """Make folder and workspace what they were."""
        self.service.script = honest
        for path in Path.cwd().iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self.saved, ".", dirs_exist_ok=True)
        self.service.workspace.store.clear()
        with self.service.workspace.store.writing():
            for contact in self.contacts:
                self.service.workspace.store.insert(contact)


def stranger(number: int) -> Document:
    """A contact of another program."""
    point = {"name": "work"}
    fields: Document = {
        "firstName": f"Zed{number}",
        "lastName": "Fox",
        "phoneNumbers": [{**point, "value": f"+1212555014{number}"}],
        "emails": [{**point, "value": f"zed{number}@example.org"}],
    }
    return {"externalId": f"crm-{number}", "source": "other-crm", "defaultFields": fields}


def write_sheet(last_name: str, rows: int) -> None:
    """A sheet of people."""
    lines = [
        f"p{number},Ada{number},{last_name},+1415555010{number},ada{number}@example.com,fair"
        for number in range(1, rows + 1)
    ]
    Path("people.csv").write_text(
        "\n".join(["Id,First Name,Last Name,Phone,Email,Lead Source", *lines, ""]), encoding="utf-8"
    )


def assert_balanced(folder: Path) -> None:
    """Where a run got as far as its rows, all its files are there and its counts add up."""
    summary = folder / "summary.json"
    if not summary.exists():
        return
    figures: dict[str, Any] = json.loads(summary.read_text(encoding="utf-8"))
    if "created" in figures and figures["rows"]:
        assert figures["rows"] == sum(figures[outcome] for outcome in OUTCOMES), figures
        assert all((folder / name).is_file() for name in ("id_map.csv", "problems.csv", "report.html"))


@pytest.mark.parametrize("name", COMMANDS)
def test_any_service(name: str, rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """No command crashes, whatever is answered; its files are whole, and nobody is there twice, now and after."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(services)
    def law(chosen: dict[str, list[Habit]]) -> None:
        rig.reset()
        arguments = [*COMMANDS[name], "--base-url", rig.service.url]
        rig.service.script = AnyService(chosen)
        code = main(arguments)
        shown = capsys.readouterr()
        assert code in {0, 1, 2, 3}, shown.err
        assert "Traceback" not in shown.err
        for folder in Path.cwd().glob("*.import"):
            assert_balanced(folder)
        assert_nobody_twice(rig)
        if name in ("map", "verify", "plan"):
            return

        rig.service.script = honest
        # What the service asked for as a pause would hold the next run up.
        for file in Path("home").rglob("pace-*"):
            file.unlink()
        again = main(arguments)
        assert again in {0, 1, 2}, capsys.readouterr().err
        assert_nobody_twice(rig)
        for folder in Path.cwd().glob("*.import"):
            assert_balanced(folder)

    law()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_any_service_that_is_only_asked(name: str, rig: Rig) -> None:
    """What only asks the service ends with an answer or with an error of ours, and leaves the contacts as they were."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(services)
    def law(chosen: dict[str, list[Habit]]) -> None:
        rig.reset()
        options = Settings(base_url=rig.service.url, rate=1000, yes=True, wait_for_service=0.002)
        rig.service.script = AnyService(chosen)
        with suppress(ImporterError):
            asyncio.run(FUNCTIONS[name](Job("-", options, key=SecretStr(KEY))))
        sources = (SOURCE, "other-crm")
        known = [contact for contact in rig.service.contacts() if contact["source"] in sources]
        assert known == rig.contacts

    law()


def assert_nobody_twice(rig: Rig) -> None:
    """No external id and number is there twice, strangers are as they were; what `doctor` makes has no number."""
    contacts = rig.service.contacts()
    assert [contact for contact in contacts if contact["source"] == "other-crm"] == rig.strangers
    ids = Counter(contact["externalId"] for contact in contacts)
    numbers = Counter(item["value"] for contact in contacts for item in contact["defaultFields"]["phoneNumbers"])
    assert max([*ids.values(), *numbers.values(), 0]) <= 1, contacts
