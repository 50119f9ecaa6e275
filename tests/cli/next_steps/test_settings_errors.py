"""What is wrong with an option, a file of settings or a key is corrected as its error says, and everybody is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Sandbox
from tests.cli.next_steps.screen import DORA, OUT, PEOPLE

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen

OF_CRM = ("--source", "crm", "--map", "Email=external_id")
# What is typed, what the error says, and what is typed then.
OPTIONS = [
    (("--source", "csv-1"), "choose a name of your own such as crm-2026", ("--source", "crm-2026")),
    (("--created-by", "x@y.zz"), "Give the email address or id (US...)", ("--created-by", "maria@example.com")),
    (("--region", "USA"), "Did you mean US?", ("--region", "US")),
    (("--encoding", "utf8x"), "did you mean utf-8?", ("--encoding", "utf-8")),
    (("--on-match", "updat"), 'Did you mean "update"?', ("--on-match", "update")),
    (("--match", "mail"), "must be 'external-id', 'phone' or 'email'", ("--match", "external-id,email")),
    (("--max-new", "abc"), "a number of rows such as 5 or a percentage such as 2%", ("--max-new", "5")),
    (("--newer-than", "x"), "an age such as 90m, 26h, 2d or 1w", ("--newer-than", "26h")),
    (("--limit", "-1"), "must be 1 or more", ("--limit", "3")),
    (("--map", "Nam=first_name"), "Correct --map", ("--map", "First Name=first_name")),
    (("--map", "Phone=fone"), "Did you mean 'phone'?", ("--map", "Phone=phone")),
    (("--only", "x"), "Correct --map or --only", ("--only", "First Name != x")),
    (("--mirror", "--max-deletes", "1"), "Give --source NAME", ("--mirror", "--max-deletes", "1", *OF_CRM)),
    (("--notify-test",), "Add --notify-url URL or --on-finish COMMAND", ("--on-finish", "true")),
    (("--config", "wrong.toml"), "did you mean 'region'?", ("--config", "right.toml")),
    (("--api-key-file", "empty"), "Put the key, and nothing else, on its first line", ("--api-key-file", "key")),
    (("--api-key-file", "bearer"), "without the word Bearer and without quotes", ("--api-key-file", "key")),
    (("--api-key-file", "nowhere"), "Check the path given with --api-key-file", ("--api-key-file", "key")),
]  # fmt: skip
FILES = {
    "wrong.toml": "regoin = 'US'\n",
    "right.toml": "region = 'US'\n",
    "empty": "\n",
    "bearer": "Bearer sandbox-key\n",
    "key": "sandbox-key\n",
}


@pytest.mark.parametrize(
    ("wrong", "said", "corrected"), OPTIONS, ids=lambda part: part[0] if isinstance(part, tuple) else ""
)
def test_a_mistaken_option_is_corrected(
    screen: Screen, wrong: tuple[str, ...], said: str, corrected: tuple[str, ...]
) -> None:
    """Nothing is sent with the mistake, and all people once with what the error says in its place."""
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    assert screen.run(*wrong) == 2
    assert said in screen.text
    assert screen.names() == []
    for _ in range(2):
        assert screen.run(*corrected) == 0, screen.text
        assert screen.names() == ["Ann", "Bob", "Cy"]


def test_what_is_missing_is_added(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a sheet, a key or a yes nothing is sent; with what the error names everybody is there."""
    assert screen.type("run", *screen.service) == 2
    assert "Name the sheet to import" in screen.text
    assert screen.type("run", "people.csv", *screen.service) == 2
    assert "Add --yes to go ahead without questions" in screen.text
    monkeypatch.delenv("OPENPHONE_API_KEY")
    assert screen.run() == 2
    assert "give --api-key-file" in screen.text
    Path("key").write_text("sandbox-key\n", encoding="utf-8")
    assert screen.run("--api-key-file", "key") == 0
    assert screen.names() == ["Ann", "Bob", "Cy"]


def test_a_setting_that_a_folder_may_not_hold_is_typed(screen: Screen) -> None:
    """The line is deleted from the folder's mapping, and the command that says the same is typed."""
    OUT.mkdir()
    saved = OUT / "mapping.toml"
    saved.write_text('on-match = "update"\n', encoding="utf-8")
    assert screen.run() == 2
    assert f"Delete line 1 of {saved}" in screen.text
    [proposed] = screen.commands()
    saved.write_text("", encoding="utf-8")
    assert screen.type(*proposed) == 0
    assert screen.is_whole("Ann", "Bob", "Cy")


