"""What `guide`, `explain`, `demo`, `sandbox`, `doctor`, `ui` and `bug-report` propose is done as it says."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from importer.sandbox import Fault
from tests.cli.next_steps.screen import OUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.next_steps.screen import Screen


def test_a_page_of_the_manual_and_a_rule_are_chosen(screen: Screen) -> None:
    """Every page that the error lists is one; the rules are listed by the command that is named, and explained."""
    assert screen.type("guide", "schedules") == 2
    pages = screen.text.partition("Choose one of these: ")[2].rstrip(". ").split(", ")
    assert len(pages) > 5
    for page in pages:
        assert screen.type("guide", page) == 0
    assert screen.type("explain", "phone-no-contry") == 2
    assert "see them all with openphone-import explain" in screen.text
    assert screen.type("explain") == 0
    rule = screen.text.split()[0]
    assert screen.type("explain", rule) == 0


def test_a_demo_is_given_a_folder_of_its_own(screen: Screen) -> None:
    """A folder with something in it is left alone; in a new one the demo runs."""
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine", encoding="utf-8")
    assert screen.type("demo", "--out", "mine", "--rate", "1000", "-q") == 2
    assert "Give an empty or new folder with --out." in screen.text
    assert [file.name for file in Path("mine").iterdir()] == ["notes.txt"]
    assert screen.type("demo", "--out", "new", "--rate", "1000", "-q") == 0
    assert Path("new/id_map.csv").is_file()


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """A sandbox that has started with these options, and its address."""
    words = [sys.executable, "-m", "importer", "sandbox", "--key", "sandbox-key", "-q", *options]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def test_a_sandbox_starts_with_other_options(screen: Screen) -> None:
    """A taken port, a folder as store, missing faults or a wrong value are corrected as it says, and it serves."""
    taken = screen.sandbox.url.rpartition(":")[2]
    for wrong, said in (
        (("--port", taken), "Give another --port, --store or --faults."),
        (("--store", "."), "Give another --port, --store or --faults."),
        (("--faults", "nowhere.toml"), "Give another --port, --store or --faults."),
        (("--rate", "-1"), "Correct this and start the sandbox again."),
    ):
        assert screen.type("sandbox", *wrong) == 2, wrong
        assert said in screen.text
    Path("faults.toml").write_text('[[fault]]\nkind = "429"\nnth = 9\n', encoding="utf-8")
    options = ("--port", "0", "--store", "store.sqlite", "--faults", "faults.toml", "--rate", "0")
    with serving(*options) as address:
        assert screen.type("run", "people.csv", "--base-url", address, "--rate", "200", "--yes", "-q") == 0
    assert "3 created" in screen.text


def test_what_doctor_could_not_delete_is_deleted_in_the_app(screen: Screen) -> None:
    """The contact that is named is there, by its name and its id; once it is deleted nothing of it is left."""
    screen.sandbox.add_faults(Fault("403", method="DELETE", start=1))
    screen.type("doctor", *screen.service, "--yes")
    screen.sandbox.clear_faults()
    step = screen.text.partition("Next:    delete the contact Import Doctor in the app (")[2].partition(")")[0]
    left = step.split(", ")
    assert sorted(left) == sorted(contact["id"] for contact in screen.sandbox.contacts())
    assert {contact["defaultFields"]["firstName"] for contact in screen.sandbox.contacts()} == {"Import Doctor"}
    for contact_id in left:
        screen.sandbox.delete(contact_id)
    assert screen.run() == 0
    assert screen.is_whole("Ann", "Bob", "Cy")


def test_the_page_is_started_without_the_sheet(screen: Screen) -> None:
    """A sheet that is not there is named; without it, or by its right name, the page starts."""
    assert screen.type("ui", "poeple.csv", "--no-browser", "--idle", "0") == 2
    assert "Check the name, or start without it and drop the sheet." in screen.text
    for sheet in ((), ("people.csv",)):
        assert screen.type("ui", *sheet, "--no-browser", "--idle", "0", "--base-url", screen.sandbox.url) == 0
        assert "The page is at http://" in screen.text


def test_a_bug_report_is_looked_into(screen: Screen) -> None:
    """The file that is named is there, and what one finds in it names none of the people."""
    screen.run()
    assert screen.type("bug-report", str(OUT)) == 0
    assert "Next:    look at the files in it, then send it" in screen.text
    [bundle] = re.findall(r"Written: (\S+)", screen.text)
    with zipfile.ZipFile(bundle) as files:
        texts = [files.read(name) for name in files.namelist()]
    assert texts
    assert not any(name in text for text in texts for name in (b"Ann", b"Lee", b"5550101", b"people.csv"))


def test_an_option_before_the_command_is_put_behind_it(screen: Screen) -> None:
    """An option that is typed before its command is typed behind it, as the example shows."""
    assert screen.type("--region", "US", "run", "people.csv", *screen.service, "--yes") == 2
    assert "put it after the command, as in openphone-import run FILE --region" in screen.text
    assert screen.run("--region", "US") == 0
    assert screen.is_whole("Ann", "Bob", "Cy")
