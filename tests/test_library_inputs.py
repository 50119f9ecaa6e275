"""What programs hand to the library, and what they get back: frames, dicts, paths, notebooks, threads, loops."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import importer
from importer.pipeline.records import cell_text
from importer.sandbox import Sandbox

SHEET = "Nr,Name,Phone,VIP\n7,Ann Lee,+14155550101,true\n8,Bob Ray,12,\n9,Cy Orr,+14155550103,false\n"
RECORDS = [
    {"Nr": 7, "Name": "Ann Lee", "Phone": "+14155550101", "VIP": True},
    {"Name": "Bob Ray", "Phone": 12, "Nr": 8},
    {"Nr": 9, "Name": "Cy Orr", "Phone": "+14155550103", "VIP": False, "Nothing": None},
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a sheet, and no state of the machine's user."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("OPENPHONE_API_KEY", "OPENPHONE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "people.csv").write_text(SHEET, encoding="utf-8")
    return tmp_path


def test_every_kind_of_sheet_gives_the_same_contacts(home: Path) -> None:
    """A text, a path, a DataFrame (whatever its index) and a list of dicts end in the same rows with the same ids."""
    frame = pd.read_csv("people.csv", dtype={"Phone": str}).set_index(pd.Index([50, 3, 3]))
    settings = importer.Settings(sandbox=True, rate=500, map={"Nr": "external_id"})  # type: ignore[arg-type]
    sources: tuple[Any, ...] = ("people.csv", Path("people.csv"), home / "people.csv", frame, RECORDS)
    results = []
    for number, source in enumerate(sources):
        job = importer.Job(source, settings.model_copy(update={"out": Path(f"{number}.import")}))
        report = importer.check(job)
        results.append(report.rows()[["external_id", "status"]].to_dict("index"))
    assert results[0] == {
        2: {"external_id": "7", "status": "unfinished"},
        3: {"external_id": "8", "status": "rejected"},
        4: {"external_id": "9", "status": "unfinished"},
    }
    assert all(result == results[0] for result in results)


def test_records_are_one_sheet_over_time(home: Path) -> None:
    """Records of one name go on from each other: nobody is created twice, rejects are corrected as those of a file."""
    settings = importer.Settings(sandbox=True, rate=500, region="US")
    job = importer.Job(RECORDS, settings, name="crm")
    first = importer.run(job)
    assert (first.out, first.summary.exit_code) == (Path("crm.sandbox.import"), 1)
    assert first.rows()["status"].value_counts().to_dict() == {"created": 2, "rejected": 1}
    assert first.rows().loc[2, "contact_id"]
    again = importer.run(importer.Job(pd.DataFrame(RECORDS), settings, name="crm"))
    assert again.summary.this_run["created"] == 0
    rejects = first.out / "rejects.csv"
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550102,"), encoding="utf-8")
    corrected = importer.run(importer.Job(rejects, settings.model_copy(update={"out": first.out})))
    assert corrected.summary.exit_code == 0
    assert corrected.rows().loc[3, "status"] == "created"
    assert importer.undo(first.out, settings, every=True).counts["reversed"] == 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        (14155550101.0, "14155550101"),
        (np.float64(0.5), "0.5"),
        (np.int64(7), "7"),
        (True, "true"),
        (pd.Timestamp("2024-05-06"), "2024-05-06"),
        (pd.Timestamp("2024-05-06 07:08"), "2024-05-06 07:08:00"),
        (date(2024, 5, 6), "2024-05-06"),
        (["A", "B"], "A; B"),
        ("00123", "00123"),
        ("NA", "NA"),
        (1e300, "1e+300"),
    ],
)
def test_a_value_becomes_what_a_person_would_type(value: object, text: str) -> None:
    """No value is changed on its way into a cell, and each kind of missing value is an empty one."""
    assert cell_text(value) == text


def test_what_are_no_records_is_said(home: Path) -> None:
    """A list of other things than dicts is refused with what can be given; an empty one is a sheet without rows."""
    with pytest.raises(importer.SettingsError, match="must be dicts") as caught:
        importer.Job([1])  # type: ignore[arg-type]
    assert "DataFrame" in caught.value.next_step
    frame = pd.DataFrame({"Name": [], "Phone": []})
    assert importer.check(importer.Job(frame, name="empty")).summary.rows == 0


def test_the_environment_is_read_where_it_is_asked_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`Job.from_env` takes key and address from it; a plain Job without a key is told of both ways, which work."""
    with Sandbox.start(rate=0, key="of-the-environment") as sandbox:
        monkeypatch.setenv("OPENPHONE_API_KEY", "of-the-environment")
        monkeypatch.setenv("OPENPHONE_BASE_URL", sandbox.url)
        with pytest.raises(importer.KeyMissing, match="empty") as caught:
            importer.run(importer.Job("people.csv", importer.Settings(base_url=sandbox.url)))
        assert "Job.from_env" in caught.value.next_step
        job = importer.Job.from_env(RECORDS, name="crm", region="US", rate=500)
        assert (job.settings.region, job.out) == ("US", Path("crm.import"))
        assert importer.run(job).summary.counts[importer.Status.CREATED] == 2
        assert len(sandbox.contacts()) == 2
        assert "of-the-environment" not in repr(job)
    with pytest.raises(importer.SettingsError, match="did you mean 'region'"):
        importer.Job.from_env("people.csv", regoin="US")
    assert importer.Job.from_env("people.csv", environment={}).key is None


