"""What the manual shows, generated: `python -m tests.docs.pages` writes help texts and outputs into its pages.

The pages are README.md, the guides in importer/guide and importer/README.md.

<!-- help: run -->      before a block: the help text of a command ("" for the program's own)
<!-- events -->         before a table: the events of `--json`, each with its facts
<!-- file: NAME -->     before a block: it is written into that folder, for the commands below it
```console              a block whose `$ openphone-import ...` lines are run, one after another, in one folder that
                        holds sample_data; the output of each on a terminal is below it
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from importer.cli.events import EVENTS, SUMMARIES
from tests import warm
from tests.paths import ROOT

COLUMNS = 80
README = ROOT / "README.md"
DEVELOPERS = ROOT / "importer" / "README.md"
GUIDES = tuple(sorted((ROOT / "importer" / "guide").glob("*.md")))
PAGES = (README, DEVELOPERS, *GUIDES)
HELP = re.compile(r"(<!-- help:(?P<command>[a-z ]*)-->\n+```text\n)(?P<shown>.*?)(```\n)", re.DOTALL)
EVENT_TABLE = re.compile(r"(<!-- events -->\n+)(?:\|.*\n)+")
CONSOLE = re.compile(r"(```console\n)(?P<shown>.*?)(```\n)", re.DOTALL)
FILE = re.compile(r"<!-- file: (?P<name>[\w.]+) -->\n+```\w+\n(?P<text>.*?)```\n", re.DOTALL)
# What differs from one run to the next.
VARIES = (
    (re.compile(r"\d[\d.]* s\b(, \d[\d.]* a second)?"), "0.0 s"),
    (re.compile(r"\b[0-9a-f]{24}\b"), "0" * 24),
    (re.compile(r"\b\d{8}-\d{6}-[0-9a-f]{4}\b"), "20260101-000000-0000"),
)
# A busy computer sends what it held back all at once, and the sandbox tells it to slow down as the service would.
RETRIED = re.compile(r"(?P<sent>\d+)( requests in 0\.0 s), (?P<retries>\d+) retr\w+, told to slow down \d+ times?")


def with_help(text: str) -> str:
    """The page with the help texts of the program."""
    return HELP.sub(lambda block: f"{block[1]}{help_of(block['command'].split())}{block[4]}", text)


def help_of(command: list[str]) -> str:
    """The help text of a command, as 80 columns show it."""
    ended = warm.run([*command, "--help"], ROOT, {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "dumb"})
    assert ended.code == 0, ended.err
    return "\n".join(line.rstrip() for line in ended.out.strip().splitlines()) + "\n"


def with_events(text: str) -> str:
    """The page with the table of events, as their JSON Schema describes them."""
    # `text` and `warning` are those of every event with a line for people.
    rows = [
        (
            name,
            kind.when,
            ", ".join(f"`{fact}`" for fact in kind.facts.__annotations__ if fact not in ("text", "warning")),
        )
        for name, kind in EVENTS.items()
    ]
    commands_of_summaries = [command.split()[0] for command in SUMMARIES if command != "run" and command[0] != "-"]
    names = ", ".join(f"`{name}`" for name in dict.fromkeys(commands_of_summaries))
    summary = f"the last event, with the keys of `summary.json`; {names} have keys of their own"
    rows.append(("summary", summary, "`exit_code` and the figures"))
    table = "".join(f"| `{name}` | {when} | {facts} |\n" for name, when, facts in rows)
    return EVENT_TABLE.sub(lambda block: f"{block[1]}| event | comes when | facts |\n|---|---|---|\n{table}", text)


def with_outputs(text: str, folder: Path) -> str:
    """The page with what its commands print, run one after another in `folder`."""
    for name in ("contacts.csv", "contacts.xlsx"):
        (folder / "sample_data").mkdir(exist_ok=True)
        shutil.copyfile(ROOT / "sample_data" / name, folder / "sample_data" / name)
    for block in FILE.finditer(text):
        (folder / block["name"]).write_text(block["text"], encoding="utf-8")
    return CONSOLE.sub(lambda block: f"{block[1]}{_played(block['shown'], folder)}{block[3]}", text)


def settled(text: str) -> str:
    """The page without what differs from one run to the next: times, ids, retries of a busy moment."""
    for pattern, fixed in VARIES:
        text = pattern.sub(fixed, text)
    return RETRIED.sub(_without_retries, text)


def _without_retries(effort: re.Match[str]) -> str:
    return f"{int(effort['sent']) - int(effort['retries'])}{effort[2]}"


def commands(text: str) -> list[str]:
    """Every command of the program in the page's blocks, as it would be typed."""
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    matches = [re.search(r"(?:^|[/ ])(openphone-import .*)", line) for line in lines if not line.startswith(" ")]
    return [match[1] for match in matches if match]


def _played(block: str, folder: Path) -> str:
    typed = [line for line in block.splitlines() if line.startswith("$ ")]
    played = "\n".join(f"{line}\n{_printed(line.removeprefix('$ '), folder)}" for line in typed)
    # A block in which only times and ids would change stays as it is.
    return block if settled(played) == settled(block) else played


def _printed(line: str, folder: Path) -> str:
    tokens = shlex.split(line)
    if tokens[0] == "sed":
        # The person's own hand at the rejects.
        subprocess.run(tokens, cwd=folder, check=True)
        return ""
    own = {"HOME": str(folder / "home"), "XDG_CACHE_HOME": str(folder / "home"), "XDG_STATE_HOME": str(folder / "home")}
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("OPENPHONE") and name != "COLUMNS"
    }
    environment = {"PYTHONPATH": str(ROOT), **clean, **own, "TERM": "dumb"}
    shown = warm.on_terminal(tokens[1:], folder, environment, COLUMNS).replace("\r\n", "\n")
    return "\n".join(part.rstrip() for part in shown.splitlines()) + "\n"


if __name__ == "__main__":
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            text = with_events(with_help(page.read_text(encoding="utf-8")))
            page.write_text(with_outputs(text, Path(folder)), encoding="utf-8")
