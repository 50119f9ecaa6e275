"""A row that fits two contacts, both of them its person: the steps of its message end with one contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.next_steps.screen import HEADER, OUT

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen

PHONE, EMAIL = "Ann,Lee,+14155550101,\n", "Ann,Lee,,ann@example.com\n"
BOTH = "Ann,Lee,+14155550101,ann@example.com\n"


def test_two_contacts_of_one_person_become_one(screen: Screen) -> None:
    """One row leaves the sheet, the other updates its contact, dedupe joins the two; then nothing is left to do."""
    screen.sheet(HEADER + PHONE + EMAIL)
    assert screen.run() == 0
    assert screen.names() == ["Ann", "Ann"]
    screen.sheet(HEADER + PHONE + EMAIL + BOTH)
    assert screen.run("--same-person", "join") == 1
    said = " ".join((OUT / "problems.csv").read_text(encoding="utf-8").split())
    assert "take the row of the other contact out of the sheet, run it with --on-match update, and then run" in said
    rejects = OUT / "rejects.csv"
    rejects.write_text(rejects.read_text(encoding="utf-8").replace("?", ""), encoding="utf-8")
    assert screen.type("run", str(rejects), "--out", str(OUT), *screen.service, "--yes") == 0
    screen.sheet(HEADER + PHONE + BOTH)
    assert screen.run("--on-match", "update") == 0, screen.text
    assert screen.dedupe() == 0, screen.text
    (contact,) = screen.sandbox.contacts()
    fields = contact["defaultFields"]
    assert [item["value"] for key in ("phoneNumbers", "emails") for item in fields[key]] == [
        "+14155550101",
        "ann@example.com",
    ]
    for _ in range(2):
        assert screen.run() == 0, screen.text
        assert screen.names() == ["Ann"]
    assert screen.verify() == 0, screen.text


def test_other_people_are_said_once(screen: Screen) -> None:
    """With the option that the message names each row is a person of its own, and verify names no pair."""
    screen.sheet(HEADER + PHONE + EMAIL)
    assert screen.run() == 0
    screen.sheet(HEADER + PHONE + EMAIL + BOTH)
    assert screen.run("--same-person", "join") == 1
    assert "--same-person separate" in (OUT / "problems.csv").read_text(encoding="utf-8")
    assert screen.run("--same-person", "separate") == 0, screen.text
    for _ in range(2):
        assert screen.names() == ["Ann", "Ann", "Ann"]
        assert screen.run() == 0
    assert screen.verify() == 0, screen.text
