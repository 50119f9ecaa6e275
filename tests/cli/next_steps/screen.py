"""A person who reads nothing but the screen, and types what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.cli.app import main
from importer.shell import shell_split

if TYPE_CHECKING:
    import pytest

    from importer.sandbox import Sandbox

PROGRAM = "openphone-import "
# Behind a command that is not the last words of its line.
_MORE = re.compile(r"; (?:then|if|what|to) ")
OUT = Path("people.import")
HEADER = "First Name,Last Name,Phone,Email\n"
PEOPLE = HEADER + "".join(
    f"{name},Lee,+14155550{number},{name.lower()}@example.com\n"
    for number, name in enumerate(("Ann", "Bob", "Cy"), start=101)
)
DORA = "Dora,Fox,+14155550109,dora@example.com\n"


class Screen:
    """One sheet, one folder and one workspace; `text` is what the last command has shown."""

    def __init__(self, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
        self.sandbox, self._capsys, self.text = sandbox, capsys, ""
        self.sheet(PEOPLE)

    @property
    def service(self) -> tuple[str, ...]:
        return ("--base-url", self.sandbox.url, "--rate", "200", "-q")

    def sheet(self, text: str) -> None:
        Path("people.csv").write_text(text, encoding="utf-8")

    def type(self, *words: str) -> int:
        """Type a command; returns its exit code."""
        code = main(words)
        shown = self._capsys.readouterr()
        self.text = f"{shown.out}\n{' '.join(shown.err.split())}"
        return code

    def run(self, *options: str) -> int:
        return self.type("run", "people.csv", *self.service, "--yes", *options)

    def verify(self, *options: str) -> int:
        return self.type("verify", "people.csv", *self.service, *options)

    def undo(self, *options: str) -> int:
        return self.type("undo", str(OUT), *self.service, "--yes", *options)

    def dedupe(self, *options: str) -> int:
        return self.type("dedupe", *self.service, "--yes", *options)

    def commands(self) -> list[list[str]]:
        """The words of each command that is proposed after `Next:` (or `next:`), as a shell takes them."""
        proposed = re.split(r"[Nn]ext:", self.text, maxsplit=1)[-1]
        lines = (line for part in proposed.splitlines() for line in part.split(PROGRAM)[1:])
        return [shell_split(_MORE.split(line)[0].rstrip(". ")) for line in lines]

    def follow(self, *more: str, number: int = -1) -> int:
        """Type the last command that is proposed, or another; `more` answers what it asks on a terminal."""
        return self.type(*self.commands()[number], *more)

    def contact(self, first_name: str) -> dict[str, Any]:
        """The oldest contact of a first name."""
        return next(each for each in self.sandbox.contacts() if each["defaultFields"]["firstName"] == first_name)

    def names(self) -> list[str]:
        """The first names in the workspace, in order."""
        return sorted(each["defaultFields"]["firstName"] for each in self.sandbox.contacts())

    def add_twin(self, first_name: str, number: str, source: str) -> None:
        """A contact that a program of its own has made for a person."""
        phones = [{"name": "phone", "value": number}]
        self.sandbox.add(
            firstName=first_name, lastName="Lee", externalId=f"x-{source}", source=source, phoneNumbers=phones
        )

    def is_whole(self, *names: str) -> bool:
        """Whether each of these people is there once, and the sheet agrees."""
        return self.names() == sorted(names) and self.verify() == 0 and "every row is there" in self.text