def test_an_unknown_setting_is_named_with_its_neighbour() -> None:
    """Every mistake is said at once, as on the command line; a name inside the program is none outside."""
    with pytest.raises(importer.SettingsError) as caught:
        importer.Settings(regoin="US", phones="loose", rate=-1)  # type: ignore[call-arg, arg-type]
    for words in ("'regoin', did you mean 'region'?", "--phones", "--rate"):
        assert words in caught.value.message
    with pytest.raises(importer.SettingsError, match="no option 'user_schema'"):
        importer.Settings(user_schema="a.py:B")  # type: ignore[call-arg]


def test_a_report_is_a_frame_and_a_notebook_shows_it(home: Path) -> None:
    """`problems` and `rows()` are what the files hold; the HTML has the figures, escaped, and no value of a contact."""
    records = [{"Name": "Ann Lee", "Phone": "+14155550101", "<b>": "x"}, {"Name": "Zoe", "Phone": "12"}]
    report = importer.check(importer.Job(records, importer.Settings(region="US"), name="<i>"))
    written = pd.read_csv(report.out / "problems.csv", dtype={"row": "Int64"}, keep_default_na=False)
    shown = report.problems
    assert shown["message"].tolist() == written["message"].tolist()
    assert shown["row"].dtype == "Int64"
    assert shown.loc[shown["rule"] == "phone-short-code", "row"].tolist() == [3]
    html = report._repr_html_()
    assert "<td>rejected</td><td>1</td>" in html
    assert "records://&lt;i&gt;" in html
    assert "Zoe" not in html
    assert "+1415" not in html


def test_threads_and_loops_of_other_programs(home: Path) -> None:
    """Jobs in several threads, and in a thread beside a running loop as web servers start them, each do their work."""
    settings = importer.Settings(sandbox=True, rate=500)
    codes: dict[str, int] = {}

    def work(name: str) -> None:
        codes[name] = importer.run(importer.Job(RECORDS, settings, name=name)).summary.exit_code

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    async def served() -> None:
        with pytest.raises(RuntimeError, match="run_async"):
            importer.run(importer.Job(RECORDS, settings, name="three"))
        await asyncio.gather(
            asyncio.to_thread(work, "three"),
            importer.run_async(importer.Job(RECORDS, settings, name="four")),
        )

    asyncio.run(served())
    assert codes == {"one": 1, "two": 1, "three": 1}
    assert Path("four.sandbox.import/id_map.csv").exists()


@pytest.mark.parametrize(
    ("own", "is_package"),
    [
        ("schemas.py", True),
        ("schemas/contacts.py", True),
        ("schemas/form.py", False),
        ("schemas/people/names.py", False),
    ],
)
def test_a_project_may_have_schemas_of_its_own(home: Path, own: str, is_package: bool) -> None:
    """A module, package or mere folder `schemas` of the project is in no one's way and stays theirs."""
    file = home / own
    if file.parent != home:
        file.parent.mkdir(parents=True)
        if is_package:
            (home / "schemas" / "__init__.py").touch()
    file.write_text("OURS = 1\n")
    program = (
        f"{'import schemas' if is_package else ''}\nimport importer\n"
        "job = importer.Job([{'Name': 'Ann', 'Phone': '+14155550101'}], name='x')\n"
        "print(importer.check(job).summary.exit_code)\n"
        f"from {own.removesuffix('.py').replace('/', '.')} import OURS\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=home, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr
