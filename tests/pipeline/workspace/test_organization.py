"""Which workspace a key opens: named before the first write, kept by the folder, never an error."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from importer.errors import JournalError
from importer.pipeline.job import Hooks, Job, Places
from importer.pipeline.run import run
from importer.pipeline.workspace.account import whoami
from importer.sandbox import KEY, Fault, Sandbox
from importer.settings.load import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from importer.model import Event, Status
    from importer.pipeline.job import Report


class Bench:
    """A sheet that grows by one person a run, and what was asked and said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self.questions: list[str] = []
        self.events: list[Event] = []

    def job(self, url: str) -> Job:
        options = {"base_url": url, "rate": 200.0, "out": self.folder / "out", "region": "US"}
        settings = load({**options, "map": (("ID", "external_id"),)}, {})
        places = Places(cache=self.folder / "cache", state=self.folder / "state")
        hooks = Hooks(notify=self.events.append, confirm=self.confirm)
        return Job(str(self.folder / "people.csv"), settings, "x", SecretStr(KEY), hooks, places)

    def confirm(self, counts: Mapping[Status, int], workspace: str) -> bool:
        self.questions.append(workspace)
        return True

    def run(self, sandbox: Sandbox) -> Report:
        self.rows += 1
        lines = [f"P{number},Ada{number},+1415555{number:04d}" for number in range(self.rows)]
        (self.folder / "people.csv").write_text("\n".join(["ID,First Name,Phone", *lines]), encoding="utf-8")
        return asyncio.run(run(self.job(sandbox.url)))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_name_is_in_the_question_and_in_the_files(bench: Bench) -> None:
    """Name and subscription are in the question before sending, in summary.json and in the report."""
    with Sandbox.start(key=KEY, rate=0, organization="Acme Dental") as sandbox:
        report = bench.run(sandbox)
        methods = [exchange.method for exchange in sandbox.requests() if exchange.path == "/organization"]
    assert methods == ["GET"]
    assert bench.questions == ["Acme Dental (subscription: active)"]
    summary = json.loads((report.out / "summary.json").read_text(encoding="utf-8"))
    assert summary["workspace"] == {"name": "Acme Dental", "subscription": "active"}
    assert "Acme Dental (subscription: active)" in (report.out / "report.html").read_text(encoding="utf-8")


def test_a_folder_knows_its_workspace(bench: Bench, tmp_path: Path) -> None:
    """A key of another workspace stops with 2 before the first write, and says what to do; that step ends well."""
    port = 0
    with Sandbox.start(tmp_path / "ours.sqlite", key=KEY, rate=0, organization="Acme Dental") as sandbox:
        bench.run(sandbox)
        port = int(sandbox.url.rsplit(":", 1)[1])
    with Sandbox.start(key=KEY, rate=0, organization="Beta Labs", port=port) as other:
        with pytest.raises(JournalError) as refused:
            bench.run(other)
        assert other.contacts() == []
    assert refused.value.exit_code == 2
    assert "Acme Dental" in str(refused.value)
    assert "Beta Labs" in str(refused.value)
    assert "Use a key of Acme Dental" in refused.value.next_step
    with Sandbox.start(tmp_path / "ours.sqlite", key=KEY, rate=0, organization="Acme Dental", port=port) as again:
        assert bench.run(again).summary.exit_code == 0
        assert len(again.contacts()) == 3


@pytest.mark.parametrize("kind", ["403", "404", "html-404", "500", "drop", "301", "html-503", "429", "401", "402"])
def test_it_is_never_an_error(bench: Bench, kind: str) -> None:
    """Where the service does not name the workspace, the run goes on, and the users' names are in the question."""
    with Sandbox.start(key=KEY, rate=0) as sandbox:
        sandbox.add_faults(Fault(kind, path="/organization"))
        report = bench.run(sandbox)
        assert len(sandbox.contacts()) == 1
    assert report.summary.exit_code == 0
    assert report.summary.as_dict()["workspace"] is None
    assert bench.questions == ["the workspace of Maria Rivera, Devon Klein, Sam"]


def test_neither_name_nor_users(bench: Bench) -> None:
    """Where not even the users are shown, the question names the address alone."""
    with Sandbox.start(key=KEY, rate=0, organization="") as sandbox:
        sandbox.add_faults(Fault("403", path="/v1/users"))
        assert bench.run(sandbox).summary.exit_code == 0
    assert bench.questions == [""]


def test_nothing_to_send_asks_nothing(bench: Bench) -> None:
    """A run that writes nothing does not ask for the name, and still shows the one that the folder knows."""
    with Sandbox.start(key=KEY, rate=0, organization="Acme Dental") as sandbox:
        bench.run(sandbox)
        before = len(sandbox.requests())
        bench.rows -= 1
        report = bench.run(sandbox)
        assert "/organization" not in [exchange.path for exchange in sandbox.requests()[before:]]
    assert report.summary.as_dict()["workspace"] == {"name": "Acme Dental", "subscription": "active"}


def test_whoami(bench: Bench) -> None:
    """`whoami` tells the name, the users, the custom fields, the limit, and what the key may read."""
    with Sandbox.start(key=KEY, rate=7, rate_headers=True, organization="Acme Dental") as sandbox:
        account = asyncio.run(whoami(bench.job(sandbox.url)))
        assert {exchange.method for exchange in sandbox.requests()} == {"GET"}
    assert str(account.organization) == "Acme Dental (subscription: active)"
    assert account.users is not None
    assert account.users[0] == ("Maria Rivera", "owner")
    assert account.fields is not None
    assert len(account.fields) == 8
    assert account.budget is not None
    assert account.budget.quota == 7
    assert account.may == ("contacts", "custom fields", "users", "the workspace's name")


def test_whoami_of_a_key_with_few_rights(bench: Bench) -> None:
    """What a key may not read is named, and is no error."""
    with Sandbox.start(key=KEY, rate=0, organization="") as sandbox:
        sandbox.add_faults(Fault("403", path="/v1/users"))
        account = asyncio.run(whoami(bench.job(sandbox.url)))
    assert account.may == ("contacts", "custom fields")
    assert account.may_not == ("users", "the workspace's name")
