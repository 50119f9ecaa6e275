from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from importer.cli.app import build
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAVY = "{'pandas', 'pandera', 'openpyxl', 'httpx', 'pyarrow', 'phonenumbers', 'pydantic', 'tqdm', 'starlette'}"
NOT_FOR_CHECK = (
    *(f"importer.{room}" for room in ("fleet", "guide", "library", "sandbox", "schedule", "web")),
    *(f"importer.pipeline.{command}" for command in ("run", "plan", "verify", "export", "forget", "undo", "dedupe")),
    *("importer.cli.notify_test", "importer.delivery.engine", "importer.delivery.journal.conformity"),
    *(
        "importer.delivery.journal.postgres",
        "importer.spreadsheet.workbook",
    ),
    *("numpy.ma", "xml"),
)
CALL = "from importer.cli.app import main; assert main({arguments!r}) == 0"
COMPLETE = "from importer.cli.app import build; assert 'sandbox' in build().generate_completion(shell='bash')"


def loaded(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint('loaded:', sorted({HEAVY} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], [], ["run", "--help"], ["check", "-h"], ["demo", "--help"]]
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """Help and version answer at once: no outside library but the one that reads options is loaded for them."""
    assert loaded(CALL.format(arguments=arguments)) == "loaded: []"


def test_signals_are_listened_to_first() -> None:
    """Nothing that takes time is loaded before signals are listened to: until then one would just kill the program."""
    program = (
        "import signal, sys\n"
        "before = set(sys.modules)\n"
        "def listened(number, handler):\n"
        "    print(sorted({'re', 'typing', 'importer.errors', 'importer.cli.app'} & (set(sys.modules) - before)))\n"
        "    sys.stdout.flush()\n"
        "    import os\n"
        "    os._exit(0)\n"
        "signal.signal = listened\n"
        "from importer.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_completion_loads_nothing_heavy() -> None:
    """A completion script can be made of all commands and options without loading what they use."""
    assert loaded(COMPLETE) == "loaded: []"


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_completing_starts_no_program() -> None:
    """At Tab the shell looks into the script alone, so nobody waits for the program: here it cannot even be found."""
    words = "COMP_WORDS=(openphone-import run --reg) COMP_CWORD=2; _openphone_import"
    script = f'PATH=\n{build().generate_completion(shell="bash")}\n{words}\nprintf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run([str(shutil.which("bash")), "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["--region", "--region-column"]
    assert done.stderr == ""


def test_importing_the_program_loads_nothing_heavy() -> None:
    """The entry point itself is light."""
    assert loaded("import importer.__main__") == "loaded: []"


@pytest.mark.parametrize("rows", ["Ann,,+14155550101\n", "Ann,,\n,Acme,\n", ",,+14155550101\nAnn,,\n"])
def test_check_loads_no_table_library_and_no_network(tmp_path: Path, rows: str) -> None:
    """A check of good rows, also without a first name, loads neither pandas nor pandera, and nothing of the network."""
    sheet = tmp_path / "people.csv"
    sheet.write_text(f"First name,Company,Phone\n{rows}", encoding="utf-8")
    arguments = ["check", str(sheet), "--region", "US", "--yes", "--quiet", "--out", str(tmp_path / "out")]
    assert loaded(CALL.format(arguments=arguments)) == "loaded: ['phonenumbers', 'pydantic']"


def test_a_first_check_loads_nothing_for_other_commands(tmp_path: Path) -> None:
    """A check of a small sheet loads no command or room that it does not use, and nothing to examine a journal with."""
    sheet = tmp_path / "people.csv"
    sheet.write_text("First name,Phone\nAnn,+14155550101\n", encoding="utf-8")
    arguments = ["check", str(sheet), "--region", "US", "--yes", "--quiet", "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", f"{CALL.format(arguments=arguments)}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = done.stdout.splitlines()[-1].split()
    assert "importer.pipeline.check" in modules
    places = tuple(f"{name}." for name in NOT_FOR_CHECK)
    assert [module for module in modules if f"{module}.".startswith(places)] == []


def test_nothing_is_looked_through_at_the_end() -> None:
    """A command leaves its objects to the system: a search for cycles among them would be a tenth of a small check."""
    code = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0)); import sys; "
    code += "sys.argv[1:] = ['--version']; from importer.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True"


def compiled_by_import(node: ast.AST) -> Iterator[int]:
    """The lines of a module that call `re.compile` when it is imported."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.Call) and ast.unparse(inner.func) == "re.compile":
            yield inner.lineno
        if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from compiled_by_import(inner)


def test_importing_a_module_compiles_no_pattern() -> None:
    """A pattern that a module holds is a `regex`, compiled at first use; a small sheet needs a third of them."""
    # The sandbox knows no other room, and commands that send nothing do not load it.
    paths = (path for path in (ROOT / "importer").rglob("*.py") if path.parent.name != "sandbox")
    compiled = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in paths
        for line in compiled_by_import(ast.parse(path.read_text("utf-8")))
    ]
    assert compiled == []


@pytest.mark.parametrize("module", ["importer.cli.jobs", "importer.pipeline.check", "importer.pipeline.run"])
def test_locks_come_last(module: str) -> None:
    """The library of locks, which is called for all that Python loads from then on, is loaded after our own modules."""
    code = f"import sys, {module}\nprint('filelock' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
