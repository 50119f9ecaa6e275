"""Contacts that are there already: edited by people between runs, made by somebody else, or under an id used twice."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import httpx
import pytest

from importer.sandbox import Fault, Sandbox
from tests.e2e.process import KEY
from tests.e2e.rig import Program, phones, read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.sandbox.contact import Contact

HEADERS = ("ID", "First Name", "Last Name", "Company", "Mobile Phone")
PEOPLE = tuple((str(number), f"Ada{number}", "Byron", "", f"+4420794600{number:02d}") for number in range(1, 13))


class WriteSheet(Protocol):
    """Writes a sheet with an id column."""

    def __call__(self, people: Sequence[Sequence[str]] = PEOPLE, name: str = "people.csv") -> Path: ...


@pytest.fixture
def write(tmp_path: Path) -> WriteSheet:
    """Writes a sheet with an id column."""

    def sheet(people: Sequence[Sequence[str]] = PEOPLE, name: str = "people.csv") -> Path:
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([HEADERS, *people])
        return tmp_path / name

    return sheet


def by_id(sandbox: Sandbox) -> dict[str, Contact]:
    """The contacts of the workspace by external id; none may have two."""
    found = {str(contact["externalId"]): contact for contact in sandbox.contacts()}
    assert len(found) == len(sandbox.contacts())
    return found


def moved_to(company: str) -> list[tuple[str, ...]]:
    """The people, each with a new company."""
    return [(*person[:3], company, person[4]) for person in PEOPLE]


def edited(program: Program, sandbox: Sandbox) -> dict[str, Contact]:
    """Import the people, then let somebody change three of them in the app; the workspace after that."""
    assert program.run("--map", "ID=external_id").code == 0
    there = by_id(sandbox)
    number = {"name": "home", "value": "+442079469999"}
    sandbox.edit(there["1"]["id"], phoneNumbers=[*there["1"]["defaultFields"]["phoneNumbers"], number])
    sandbox.edit(there["2"]["id"], company="Chosen by hand")
    sandbox.edit(there["3"]["id"], lastName="King")
    return by_id(sandbox)


def companies(sandbox: Sandbox) -> list[str | None]:
    return [by_id(sandbox)[person[0]]["defaultFields"]["company"] for person in PEOPLE]


def statuses(program: Program) -> list[str]:
    return [line["status"] for line in program.id_map()]


def test_create_only_leaves_people_alone(write: WriteSheet, tmp_path: Path, sandbox: Sandbox) -> None:
    """Under create-only a changed sheet changes nobody: each contact stays, and each row says how it differs."""
    program = Program(tmp_path, write(), sandbox.url)
    before = edited(program, sandbox)
    write(moved_to("Analytical Engines"))
    done = program.run("--map", "ID=external_id")
    assert done.code == 0, done.err
    assert by_id(sandbox) == before
    assert statuses(program) == ["skipped"] * len(PEOPLE)
    told = [line for line in read_table(program.out / "problems.csv") if line["rule"] == "contact-differs"]
    assert len(told) == len(PEOPLE)
    assert "Analytical Engines" in told[0]["message"]
    assert "--on-match update" in told[0]["message"]


def test_update_keeps_what_people_added(write: WriteSheet, tmp_path: Path, sandbox: Sandbox) -> None:
    """Under update the sheet's values win, and a number that somebody added in the app is still there."""
    program = Program(tmp_path, write(), sandbox.url)
    edited(program, sandbox)
    write(moved_to("Analytical Engines"))
    done = program.run("--map", "ID=external_id", "--on-match", "update")
    assert done.code == 0, done.err
    assert statuses(program) == ["updated"] * len(PEOPLE)
    assert companies(sandbox) == ["Analytical Engines"] * len(PEOPLE)
    assert phones(by_id(sandbox)["1"]) == ["+442079460001", "+442079469999"]
    assert program.run("--map", "ID=external_id", "--on-match", "update").code == 0
    assert program.summary()["requests"] <= 1


