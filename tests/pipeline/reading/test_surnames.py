"""Surnames that stand in several columns go out whole, in new folders and in those of earlier versions."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import main

if TYPE_CHECKING:
    from tests.pipeline.reading.conftest import Office

DUTCH = (
    "Voornaam,Tussenvoegsel,Achternaam,Telefoon\n"
    "Jan,van der,Berg,+31612345678\nPiet,,Bakker,+31612345679\nKees,in 't,Veld,+31612345680\n"
)
FRENCH = "Prénom,Nom d'usage,Nom de naissance,Téléphone\nAnne,Martin,Dupont,+33612345678\nBea,,Roy,+33612345679\n"
SHEETS = [
    (DUTCH, "Tussenvoegsel", ["Jan van der Berg", "Kees in 't Veld", "Piet Bakker"], "Jan Berg"),
    (FRENCH, "Nom de naissance", ["Anne Martin", "Bea Roy"], "Bea"),
]


def joined_columns() -> list[str]:
    """The columns of which the import says that they are part of others."""
    with Path("out/problems.csv").open(encoding="utf-8", newline="") as stream:
        return [line["column"] for line in csv.DictReader(stream) if line["rule"] == "column-joined"]


@pytest.mark.parametrize(("sheet", "column", "names", "without"), SHEETS)
def test_surnames_are_sent_whole(office: Office, sheet: str, column: str, names: list[str], without: str) -> None:
    """What other columns hold of a surname is sent, with a line whose next step takes it out again."""
    assert office.run(sheet) == 0
    assert office.names() == names
    assert joined_columns() == [column]
    assert office.run("", "--map", f"{column}=ignore", "--on-match", "update") == 0
    # An empty cell takes no surname away from a contact.
    assert without in office.names() or not without.count(" ")
    assert len(office.names()) == len(names)
    assert joined_columns() == []


@pytest.mark.parametrize(("sheet", "column", "names", "without"), SHEETS)
def test_contacts_of_an_earlier_version_stay_the_same_people(
    office: Office, capsys: pytest.CaptureFixture[str], sheet: str, column: str, names: list[str], without: str
) -> None:
    """Contacts that were sent with a part of the name are named as different, and updated, and none is there twice."""
    assert office.run(sheet, "--map", f"{column}=ignore") == 0
    assert without in office.names()
    with closing(sqlite3.connect("out/journal.sqlite")) as database, database:
        ((facts,),) = database.execute("SELECT facts FROM runs").fetchall()
        joined = json.dumps({**json.loads(facts), "joined": {}})
        database.execute("UPDATE runs SET facts = ?", (joined,))
        # The person of the earlier version chose nothing.
        database.execute("UPDATE runs SET settings = json_remove(settings, '$.map')")
    capsys.readouterr()
    main(["check", "people.csv", "--out", "out", "--forget", "map"])
    assert f'column "{column}": part of' in " ".join(capsys.readouterr().err.split())
    assert office.run("", "--forget", "map", "--on-match", "update") == 0
    assert office.names() == names


def test_what_a_surname_has_already_is_not_repeated(office: Office) -> None:
    """Where the surname has its particle already, it is sent as it is."""
    sheet = "Voornaam,Tussenvoegsel,Achternaam,Telefoon\nJan,van der,van der Berg,+31612345678\n"
    assert office.run(sheet) == 0
    assert office.names() == ["Jan van der Berg"]
