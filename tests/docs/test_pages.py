"""The manual is true: its pages show what the program prints, and their commands can be typed."""

from __future__ import annotations

import re
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from babel import Locale

from importer.cli.app import COMMANDS as COMMAND_GROUPS
from importer.cli.app import build, main
from importer.cli.options import ConsoleOptions, NoticeOptions, ServiceOptions, SheetOptions, SyncOptions
from importer.errors import ImporterError
from importer.fleet.file import read_fleet
from importer.guide import TOPICS
from importer.model import Status
from importer.model.fields import MAP_FIELDS
from importer.pipeline.outputs.folder import OUTPUTS
from importer.sandbox.script import read_faults
from importer.settings.load import load
from tests.docs.pages import DEVELOPERS, GUIDES, PAGES, README, commands, help_of, settled, with_help, with_outputs
from tests.paths import ROOT

TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
BENCHMARKS = ROOT / "tests" / "benchmarks" / "README.md"
COMMANDS = sorted({line for text in TEXTS.values() for line in commands(text)})


def cells(heading: str, text: str = TEXTS[README]) -> list[str]:
    """The first cells of the table below a heading, without their back quotes."""
    section = re.split(rf"\n#+ {heading}\n", text)[1].split("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("|")]
    return [cell.strip("`") for cell in rows[2:]]


def blocks(kind: str, text: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def test_the_readme_is_short() -> None:
    """A newcomer reads the README in one sitting: 200 lines at most, the rest is in the guides."""
    assert len(TEXTS[README].splitlines()) <= 200


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_help_texts_are_the_programs(page: Path) -> None:
    """Each help text is what the program prints (`python -m tests.docs.pages` writes them)."""
    assert with_help(TEXTS[page]) == TEXTS[page]


def test_a_busy_computer_shows_the_same_page() -> None:
    """What the sandbox sent back to a busy computer counts as little as the seconds do; a request more does count."""
    calm = "Effort:  50 requests in 4.9 s, 10 a second"
    assert settled("Effort:  52 requests in 5.1 s, 10 a second, 2 retries, told to slow down 2 times") == settled(calm)
    assert settled("Effort:  51 requests in 5.1 s, 10 a second") != settled(calm)


def test_no_help_text_shows_a_default_of_python() -> None:
    """A help text says what happens without an option in words or a value that can be typed."""
    shown = re.findall(r"\[default: (?:True|False|None|\(\)|\"\")\]", " ".join(" ".join(TEXTS.values()).split()))
    assert shown == []


def test_the_guide_names_its_topics_in_its_help() -> None:
    """`guide --help` lists every page of the manual, so that a new one cannot be missing."""
    shown = " ".join(re.sub("[│╭╰─╮╯]", " ", help_of(["guide"])).split())
    assert f"Page to show: {', '.join(TOPICS)}." in shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_outputs_are_the_programs(page: Path, tmp_path: Path) -> None:
    """The commands of a page, run one after another, print what it shows, except times and ids."""
    assert settled(with_outputs(TEXTS[page], tmp_path)).splitlines() == settled(TEXTS[page]).splitlines()


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_parses(line: str) -> None:
    """Every command in the manual has options and arguments that exist."""
    tokens = shlex.split(line, comments=True)[1:]
    build().parse_args(tokens, exit_on_error=False, print_error=False)


@pytest.mark.parametrize("page", [*PAGES, BENCHMARKS], ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_every_link_leads_to_a_file(page: Path) -> None:
    """Each relative link and picture of a page exists."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_guide_is_named_in_the_readme() -> None:
    """The README, or a guide that it leads to, leads to each guide by its command and by a link."""
    text = "".join(TEXTS[page] for page in (README, *GUIDES))
    missing = [guide.stem for guide in GUIDES if f"[`openphone-import guide {guide.stem}`]" not in text]
    assert missing == []


def test_the_mapping_guide_names_every_language_and_field() -> None:
    """The guide lists the languages whose headers are known, and what a column can be mapped to."""
    (text,) = (TEXTS[guide] for guide in GUIDES if guide.stem == "mapping")
    sheets = tomllib.loads((ROOT / "tests/e2e/sheets/languages.toml").read_text(encoding="utf-8"))
    # "Norwegian Bokmål" is Norwegian to most people.
    names = [Locale("en").languages[language].partition(" ")[0] for language in ("en", *sheets)]
    assert [name for name in names if name not in text] == []
    assert re.findall(r"`FIELD` is one of `([^`]+)`", text) == [" ".join(MAP_FIELDS)]


def test_every_option_is_shown() -> None:
    """Each option of `run` is in the options guide."""
    groups = (SheetOptions, SyncOptions, ServiceOptions, NoticeOptions, ConsoleOptions)
    names = {option.name for group in groups for option in fields(group)}
    (text,) = (TEXTS[guide] for guide in GUIDES if guide.stem == "options")
    assert [name for name in names if f"--{name.replace('_', '-')}" not in text] == []


def test_files_statuses_and_exit_codes_are_those_of_the_program() -> None:
    """The tables of files, statuses and exit codes list what the code knows, all of it."""
    files = {name for cell in cells("Files") for name in re.findall(r"[\w.]+\.\w+", cell)}
    assert set(OUTPUTS) <= files
    assert cells("Statuses") == [status.value for status in Status]
    tree: list[type[ImporterError]] = [ImporterError]
    for kind in tree:
        tree += kind.__subclasses__()
    assert cells("Exit codes") == [str(code) for code in sorted({0, 1} | {kind.exit_code for kind in tree})]


def test_the_way_of_a_row_names_functions_that_are_there() -> None:
    """Each function of the developers' guide is in the file that stands beside it."""
    text = TEXTS[DEVELOPERS].partition("The same way as functions")[2].partition("\n\nSome functions")[0]
    rows = [row.split("|")[1:3] for row in text.splitlines() if row.startswith("| `")]
    assert rows
    for words, file in rows:
        source = (ROOT / "importer" / file.strip().strip("`")).read_text(encoding="utf-8")
        names = re.findall(r"`(?:\w+\.)?(\w+)`", words)
        assert [name for name in names if f"def {name}(" not in source] == [], file


def test_settings_and_faults_files_can_be_read(tmp_path: Path) -> None:
    """The TOML examples are files that the program takes."""
    examples = [example for text in TEXTS.values() for example in blocks("toml", text)]
    assert len(examples) >= 2
    for number, text in enumerate(examples):
        file = tmp_path / f"{number}.toml"
        file.write_text(text, encoding="utf-8")
        if "fault" in tomllib.loads(text):
            assert read_faults(file)
        elif "workspace" in tomllib.loads(text):
            assert read_fleet(file).workspaces
        else:
            assert load({}, {}, file)


def test_the_example_of_a_schema_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pandera schema in the manual can be given to --schema, and finds what it says."""
    monkeypatch.chdir(tmp_path)
    (example,) = (example for guide in GUIDES for example in blocks("python", TEXTS[guide]))
    Path("rules.py").write_text(example, encoding="utf-8")
    sheet = ROOT / "sample_data" / "contacts.csv"
    assert main(["check", str(sheet), "--sandbox", "--schema", "rules.py:Sheet", "--out", "out", "-q"]) == 1
    problems = Path("out/problems.csv").read_text(encoding="utf-8")
    assert "customer-number" in problems


def test_the_rooms_are_those_of_the_program() -> None:
    """The developers' table of rooms names every folder and module of the program."""
    named = {name.rstrip("/") for cell in cells("Rooms", TEXTS[DEVELOPERS]) for name in cell.replace("`", "").split()}
    modules = (path for path in (ROOT / "importer").iterdir() if path.suffix in {"", ".py"} and path.stem[0] != "_")
    assert {path.stem for path in modules} == named


def test_the_changes_are_told_by_version() -> None:
    """The newest version comes first, the one that is installed is told, and what comes next stands above it."""
    (text,) = (TEXTS[guide] for guide in GUIDES if guide.stem == "changes")
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    versions = [tuple(map(int, title.split("."))) for title in titles if title != "Next version"]
    assert versions == sorted(set(versions), reverse=True)
    assert titles[0] == "Next version" or "Next version" not in titles
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert versions[0] == tuple(map(int, project["version"].split(".")))


def test_every_new_command_is_told_in_the_changes() -> None:
    """A command is named in the changes of some version, so that nobody has to find it in the help."""
    (text,) = (TEXTS[guide] for guide in GUIDES if guide.stem == "changes")
    # Told as a whole with the first version: the program itself.
    known = {"demo", "whoami", "doctor", "explain", "guide", "config", "schema", "completion", "sandbox"}
    names = {name for commands in COMMAND_GROUPS.values() for name in commands}
    assert sorted(name for name in names - known if f"`{name}`" not in text) == []
