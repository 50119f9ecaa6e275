"""Every file that a command reads besides the sheet, as a stranger could leave it: no bug, no harm, words that help."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from importer.fleet.file import OWN_KEYS, TOP_KEYS
from importer.settings.model import OPTIONS
from tests import warm
from tests.cli.strangers import Mutation, mutations, write_mutation
from tests.cli.watched import Watch

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on Windows")
EXAMPLES = int(os.environ.get("FILES_OF_STRANGERS_EXAMPLES", "3"))
OUT = "people.sandbox.import"
SHEET = (
    "Id,First Name,Last Name,Phone,Email,Birthday\n"
    "1,Ann,Lee,+14155550101,ann@example.com,2001-02-03\n2,Bob,Ray,12,bob@example,x\n3,Cy,Roe,+14155550103,,\n"
)
P = ("people.csv", "--sandbox")
YES = (*P, "--accept-corrections")
FLEET = ("--fleet", "fleet.toml", "--workspace", "acme")
NAMES = tuple(name.replace("_", "-") for name in OPTIONS)
FORGET = ("forget", "ann@example.com", OUT, "--yes")
UNDO = ("undo", OUT, "--sandbox", "--yes")
WRITTEN = {
    "people.csv": SHEET,
    "outside.txt": "mine",
    "planted.py": "open('ran', 'w').close()\n",
    "key.txt": "sandbox-key\n",
    "fields.json": json.dumps(
        {"data": [{"name": "Birthday", "key": "k1", "type": "date"}, {"name": "Plan", "key": "k2", "type": "string"}]}
    ),
    "config.toml": 'region = "US"\nrate = 100\nsource = "crm"\nphones = "strict"\nmax-new = 50\nyes = true\n[map]\n'
    '"Id" = "external_id"\n"Phone" = "phone:mobile"\n[values]\ncompany = "Acme"\n',
    "fleet.toml": 'name = "night"\nresults = "results"\ntimezone = "UTC"\n[defaults]\nregion = "US"\nrate = 100\n'
    'sandbox = true\n[defaults.map]\n"Id" = "external_id"\n\n[[workspace]]\nname = "acme"\nsheet = "people.csv"\n'
    'aliases = ["old"]\nmapping = "maps.toml"\nschedule = "0 2 * * *"\n[workspace.map]\n"Phone" = "phone:mobile"\n',
    "maps.toml": 'date-order = "dmy"\n[map]\n"Email" = "email"\n[values]\ncompany = "Acme"\n',
    f"{OUT}/journal.toml": 'database = "env:SOME"\njournal = "acme"\n',
}


@dataclass(frozen=True)
class Read:
    """A file, its form, the keys that it may have, and the commands that read it."""

    path: str
    form: str
    commands: tuple[tuple[str, ...], ...]
    keys: tuple[str, ...] = ()


def _with(
    *options: str, commands: str = "check plan run map verify export config repair"
) -> tuple[tuple[str, ...], ...]:
    return tuple((command, *P, *options) for command in commands.split())


FILES = (
    Read("config.toml", "toml", _with("--config", "config.toml"), NAMES),
    Read(f"{OUT}/mapping.toml", "toml", (*_with(), FORGET, UNDO, ("show", OUT, "--row", "2")), NAMES),
    Read(
        "fleet.toml",
        "toml",
        (("fleet", "check", "fleet.toml"), ("fleet", "status", "fleet.toml"), ("check", "people.csv", *FLEET)),
        (*NAMES, *TOP_KEYS, *OWN_KEYS),
    ),
    Read("maps.toml", "toml", (("check", "people.csv", *FLEET), ("export", "people.csv", *FLEET)), NAMES),
    Read(
        "fields.json",
        "json",
        (
            *_with("--fields", "fields.json", commands="check plan map"),
            *(("template", name, "--sandbox", "--fields", "fields.json") for name in ("t.csv", "t.xlsx")),
        ),
    ),
    Read("key.txt", "text", (("check", "people.csv", "--api-key-file", "key.txt"),)),
    Read(
        f"{OUT}/summary.json",
        "json",
        (("run", *YES), ("check", *YES), ("runs", OUT), ("show", OUT), UNDO, FORGET, ("bug-report", OUT)),
    ),
    Read(f"{OUT}/.rejects.json", "json", (("run", *YES), ("check", *YES))),
    Read(f"{OUT}/id_map.csv", "table", (("run", *YES), FORGET, UNDO, ("check", f"{OUT}/id_map.csv", "--sandbox"))),
    Read(f"{OUT}/problems.csv", "table", (("run", *YES), FORGET, ("check", f"{OUT}/problems.csv", "--sandbox"))),
    Read(f"{OUT}/corrections.csv", "table", (("run", *YES), ("run", *P), ("repair", *P), FORGET, ("export", *YES))),
    Read(f"{OUT}/rejects.csv", "table", (("run", f"{OUT}/rejects.csv", "--sandbox", "--out", OUT), FORGET)),
    Read(f"{OUT}/plan.json", "json", (("run", "--plan", f"{OUT}/plan.json", "--sandbox"), FORGET, ("plan", *YES))),
    Read(f"{OUT}/log.jsonl", "json", (("run", *YES), ("bug-report", OUT), FORGET)),
    Read(f"{OUT}/report.html", "text", (("runs", OUT), ("run", *YES), FORGET)),
    Read(f"{OUT}/journal.toml", "toml", (("check", *P), ("runs", OUT), FORGET, UNDO), ("journal", "database")),
    Read(f"{OUT}/dedupe.csv", "table", (("dedupe", "--sandbox", "--out", OUT, "--yes"), FORGET)),
    Read(f"{OUT}/journal.sqlite", "text", (("run", *YES), ("show", OUT, "--row", "2"), FORGET, UNDO)),
    Read(f"{OUT}/sandbox.sqlite", "text", (("run", *YES), ("verify", *YES))),
    Read("results/fleet.json", "json", (("fleet", "check", "fleet.toml"),)),
)


def environment(folder: Path) -> dict[str, str]:
    """A home and a folder for temporary files of its own, and lines that are not wrapped."""
    home = str(folder / "home")
    names = ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
    return {**dict.fromkeys(names, home), "PATH": os.environ["PATH"], "TMPDIR": str(folder / "tmp"), "COLUMNS": "2000"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with results in which much has happened, and every file that a command can be given."""
    folder = tmp_path_factory.mktemp("strangers") / "base"
    for name in ("home", "tmp"):
        (folder / name).mkdir(parents=True)
    for name, text in WRITTEN.items():
        if not name.endswith("journal.toml"):
            (folder / name).write_text(text, encoding="utf-8")
    reading = ("--region", "US", "--map", "Id=external_id")
    for arguments in (("run", *P, *reading), ("map", *P, "--yes"), ("dedupe", "--sandbox", "--out", OUT, "--yes")):
        assert warm.run(arguments, folder, environment(folder)).code in (0, 1)
    rejects = folder / OUT / "rejects.csv"
    corrected = rejects.read_text(encoding="utf-8").replace(",12,", ",+14155550102,")
    rejects.write_text(corrected, encoding="utf-8")
    again = ("run", f"{OUT}/rejects.csv", "--sandbox", "--out", OUT, *reading)
    assert warm.run(again, folder, environment(folder)).code == 0
    assert warm.run(("plan", *YES), folder, environment(folder)).code in (0, 1)
    rejects.write_text(corrected, encoding="utf-8")
    return folder


