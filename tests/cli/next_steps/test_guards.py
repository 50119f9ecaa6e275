"""What a guard, --strict, --mirror or a no of the person says is done as it stands, and everybody is there once."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.next_steps.mended import ALL
from tests.cli.next_steps.screen import DORA, HEADER, OUT, PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Terminal
    from tests.cli.next_steps.screen import Screen

NUMBERS = "Look at the sheet; if it is right, run again with a higher limit or without the guard."
WITHOUT = "Look at the sheet; if it is right, run again without the guard."
NO_EXPORT = "Find out why there is no newer export; to import this one anyway, leave the guard out."
FOUR = (*ALL, "Dora")
NO_PHONE = DORA.replace("+14155550109", "12")


def many(first: int) -> str:
    """Twelve people, none of whom is known by another first number."""
    names = (f"{chr(65 + first // 12)}{chr(97 + number)}a" for number in range(12))
    return HEADER + "".join(
        f"{name},{name}son,+1415555{1000 + first + number},{name}@example.com\n" for number, name in enumerate(names)
    )


@pytest.mark.parametrize(
    ("guard", "mended"),
    [
        (("--max-new", "2"), ("--max-new", "4")),
        (("--max-new", "2"), ()),
    ],
)
def test_a_limit_is_raised_or_left_out(screen: Screen, guard: tuple[str, ...], mended: tuple[str, ...]) -> None:
    """A right sheet that goes beyond a limit goes in with a higher one, and without it."""
    screen.sheet(PEOPLE + DORA)
    assert screen.run(*guard) == 2
    assert NUMBERS in screen.text
    assert screen.names() == []
    assert screen.run(*mended) == 0
    assert screen.is_whole(*FOUR)


@pytest.mark.parametrize(("guard", "mended"), [("--max-changes", ("--max-changes", "3")), ("--max-changes", ())])
def test_a_limit_of_changes_is_raised_or_left_out(screen: Screen, guard: str, mended: tuple[str, ...]) -> None:
    """The same for contacts that change."""
    screen.run()
    screen.sheet(PEOPLE.replace("Lee", "Leigh"))
    assert screen.run("--on-match", "update", guard, "2") == 2
    assert NUMBERS in screen.text
    assert screen.run("--on-match", "update", *mended) == 0
    assert {each["defaultFields"]["lastName"] for each in screen.sandbox.contacts()} == {"Leigh"}
    assert screen.is_whole(*ALL)


def test_a_sheet_of_another_length_is_looked_at(screen: Screen) -> None:
    """A sheet that is right goes in without the guard, and one that was cut gets its rows back."""
    screen.run()
    screen.sheet(PEOPLE + DORA)
    assert screen.run("--expect-rows", "10%") == 2
    assert WITHOUT in screen.text
    assert screen.names() == ALL
    assert screen.run() == 0
    assert screen.is_whole(*FOUR)
    screen.sheet(PEOPLE)
    assert screen.run("--expect-rows", "10%") == 2
    screen.sheet(PEOPLE + DORA)
    assert screen.run("--expect-rows", "10%") == 0
    assert screen.is_whole(*FOUR)


@pytest.mark.parametrize("is_exported", [True, False])
def test_an_old_export_is_made_again_or_taken(screen: Screen, *, is_exported: bool) -> None:
    """A newer export goes in behind the guard, and the old one without it."""
    week_ago = time.time() - 7 * 86_400
    os.utime("people.csv", (week_ago, week_ago))
    assert screen.run("--newer-than", "26h") == 2
    assert NO_EXPORT in screen.text
    if is_exported:
        screen.sheet(PEOPLE)
    assert screen.run(*(("--newer-than", "26h") if is_exported else ())) == 0
    assert screen.is_whole(*ALL)


@pytest.mark.parametrize("are_new", [True, False])
def test_rows_that_may_be_the_same_people_are_said_to_be_new(screen: Screen, *, are_new: bool) -> None:
    """With the options of the last run no person is made twice; people who are new go in once that is said."""
    other = ("--map", "First Name=ignore", "--map", "Last Name=first_name", "--map", "Phone=ignore")
    screen.sheet(many(0))
    assert screen.run() == 0
    before = screen.names()
    if are_new:
        screen.sheet(many(12))
    else:
        screen.sheet(many(0).replace("@example.com", "@example.org"))
    assert screen.run("--on-match", "update", *(() if are_new else other)) == 2, screen.text
    assert "Run with the options of the last run; if the rows are new people, add --accept-new-rows." in screen.text
    assert screen.names() == before
    if are_new:
        assert screen.run("--accept-new-rows") == 0
        assert len(screen.names()) == 24
        assert screen.verify() == 0
    else:
        assert screen.run("--on-match", "update") == 0
        assert screen.is_whole(*before)


def test_strict_waits_for_the_rows(screen: Screen) -> None:
    """Nothing is sent while a row is wrong; the file that is named says which, and then all go in, as without it."""
    screen.sheet(PEOPLE + NO_PHONE)
    assert screen.run("--strict", "--bad-cells", "reject") == 2
    assert f"See {OUT / 'problems.csv'}, correct the rows and run again, or leave --strict out." in screen.text
    assert "\n5,Phone,error,phone-no-country,12," in (OUT / "problems.csv").read_text(encoding="utf-8-sig")
    assert screen.names() == []
    assert screen.run("--bad-cells", "reject") == 1
    assert screen.names() == ALL
    screen.sheet(PEOPLE + DORA)
    assert screen.run("--strict") == 0
    assert screen.is_whole(*FOUR)


OF_CRM = ("--source", "crm", "--map", "Email=external_id", "--mirror", "--max-deletes", "1")
MIRRORS = {
    "a source": ("Give --source NAME, the same in every run of this sheet.", OF_CRM[2:], OF_CRM),
    "ids": ('Name it with --map "COLUMN=external_id".', (*OF_CRM[:2], *OF_CRM[4:]), OF_CRM),
    "a limit of rows": ("Leave --limit out.", (*OF_CRM, "--limit", "2"), OF_CRM),
    "a filter": ("Leave --only out", (*OF_CRM, "--only", "First Name != Cy"), OF_CRM),
    "a limit": ("Give --max-deletes N, the most contacts that may be deleted in one run.", OF_CRM[:-2], OF_CRM),
}


@pytest.mark.parametrize("what", MIRRORS)
def test_a_mirror_is_given_what_it_needs(screen: Screen, what: str) -> None:
    """Nothing is sent before a mirror has all it needs; then a contact whose row has left the sheet is deleted."""
    said, wrong, right = MIRRORS[what]
    assert screen.run(*wrong) == 2
    assert said in screen.text
    assert screen.names() == []
    assert screen.run(*right) == 0
    screen.sheet(PEOPLE.replace("Cy,Lee,+14155550103,cy@example.com\n", ""))
    assert screen.run(*right) == 0
    assert screen.names() == ["Ann", "Bob"]


def test_a_filter_beside_a_mirror_gives_way_to_the_app(screen: Screen) -> None:
    """With `only` and without the mirror nothing is deleted; the contact that is deleted in the app stays away."""
    assert screen.run(*OF_CRM) == 0
    only = ("--only", "First Name != Cy")
    assert screen.run(*OF_CRM, *only) == 2
    assert "Or delete in the app." in screen.text
    screen.sandbox.delete(screen.contact("Cy")["id"])
    assert screen.run(*OF_CRM[:4], *only) == 0
    assert screen.names() == ["Ann", "Bob"]


def test_rejects_are_imported_without_the_mirror(screen: Screen) -> None:
    """Rejects beside a mirror are refused, since they would have all others deleted; without it they go in."""
    screen.sheet(PEOPLE + NO_PHONE)
    assert screen.run(*OF_CRM, "--bad-cells", "reject") == 1
    rejects = OUT / "rejects.csv"
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550109,"), encoding="utf-8")
    line = ("run", str(rejects), *screen.service, "--yes", "--out", str(OUT), *OF_CRM[:4])
    assert screen.type(*line, *OF_CRM[4:]) == 2
    assert "Import it without --mirror." in screen.text
    assert screen.type(*line) == 0
    assert screen.names() == [*FOUR]


def test_a_limit_of_dedupe_is_raised_after_a_look(screen: Screen) -> None:
    """The list is looked at with --plan, and with a higher number everybody is there once."""
    screen.run()
    for first_name, number in (("Ann", "101"), ("Bob", "102")):
        screen.add_twin(first_name, f"+14155550{number}", f"crm-{number}")
    assert screen.dedupe("--max-deletes", "1") == 2
    assert "Look at the list with --plan, and give a higher number if it is right." in screen.text
    assert screen.dedupe("--plan") == 0
    assert len(screen.names()) == 5
    assert screen.dedupe("--max-deletes", "2") == 0
    assert screen.is_whole(*ALL)


def nothing_first(screen: Screen) -> None:
    """Nothing is there yet."""


def imported(screen: Screen) -> None:
    assert screen.run() == 0


def joined(screen: Screen) -> None:
    twin_of_ann(screen)
    assert screen.dedupe() == 0


def twin_of_ann(screen: Screen) -> None:
    imported(screen)
    screen.add_twin("Ann", "+14155550101", "crm")


DECLINED: dict[str, tuple[Callable[[Screen], None], tuple[str, ...], str, list[str]]] = {
    "run": (nothing_first, ("run", "people.csv"), "Run again when you are ready.", ALL),
    "map": (nothing_first, ("map", "people.csv"), "Run again when you are ready.", []),
    "undo": (imported, ("undo", str(OUT)), "Run undo again when you are ready.", []),
    "dedupe": (twin_of_ann, ("dedupe",), "Run dedupe again when you are ready.", ALL),
    "undo of dedupe": (joined, ("undo", "dedupe.import"), "Run undo again when you are ready.", ["Ann", *ALL]),
    "doctor": (nothing_first, ("doctor",), "Run doctor again when you are ready.", []),
}


@pytest.mark.parametrize("what", DECLINED)
def test_a_command_that_was_declined_is_run_again(terminal: Terminal, screen: Screen, what: str) -> None:
    """A no changes nothing; the same command with a yes does what it would have done."""
    before, words, said, after = DECLINED[what]
    before(screen)
    there = screen.names()
    quiet = () if words[0] == "map" else ("-q",)
    question, no, yes = ("quit", "q", "s") if words[0] == "map" else ("[y/N]", "n\n", "y\n")
    done = terminal(*words, *screen.service[:-1], *quiet, answers=((question, no),))
    assert (done.code, said in " ".join(done.out.split())) == (2, True), done.out
    assert screen.names() == there
    done = terminal(*words, *screen.service[:-1], *quiet, answers=((question, yes),))
    assert done.code == 0, done.out
    assert screen.names() == after
    assert words[0] != "map" or (OUT / "mapping.toml").is_file()
