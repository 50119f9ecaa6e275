"""What `verify` proposes is typed as it stands: the row is right, and everybody is there once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.next_steps.screen import DORA, OUT, PEOPLE

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen

WITH_IDS = "\n".join(f"{number or 'Id'},{line}" for number, line in enumerate(PEOPLE.splitlines())) + "\n"
OF_IDS = ("--map", "Id=external_id")


def test_rows_that_are_not_there_are_imported(screen: Screen) -> None:
    """A row that was added since the import goes in with the command that is shown."""
    screen.run()
    screen.sheet(PEOPLE + DORA)
    assert screen.verify() == 1
    assert screen.follow("--yes") == 0
    assert screen.is_whole("Ann", "Bob", "Cy", "Dora")


@pytest.mark.parametrize("policy", [(), ("--on-match", "create-only"), ("--on-match=fill-blank",)], ids=str)
def test_what_was_not_sent_is_sent(screen: Screen, policy: tuple[str, ...]) -> None:
    """Whatever --on-match was given to verify, the command that is shown brings the contact in line with the sheet."""
    screen.run()
    screen.sheet(PEOPLE.replace("ann@", "anna@"))
    assert screen.verify(*policy) == 1
    assert screen.follow("--yes") == 0
    assert screen.is_whole("Ann", "Bob", "Cy")


def test_a_rejected_row_is_corrected(screen: Screen) -> None:
    """The row is corrected in the sheet, and the command that is shown imports it."""
    screen.sheet(PEOPLE + DORA.replace("+14155550109", "12"))
    screen.run("--bad-cells", "reject")
    assert screen.verify() == 1
    screen.sheet(PEOPLE + DORA)
    assert screen.follow("--yes") == 0
    assert screen.is_whole("Ann", "Bob", "Cy", "Dora")


@pytest.mark.parametrize(("answer", "names"), [("", ("Ann", "Bob", "Cy")), ("new", ("Ann", "Ann", "Bob", "Cy"))])
def test_rows_that_were_asked_about_are_answered(screen: Screen, answer: str, names: tuple[str, ...]) -> None:
    """The rejects hold the question, so it is answered there; the sheet would be asked about again."""
    screen.sheet(f"{PEOPLE}Ann,Lee,+14155550101,ann.lee@example.com\n")
    assert screen.run() == 1
    assert screen.verify() == 1
    assert "answer who 1 row is in the column _external_id of" in screen.text
    rejects = OUT / "rejects.csv"
    header, line = rejects.read_text(encoding="utf-8").splitlines()
    cells, _, question = line.rpartition(",")
    assert question.startswith("?")
    rejects.write_text(f"{header}\n{cells},{answer or question[1:]}\n", encoding="utf-8")
    assert screen.follow("--yes") == 0
    assert screen.names() == sorted(names)


def test_a_question_that_is_not_in_the_rejects_is_raised_by_the_run(screen: Screen) -> None:
    """Where verify is the first to see the row, the sheet is imported, which writes the rejects."""
    screen.run()
    screen.sheet(f"{PEOPLE}Ann,Lee,+14155550101,ann.lee@example.com\n")
    assert screen.verify() == 1
    assert "correct 1 row not imported" in screen.text


@pytest.mark.parametrize("kept", [0, 1])
def test_of_two_contacts_of_a_row_one_is_kept(screen: Screen, kept: int) -> None:
    """Whichever of the two contacts with the id of a row a person keeps in the app, the row is there."""
    screen.sheet(WITH_IDS)
    screen.run(*OF_IDS)
    own = screen.contact("Ann")
    screen.sandbox.add(own, externalId=own["externalId"], source=own["source"])
    assert screen.verify() == 1
    assert "keep one contact for each of 1 row" in screen.text
    twins = [each["id"] for each in screen.sandbox.contacts() if each["externalId"] == "1"]
    screen.sandbox.delete(twins[1 - kept])
    for _ in range(2):
        assert screen.is_whole("Ann", "Bob", "Cy")
        assert screen.run() == 0


TWICE = PEOPLE + "Ann,Lee,+14155550101,a@example.com\n"


def import_a_pair(screen: Screen) -> None:
    """Two people of one name, of whom the second gets the number of the first in the sheet."""
    screen.sheet(TWICE.replace("+14155550101,a@", "+14155550108,a@"))
    screen.run()
    screen.sheet(TWICE)
    assert screen.run("--on-match", "update") == 0
    assert screen.verify() == 1
    assert "Twice:" in screen.text


def test_of_a_pair_one_contact_is_kept(screen: Screen) -> None:
    """Who is in the folder twice is said no more once a person has deleted one of the contacts in the app."""
    import_a_pair(screen)
    assert "keep one contact of each pair" in (OUT / "verify.html").read_text(encoding="utf-8")
    screen.sandbox.delete(screen.contact("Ann")["id"])
    assert screen.verify() == 1
    assert "Twice:" not in screen.text
    assert "nothing, if those changes are intended" in screen.text
    # The deletion is said once, by the next run.
    assert screen.run() == 1
    assert screen.run() == 0
    assert screen.is_whole("Ann", "Bob", "Cy")


def test_a_pair_is_two_people_as_a_person_says(screen: Screen) -> None:
    """With the option that verify names the folder remembers that a pair is two people, which no run had asked."""
    import_a_pair(screen)
    assert "if they are two people, run the sheet once with --same-person separate" in screen.text
    assert screen.run("--same-person", "separate") == 0
    for _ in range(2):
        assert screen.is_whole("Ann", "Ann", "Bob", "Cy")
        assert screen.run() == 0


def test_dedupe_says_how_a_pair_is_joined(screen: Screen) -> None:
    """The row that is too many is taken out of its sheet, as dedupe says, and then it joins the two contacts."""
    import_a_pair(screen)
    assert screen.follow() == 1
    assert "take the row that is too many out of its sheet, run that sheet, then run dedupe again" in screen.text
    screen.sheet(PEOPLE)
    assert screen.run() == 0
    assert screen.dedupe() == 0
    assert screen.is_whole("Ann", "Bob", "Cy")


def test_what_people_changed_is_left(screen: Screen) -> None:
    """A change of somebody in the app stays, unless the command is typed that brings the sheet's values back."""
    screen.run()
    screen.sandbox.edit(screen.contact("Ann")["id"], lastName="Byron")
    assert screen.verify() == 1
    assert "nothing, if those changes are intended" in screen.text
    assert screen.run() == 0
    assert screen.contact("Ann")["defaultFields"]["lastName"] == "Byron"
    screen.verify()
    assert screen.follow("--yes") == 0
    assert screen.is_whole("Ann", "Bob", "Cy")