@pytest.mark.parametrize("read", FILES, ids=lambda read: Path(read.path).name)
def test_a_file_of_a_stranger(read: Read, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a file is: an exit code of the design, words, and nothing run, sent or written elsewhere."""
    valid = WRITTEN[read.path].encode() if read.path in WRITTEN else b""
    if (base / read.path).is_file():
        valid = (base / read.path).read_bytes()

    @settings(
        max_examples=EXAMPLES,
        # The same few in each run of the suite; a long search is made by hand, with other examples each time.
        derandomize="FILES_OF_STRANGERS_EXAMPLES" not in os.environ,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.explicit, Phase.generate],
    )
    @given(mutations(valid, read.form, read.keys), st.sampled_from(read.commands))
    def law(mutation: Mutation, command: tuple[str, ...]) -> None:
        work = tmp_path / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(base, work)
        with monkeypatch.context() as patch:
            patch.chdir(work)
            write_mutation(work / read.path, mutation)
        report = tmp_path / "report"
        report.write_bytes(b"")
        done = warm.run(command, work, environment(work), prepare=Watch(str(work), str(report)))
        told = (command, mutation.made_by, mutation.content[:2000], done)
        assert done.code in (0, 1, 2, 3), told
        assert report.read_text(encoding="utf-8") == "", told
        assert not (work / "ran").exists(), told
        assert (work / "outside.txt").read_text(encoding="utf-8") == "mine", told
        shown = done.out + done.err
        assert "\x1b" not in shown, told
        assert "Traceback" not in shown, told
        if done.code in (2, 3):
            # A fleet goes on with its other workspaces, and says at its end what to do about this one.
            assert done.err.count(" next: ") == 1 or (command[0] == "fleet" and "Next: " in done.out), told

    law()
