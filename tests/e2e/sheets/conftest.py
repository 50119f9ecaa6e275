"""Brings one broken file through the whole program, and holds every run to what is true of all of them."""

from __future__ import annotations

import csv
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from importer.cli.app import main
from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATUSES = ("created", "updated", "unchanged", "skipped", "duplicate", "rejected", "conflict", "unfinished")
WITH_CONTACT = {"created", "updated", "unchanged", "duplicate"}
FIELD_NAMES = {
    "lead-source": "Lead Source",
    "1712532493777": "Customer Since",
    "vip": "VIP",
    "balance": "Balance",
    "1712532511042": "Tags",
    "interests": "Interests",
    "office-address": "Office Address",
    "website": "Website",
}


@dataclass
class Delivered:
    """What came of a file: people by sheet row, the lines of id_map.csv by row, problems.csv, what was said."""

    code: int
    said: str
    out: Path
    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    id_map: dict[int, dict[str, str]] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)
    stored: list[dict[str, Any]] = field(default_factory=list)

    @property
    def statuses(self) -> dict[int, str]:
        return {row: line["status"] for row, line in self.id_map.items()}

    def rules(self, row: int | None) -> set[str]:
        """The rules that speak of a row; of whole columns or the sheet for None."""
        return {line["rule"] for line in self.problems if line["row"] == str(row or "")}

    def message(self, row: int | None, rule: str) -> str:
        return next(line["message"] for line in self.problems if (line["row"], line["rule"]) == (str(row or ""), rule))


class Deliver(Protocol):
    def __call__(
        self,
        content: bytes | str | None,
        *options: str,
        name: str = "people.csv",
        sandbox: Sandbox | None = None,
        folder: Path | None = None,
        out: str = "out",
    ) -> Delivered: ...


@pytest.fixture(scope="session")
def deliver(tmp_path_factory: pytest.TempPathFactory) -> Deliver:
    """Run the real command over a file; a sandbox of its own unless one is given to meet again."""

    def run(
        content: bytes | str | None,
        *options: str,
        name: str = "people.csv",
        sandbox: Sandbox | None = None,
        folder: Path | None = None,
        out: str = "out",
    ) -> Delivered:
        folder = folder or tmp_path_factory.mktemp("pack")
        if content is not None:
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        if sandbox is not None:
            return _delivered(folder, name, out, options, sandbox)
        with Sandbox.start(rate=0) as fresh:
            return _delivered(folder, name, out, options, fresh)

    return run


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(rate=0) as running:
        yield running


def _delivered(folder: Path, name: str, out: str, options: tuple[str, ...], sandbox: Sandbox) -> Delivered:
    said = io.StringIO()
    command = ["run", name, "--base-url", sandbox.url, "--rate", "1000", "--yes", "--out", out, *options]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
        patch.chdir(folder)
        for variable in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
            patch.setenv(variable, str(folder / "home"))
        patch.setenv("OPENPHONE_API_KEY", "sandbox-key")
        patch.delenv("OPENPHONE_BASE_URL", raising=False)
        code = main(command)
    got = Delivered(code, said.getvalue(), folder / out, stored=sandbox.contacts())
    assert code in (0, 1, 2), got.said
    if code == 2:
        assert " next: " in got.said
        return got
    _read(got)
    _balance(got)
    return got


def _read(got: Delivered) -> None:
    lines = table(got.out / "id_map.csv")
    rows = [int(line["row"]) for line in lines]
    assert rows == sorted(set(rows))
    got.id_map = dict(zip(rows, lines, strict=True))
    got.problems = table(got.out / "problems.csv")
    stored = {contact["id"]: contact for contact in got.stored}
    for row, line in got.id_map.items():
        assert (line["status"] in WITH_CONTACT) <= bool(line["contact_id"]), line
        if line["contact_id"]:
            assert stored[line["contact_id"]]["externalId"] == line["external_id"].removeprefix("?")
        if line["status"] in ("created", "updated", "unchanged"):
            got.people[row] = person(stored[line["contact_id"]])


def _balance(got: Delivered) -> None:
    """Every row has one outcome, the figures add up, nobody is there twice, and no row goes without a word."""
    summary = json.loads((got.out / "summary.json").read_text(encoding="utf-8"))
    counts = {status: list(got.statuses.values()).count(status) for status in STATUSES}
    assert {status: summary[status] for status in STATUSES} == counts
    assert summary["rows"] == len(got.id_map) == sum(counts.values())
    ids = [contact["externalId"] for contact in got.stored]
    assert len(set(ids)) == len(ids)
    for row, status in got.statuses.items():
        assert status not in ("rejected", "conflict", "skipped") or got.rules(row), (row, status)
    for line in got.problems:
        assert line["message"].rstrip("\"'”)").endswith((".", "?")), line
        assert not line["row"] or int(line["row"]) in got.id_map, line
    expected = 1 if counts["rejected"] or counts["conflict"] else 0
    assert got.code == summary["exit_code"] == expected


def table(path: Path) -> list[dict[str, str]]:
    """The lines of a result file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def person(contact: dict[str, Any]) -> dict[str, Any]:
    """A stored contact in short: what is empty is left out, and so are the labels that say nothing."""
    fields = contact["defaultFields"]
    short = {
        "first": fields["firstName"],
        "last": fields["lastName"],
        "company": fields["company"],
        "role": fields["role"],
        "phones": [_point(item, "phone") for item in fields["phoneNumbers"]],
        "emails": [_point(item, "email") for item in fields["emails"]],
        "url": contact["sourceUrl"],
        **{FIELD_NAMES[item["key"]]: item["value"] for item in contact["customFields"]},
    }
    return {name: value for name, value in short.items() if value not in (None, "", [])}


def _point(item: dict[str, str], plain: str) -> str:
    return item["value"] if item["name"] == plain else f"{item['value']} {item['name']}"
