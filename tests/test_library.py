"""The library as its users have it: the examples in its docstrings, and what they cannot show."""

from __future__ import annotations

import asyncio
import doctest
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
from pydantic import SecretStr

import importer
from importer import library
from importer.sandbox import Sandbox

EXAMPLES = [example for example in doctest.DocTestFinder(recurse=False).find(library) if example.examples]
for _name in library.__all__:
    # A coroutine has the docstring of the function that waits for it.
    if _name.endswith("_async"):
        continue
    EXAMPLES += [one for one in doctest.DocTestFinder().find(getattr(library, _name), _name) if one.examples]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a sheet, and no state of the machine's user."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    (tmp_path / "people.csv").write_text("Id,Name,Phone\n1,Ann Lee,+14155550101\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_examples_are_true(example: doctest.DocTest, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each example in a docstring gives what it shows, and the library prints nothing beside it."""
    assert home
    assert doctest.DocTestRunner().run(example).failed == 0
    assert capsys.readouterr().err == ""


def test_each_function_has_an_example() -> None:
    """`read`, `plan`, `run`, `verify` and `undo` are shown in use."""
    assert {one.name for one in EXAMPLES} >= {"read", "plan", "run", "verify", "undo"}


def test_the_functions_await_in_a_loop_of_their_users(home: Path) -> None:
    """In a running loop the coroutines do the work against a real service, and the others say which to use."""
    with Sandbox.start(rate=0) as sandbox:
        places = importer.Places(cache=home / "cache", state=home / "state")
        key = SecretStr(sandbox.options.key)
        settings = importer.Settings(base_url=sandbox.url, rate=100)
        job = importer.Job("people.csv", settings, key=key, places=places)

        async def all_of_it() -> None:
            assert (await importer.plan_async(job)).outlook.create == 1
            assert (await importer.run_async(job)).summary.exit_code == 0
            assert (await importer.verify_async(job)).exit_code == 0
            report = await importer.undo_async(
                job.out, settings, key=key, places=places, agree=lambda found: found.writes == 1
            )
            assert report.counts == {"reversed": 1, "kept": 0, "failed": 0}
            with pytest.raises(RuntimeError, match="run_async"):
                importer.run(job)

        asyncio.run(all_of_it())
        assert sandbox.contacts() == []


def test_a_callback_can_stop_the_work(home: Path) -> None:
    """Who sets `hooks.stop` in a callback gets a report that says so; the same job, not stopped, goes on."""
    rows = "".join(f"{number},Ann,+1415555{number:04d}\n" for number in range(100, 160))
    (home / "people.csv").write_text(f"Id,Name,Phone\n{rows}", encoding="utf-8")
    hooks = importer.Hooks(notify=lambda event: hooks.stop.set() if event.name == "delivered" else None)
    settings = importer.Settings(sandbox=True, rate=200)
    stopped = importer.run(importer.Job("people.csv", settings, hooks=hooks))
    assert isinstance(stopped.stopped, importer.Interrupted)
    job = importer.Job("people.csv", settings)
    # A status is a string too: users of the library write counts["created"].
    counts = cast(Mapping[str, int], importer.run(job).summary.counts)
    assert counts["created"] == 60
    assert importer.undo(job.out, settings).counts["reversed"] == 60


def test_who_says_no_loses_nothing(home: Path) -> None:
    """Where `agree` says no, undo raises Declined and the contacts stay."""
    settings = importer.Settings(sandbox=True, rate=100)
    job = importer.Job("people.csv", settings)
    importer.run(job)
    with pytest.raises(importer.Declined):
        importer.undo(job.out, settings, agree=lambda _: False)
    assert importer.verify(job).exit_code == 0


def test_the_example_in_the_manual_is_true(home: Path) -> None:
    """What the developers' page shows of the library is what it gives."""
    root = Path(importer.__file__).parents[1]
    (home / "sample_data").mkdir()
    shutil.copyfile(root / "sample_data" / "contacts.csv", home / "sample_data" / "contacts.csv")
    (shown,) = re.findall(
        r"```pycon\n(.*?)```", (root / "importer" / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    example = doctest.DocTestParser().get_doctest(shown, {}, "README.md", "README.md", 0)
    assert doctest.DocTestRunner().run(example).failed == 0


def test_the_page_of_a_program_names_what_to_call_next(home: Path) -> None:
    """Where nothing was typed, the next step is a call: carried out, it brings the corrected row in."""
    with (home / "people.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("2,Bob Ray,12\n")
    settings = importer.Settings(sandbox=True, out=Path("people.import"))
    rejects = importer.run(importer.Job("people.csv", settings)).out / "rejects.csv"
    page = (home / "people.import/report.html").read_text("utf-8")
    assert "people.import/rejects.csv, then: importer.run of a job of that file, with the same out" in page
    rejects.write_text(rejects.read_text("utf-8").replace(",12,", ",+14155550102,"), encoding="utf-8")
    assert importer.run(importer.Job(rejects, settings)).summary.exit_code == 0


def test_an_answer_settles_its_question_for_good(home: Path) -> None:
    """A question has a proposal and the option to type; once answered, it is asked neither now nor by a later call."""
    (home / "calls.csv").write_text("Name,Ring\nAnn Lee,+1 415-555-0101\nBob Ray,+1 415-555-0102\n", encoding="utf-8")
    job = importer.Job("calls.csv", importer.Settings())
    (question,) = importer.questions(job)
    assert (question.kind, question.column_name) == (importer.QuestionKind.COLUMN, "Ring")
    assert question.proposed is not None
    assert question.proposed.option == "--map Ring=phone"
    answered = importer.answered(job, question, question.proposal)
    assert importer.questions(answered) == ()
    assert importer.check(answered).summary.exit_code == 0
    assert 'Ring = "phone"' in (home / "calls.import/mapping.toml").read_text("utf-8")


def test_what_is_no_answer_is_refused(home: Path) -> None:
    """An answer that is neither a choice nor may be typed is a SettingsError that names the choices."""
    question = importer.Question(
        importer.QuestionKind.DATE_ORDER, "Day first?", "", (importer.Choice("dmy", "day", {"date_order": "dmy"}),)
    )
    job = importer.Job("people.csv", importer.Settings())
    with pytest.raises(importer.SettingsError, match="not an answer"):
        importer.answered(job, question, "ydm")
    assert importer.answered(job, question, "dmy", save=False).settings.date_order == "dmy"
    assert not (home / "people.import").exists()