def test_a_plan_of_elsewhere_goes_where_it_was_made(screen: Screen) -> None:
    """A plan with another sheet, option, service or schema is refused, and each correction that is named ends well."""
    Path("checks.py").write_text(
        "import pandera.pandas as pa\nSheet = pa.DataFrameSchema({'Phone': pa.Column(str)})\n", encoding="utf-8"
    )
    schema = ("--schema", "checks.py:Sheet")
    plan = ("--plan", str(OUT / "plan.json"), "--yes", "-q")
    assert screen.type("plan", "people.csv", *screen.service, *schema) == 0
    here = ("--base-url", screen.sandbox.url)
    assert screen.type("run", "other.csv", *plan, *here, *schema) == 2
    assert "Leave FILE out" in screen.text
    assert screen.type("run", *plan, *here, *schema, "--region", "US") == 2
    assert "Leave that option out" in screen.text
    with Sandbox.start(rate=0) as other:
        assert screen.type("run", *plan, "--base-url", other.url) == 2
        assert screen.follow() == 2
        assert screen.follow() == 0
        assert other.contacts() == []
    assert screen.names() == ["Ann", "Bob", "Cy"]


def test_an_undo_is_told_of_what(screen: Screen) -> None:
    """An undo of no folder, no run, too many or a rehearsal is corrected as its error says, and undoes one run."""
    assert screen.type("undo", *screen.service) == 2
    assert screen.undo() == 2
    assert "Name the folder of the results of an import" in screen.text
    screen.run()
    assert screen.undo("--all", "--run", "x") == 2
    assert "Leave one of them out" in screen.text
    assert screen.undo("--run", "x") == 2
    named = re.search(r"runs that wrote: (\S+)\)", screen.text)
    assert named is not None
    assert screen.undo("--run", named[1]) == 0
    assert screen.names() == []

    rehearsal = ("people.sandbox.import", "--yes", "-q")
    assert screen.type("run", "people.csv", "--sandbox", "-q") == 0
    assert screen.type("undo", *rehearsal) == 2
    assert "Add --sandbox." in screen.text
    assert screen.type("undo", *rehearsal, "--sandbox") == 0
    assert "3 reversed" in screen.text


def test_a_row_is_shown_by_its_number(screen: Screen) -> None:
    """A row that is not there is named as id_map.csv has it; an undo has none."""
    screen.run()
    assert screen.type("show", "--row", "99", str(OUT)) == 2
    assert "id_map.csv lists all rows" in screen.text
    assert screen.type("show", "--row", "2", str(OUT)) == 0


def test_an_encoding_that_the_folder_remembers_is_forgotten(screen: Screen) -> None:
    """A file that is saved in another encoding than it had before is read once the remembered one is forgotten."""
    Path("people.csv").write_bytes(PEOPLE.replace("Ann", "Zoë").encode("cp1252"))
    assert screen.run("--encoding", "cp1252") == 0
    Path("people.csv").write_bytes((PEOPLE.replace("Ann", "Zoë") + DORA.replace("Dora", "Łucja")).encode())
    assert screen.run() == 2
    assert "or give --forget encoding if the folder remembers it; then the program finds out" in screen.text
    assert screen.run("--forget", "encoding") == 0
    assert screen.is_whole("Zoë", "Bob", "Cy", "Łucja")


def test_rows_that_the_folder_leaves_out_are_not_mirrored(screen: Screen) -> None:
    """The `only` of an earlier run keeps --mirror from running until it is forgotten; then rows that are gone are."""
    mirror = (*OF_CRM, "--mirror", "--max-deletes", "1")
    assert screen.run(*OF_CRM, "--only", "First Name != Cy") == 0
    screen.sheet(PEOPLE.replace("Ann,Lee,+14155550101,ann@example.com\n", ""))
    assert screen.run(*mirror) == 2
    assert "Leave --only out, or give --forget only if the folder remembers it." in screen.text
    assert screen.run(*mirror, "--forget", "only") == 0
    assert screen.names() == ["Bob", "Cy"]


def test_a_mapping_of_another_sheet_is_made_anew(screen: Screen) -> None:
    """The command that makes a new mapping makes it in the folder that has the old one, and then the run goes on."""
    folder = ("--out", "my folder")
    assert screen.type("map", "people.csv", *screen.service, "--yes", *folder) == 0
    assert screen.run(*folder) == 0
    screen.sheet("Full name,Mobile,Mail\nAnn Lee,+14155550101,ann@example.com\nZoe Ray,+14155550108,z@example.com\n")
    assert screen.run(*folder) == 2
    assert "was made for another sheet" in screen.text
    assert screen.follow("--yes") == 0
    assert screen.run(*folder) == 0
    assert screen.names() == ["Ann", "Bob", "Cy", "Zoe"]