def test_fill_blank_fills_only_what_is_blank(write: WriteSheet, tmp_path: Path, sandbox: Sandbox) -> None:
    """Under fill-blank an empty field is filled, and what somebody wrote in the app stays."""
    program = Program(tmp_path, write(), sandbox.url)
    edited(program, sandbox)
    write(moved_to("Analytical Engines"))
    done = program.run("--map", "ID=external_id", "--on-match", "fill-blank")
    assert done.code == 0, done.err
    assert companies(sandbox)[:3] == ["Analytical Engines", "Chosen by hand", "Analytical Engines"]
    assert by_id(sandbox)["3"]["defaultFields"]["lastName"] == "King"


@pytest.mark.parametrize("on_match", ["update", "fill-blank"])
def test_killed_while_updating(write: WriteSheet, tmp_path: Path, sandbox: Sandbox, on_match: str) -> None:
    """Killed in the middle of PATCHes whose answers get lost, time and again: nobody doubles, no number multiplies."""
    program = Program(tmp_path, write(), sandbox.url, rate=30)
    edited(program, sandbox)
    write(moved_to("Analytical Engines"))
    sandbox.add_faults(
        Fault("lost-response", method="PATCH", probability=0.3), Fault("500-after", method="PATCH", probability=0.2)
    )
    dice = random.Random(4)
    for _ in range(3):
        process = program.start("--map", "ID=external_id", "--on-match", on_match)
        assert process.saw_event("staged")
        process.wait(dice.uniform(0.05, 0.4))
        process.kill()
    sandbox.clear_faults()
    done = program.run("--map", "ID=external_id", "--on-match", on_match)
    assert done.code == 0, done.err
    assert len(by_id(sandbox)) == len(PEOPLE)
    assert phones(by_id(sandbox)["1"]) == ["+442079460001", "+442079469999"]
    assert {len(phones(contact)) for name, contact in by_id(sandbox).items() if name != "1"} == {1}
    assert companies(sandbox).count("Analytical Engines") >= len(PEOPLE) - 1
    assert {line["contact_id"] for line in program.id_map()} == {one["id"] for one in sandbox.contacts()}


def test_a_contact_deleted_in_the_app_is_made_again(write: WriteSheet, tmp_path: Path, sandbox: Sandbox) -> None:
    """A contact that was deleted is told once, and made anew where that is asked for; the id map has the new id."""
    program = Program(tmp_path, write(), sandbox.url)
    gone = edited(program, sandbox)["5"]["id"]
    sandbox.delete(gone)
    write(moved_to("Analytical Engines"))
    options = ("--map", "ID=external_id", "--on-match", "update")
    assert program.run(*options).code == 1
    assert "5" not in by_id(sandbox)
    assert program.run(*options, "--on-missing", "create").code == 0
    line = next(line for line in program.id_map() if line["external_id"] == "5")
    assert line["contact_id"] == by_id(sandbox)["5"]["id"] != gone


# ------------------------------------------------------------------------------------- ids that are taken


def foreign_contact(sandbox: Sandbox, external_id: str) -> dict[str, Any]:
    """A contact that another program made through the API."""
    fields = {"firstName": "Charles", "lastName": "Babbage", "phoneNumbers": [{"name": "m", "value": "+442079468888"}]}
    body = {"externalId": external_id, "source": "other-crm", "defaultFields": fields}
    answer = httpx.post(
        f"{sandbox.url}/v1/contacts", json=body, headers={"Authorization": KEY}, trust_env=False, timeout=60
    )
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()["data"]
    return made


