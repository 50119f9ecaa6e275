"""The page is complete in the package: plain files, one vendored library with its licence, and small modules."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys

from importer.web.answers.table import ANSWERS, function_of
from tests.paths import ROOT

STATIC = ROOT / "importer" / "web" / "static"
OWN = sorted(path for path in STATIC.rglob("*") if path.is_file() and "vendor" not in path.parts)
# tabulator-tables 6.5.3, as `npm pack tabulator-tables@6.5.3` gives it (dist/js, dist/css, LICENSE).
VENDORED = {
    "tabulator/LICENSE": "191a2ee554684e1064c897b432f0e1bc6dfa714ca045d3f6ea2cf692cbd398b7",
    "tabulator/tabulator.min.css": "405ae24218357d80df2a5f3addf138666d035f970dac4ebdb0265d0b5373efcb",
    "tabulator/tabulator_esm.min.mjs": "6c45ce054c8266f05a61e746acc91ec67e043de378b2f6d8e08ac1c5d0032b1a",
}
LONGEST_LINES = 300


def test_the_vendored_library_is_unchanged() -> None:
    """Its files are exactly those of the published package, and nothing else is vendored."""
    vendor = STATIC / "vendor"
    digests = {
        str(path.relative_to(vendor)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file()
    }
    assert digests == VENDORED
    assert "MIT License" in (vendor / "tabulator" / "LICENSE").read_text(encoding="utf-8")


def test_nothing_is_loaded_from_elsewhere() -> None:
    """No file of the page names an address outside of it, and none has script or style inline."""
    for path in OWN:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org/)", text), path
        assert "innerHTML" not in text, path
        assert "eval(" not in text, path
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=", page)


def test_every_module_that_is_imported_is_there() -> None:
    """Each import of a module of the page leads to a file."""
    for path in OWN:
        if path.suffix != ".js":
            continue
        for target in re.findall(r'(?:from|import\()\s*"([^"]+)"', path.read_text(encoding="utf-8")):
            found = STATIC / target.removeprefix("/static/") if target.startswith("/") else path.parent / target
            assert found.is_file(), f"{path.name}: {target}"


def test_numbers_agree_with_their_nouns() -> None:
    """A number and its noun come from one helper, so that no text says "1 contacts are"."""
    for path in OWN:
        if path.suffix != ".js" or path.name == "dom.js":
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"\$\{number\([^}]*\)\} (?:contacts?|rows?|columns?|cells?|questions?)\b", line), line
            # What follows the noun has a form of its own for one.
            assert not re.search(
                r'"[a-z ]+"\)\} (?:[a-z]+ ){0,3}(?<!would )(?:are|were|have|differ|stay|remain)\b', line
            ), line


def test_the_files_of_the_page_are_small() -> None:
    """Each fits on a few screens, as every other file of the program does."""
    long = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in OWN}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_LINES} == {}


def test_every_question_has_its_function() -> None:
    """Each line of the table names a function that exists, and no address is named twice."""
    assert all(callable(function_of(name)) for _, _, name in ANSWERS)
    assert len({(method, path) for method, path, _ in ANSWERS}) == len(ANSWERS)


def test_the_first_screen_loads_nothing_that_reads_sheets() -> None:
    """The server is up before pandas and the like are loaded, so that the page opens at once."""
    code = (
        "import importer.cli.commands.ui, importer.cli.jobs, importer.web.server, importer.web.answers.home, sys; "
        "print(sorted({'pandas', 'pandera', 'openpyxl', 'httpx', 'phonenumbers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
