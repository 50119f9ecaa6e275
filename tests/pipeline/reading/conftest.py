"""An office with a workspace of its own, in which people correct sheets and run them again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main
from importer.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


class Office:
    """An office with one sheet, one folder and a workspace of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def run(self, sheet: str, *options: str, file: str = "people.csv", out: str = "out") -> int:
        """Write the sheet (unless it is "") and import it."""
        if sheet:
            Path(file).write_text(sheet, encoding="utf-8")
        service = ("--base-url", self.sandbox.url, "--rate", "200", "--yes", "-q")
        return main(["run", file, *service, "--out", out, *options])

    def verify(self, *options: str) -> int:
        service = ("--base-url", self.sandbox.url, "--rate", "200", "-q")
        return main(["verify", "people.csv", *service, "--out", "out", *options])

    def names(self) -> list[str]:
        """The names of the contacts in the workspace, in order."""
        fields = (contact["defaultFields"] for contact in self.sandbox.contacts())
        return sorted(f"{each.get('firstName') or ''} {each.get('lastName') or ''}".strip() for each in fields)

    def statuses(self, out: str = "out") -> list[str]:
        with Path(out, "id_map.csv").open(encoding="utf-8", newline="") as stream:
            return [line["status"] for line in csv.DictReader(stream)]

    def external_ids(self, out: str = "out") -> list[str]:
        with Path(out, "id_map.csv").open(encoding="utf-8", newline="") as stream:
            return [line["external_id"] for line in csv.DictReader(stream)]

    def answer(self, *pairs: tuple[str, str], out: str = "out") -> None:
        """Replace texts in the rejects file, as a person would."""
        text = Path(out, "rejects.csv").read_text(encoding="utf-8")
        for before, after in pairs:
            assert before in text
            text = text.replace(before, after)
        Path(out, "rejects.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")
    with Sandbox.start(rate=0) as sandbox:
        yield Office(sandbox)