@pytest.mark.parametrize("on_match", ["create-only", "update", "fill-blank"])
def test_an_id_that_somebody_else_uses(write: WriteSheet, tmp_path: Path, sandbox: Sandbox, on_match: str) -> None:
    """Another program's contact under the same id is never touched or taken for ours; both people are named."""
    foreign_contact(sandbox, "3")
    before = by_id(sandbox)["3"]
    program = Program(tmp_path, write(), sandbox.url)
    done = program.run("--map", "ID=external_id", "--on-match", on_match)
    assert done.code == 1, done.err
    assert by_id(sandbox)["3"] == before
    assert len(by_id(sandbox)) == len(PEOPLE)
    line = program.id_map()[2]
    assert line["status"] == "conflict"
    assert line["contact_id"] == ""
    told = next(line for line in read_table(program.out / "problems.csv") if line["rule"] == "id-taken")
    for words in ("Charles Babbage", "Ada3 Byron", before["id"], "--id-prefix"):
        assert words in told["message"]


def test_an_id_said_to_be_taken_that_nobody_has(write: WriteSheet, tmp_path: Path, sandbox: Sandbox) -> None:
    """A 409 under whose id no contact is found is a conflict; run again, or under another id, it goes in."""
    sandbox.add_faults(*(Fault("409-spurious", method="POST", external_id=taken) for taken in ("7", "8")))
    program = Program(tmp_path, write(), sandbox.url)
    done = program.run("--map", "ID=external_id")
    assert done.code == 1, done.err
    assert statuses(program).count("created") == len(PEOPLE) - 2
    assert [line["status"] for line in program.id_map()[6:8]] == ["conflict"] * 2
    assert [line["rule"] for line in read_table(program.out / "problems.csv")] == ["id-not-found"] * 2
    assert len(by_id(sandbox)) == len(PEOPLE) - 2
    sandbox.clear_faults()
    write(tuple(("70", *person[1:]) if person[0] == "7" else person for person in PEOPLE))
    assert program.run("--map", "ID=external_id").code == 0
    assert set(statuses(program)) == {"created"}
    assert sorted(by_id(sandbox)) == sorted({"70", *(person[0] for person in PEOPLE)} - {"7"})


OTHERS = tuple((str(number), f"Grace{number}", "Hopper", "", f"+4420794610{number:02d}") for number in range(1, 13))


@pytest.mark.parametrize("folders", ["one", "two"])
def test_two_sheets_that_count_alike(write: WriteSheet, tmp_path: Path, sandbox: Sandbox, folders: str) -> None:
    """Two sheets that both count 1, 2, 3: the second harms nobody and says what to do; with --id-prefix both are in."""
    first = Program(tmp_path, write(), sandbox.url)
    second = Program(tmp_path, write(OTHERS, "others.csv"), sandbox.url)
    out = () if folders == "one" else ("--out", str(tmp_path / "out-of-others"))
    assert first.run("--map", "ID=external_id").code == 0
    before = by_id(sandbox)
    done = second.run("--map", "ID=external_id", *out)
    assert done.code in (0, 1), done.err
    assert by_id(sandbox) == before
    table = Path(out[1]) if out else second.out
    told = [line for line in read_table(table / "problems.csv") if line["rule"] in ("id-taken", "maybe-known")]
    assert len(told) == len(OTHERS)
    assert "--id-prefix" in told[0]["message"]
    assert {line["status"] for line in read_table(table / "id_map.csv")} == {"conflict"}
    apart = second.run("--map", "ID=external_id", "--id-prefix", "navy-", *out)
    if folders == "one":
        # In a folder that knows other people, so many new ones are not sent before a person says so.
        assert apart.code == 2
        assert "--accept-new-rows" in apart.err
        apart = second.run("--map", "ID=external_id", "--id-prefix", "navy-", "--accept-new-rows")
    assert apart.code == 0
    assert len(by_id(sandbox)) == 2 * len(PEOPLE)
    lines = read_table(table / "id_map.csv")
    assert [line["external_id"] for line in lines] == [f"navy-{person[0]}" for person in OTHERS]
    assert [by_id(sandbox)[line["external_id"]]["id"] for line in lines] == [line["contact_id"] for line in lines]
    assert {name: by_id(sandbox)[name] for name in before} == before
