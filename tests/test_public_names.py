from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import importer


def test_the_public_names_are_sorted_and_there() -> None:
    """`importer.__all__` is sorted, has each name once, and every name can be had."""
    assert sorted(set(importer.__all__)) == importer.__all__
    assert all(getattr(importer, name).__name__ == name for name in importer.__all__)


def test_plan_is_the_function_whatever_was_imported_first() -> None:
    """`importer.plan` is the function, also where the room of that name has been imported before."""
    for first in ("import importer.plan.policy", "from importer.plan import merge", "import importer"):
        code = f"{first}\nimport importer\nfrom importer import plan\nprint(importer.plan is plan, plan.__name__)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "True plan\n"


def test_questions_is_the_function_whatever_was_imported_first() -> None:
    """`importer.questions` is the function, also where the room of that name has been imported before."""
    for first in ("import importer.questions.raising", "import importer"):
        code = f"{first}\nfrom importer import questions\nprint(questions.__name__)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "questions\n"


def test_every_way_to_stop_is_public() -> None:
    """Whoever uses the library can catch each exception of the tree by its public name."""
    tree = [importer.ImporterError]
    for kind in tree:
        tree += kind.__subclasses__()
    assert {kind.__name__ for kind in tree} <= set(importer.__all__)


def test_importing_the_library_imports_nothing_heavy() -> None:
    """`import importer` alone loads neither pandas nor any other outside library."""
    code = "import sys, importer; print([n for n in ('pandas', 'pydantic', 'httpx', 'openpyxl') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not there fails as in any module."""
    with pytest.raises(AttributeError, match="nowhere"):
        _ = importer.nowhere


def test_the_library_works_without_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check` and `run` do their work silently and hand back a report; progress comes as events."""
    monkeypatch.chdir(tmp_path)
    places = importer.Places(cache=tmp_path / "cache", state=tmp_path / "state")
    Path("people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\nBob,12\n", encoding="utf-8")
    heard: list[str] = []
    hooks = importer.Hooks(notify=lambda event: heard.append(event.name))
    settings = importer.Settings(sandbox=True, rate=100)
    checked = importer.check(importer.Job("people.csv", settings, hooks=hooks, places=places))
    assert checked.summary.counts[importer.Status.UNFINISHED] == 1
    report = importer.run(importer.Job("people.csv", settings, hooks=hooks, places=places))
    assert (report.summary.rows, report.summary.exit_code, report.stopped) == (2, 1, None)
    assert {"opened", "mapped", "staged", "delivered"} <= set(heard)
    assert capsys.readouterr() == ("", "")
