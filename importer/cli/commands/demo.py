"""`openphone-import demo`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.options import OUTPUT, ConsoleOptions

if TYPE_CHECKING:
    from importer.cli.terminal.screen import Screen

FOLDER = Path("demo.sandbox.import")
SHEET = "contacts.xlsx"
# By this file a folder is known as a demo's own.
MARK = ".demo"


def demo(
    *,
    out: Annotated[Path, Parameter(group=OUTPUT)] = FOLDER,
    rate: float = 10.0,
    console: ConsoleOptions | None = None,
) -> int:
    """Import a sample sheet into the sandbox and show the result; needs no key.

    Parameters
    ----------
    out
        Folder of the results; what an earlier demo left there is removed first.
    rate
        Requests a second.
    """
    from importer.cli.failure import perform
    from importer.cli.terminal.screen import Screen

    console = console or ConsoleOptions()
    screen = Screen(console)
    return perform(screen, SHEET, lambda: _import(screen, out, rate))


def _import(screen: Screen, out: Path, rate: float) -> int:
    from dataclasses import replace

    from importer.cli.jobs import job_of, show
    from importer.cli.showing import excerpt
    from importer.cli.signals import run_until_stopped
    from importer.disk import make_folder
    from importer.pipeline.run import run as run_job
    from importer.settings.model import load

    settings = load({"sandbox": True, "yes": True, "out": out, "rate": rate, "json": screen.json}, {})
    make_folder(out)
    _clear(out)
    sheet = _copy(out)
    command = f"openphone-import run {shlex.quote(str(sheet))} --sandbox --out {shlex.quote(str(out))}"
    job = replace(job_of(str(sheet), settings, screen, needs_key=True, writes=True), command_line=command)
    screen.note(f"Demo: {sheet} goes into a sandbox on this machine. Nothing leaves it.")
    report = run_until_stopped(lambda: run_job(job), job.hooks)
    if not screen.json:
        screen.result(excerpt(out))
    if report.summary.exit_code == 1:
        # The sample has bad rows on purpose: a demo that shows them has done its work.
        report = replace(report, summary=replace(report.summary, exit_code=0))
    return show(screen, report, job)


def sample() -> Path:
    """The sample workbook: inside the installed package, or in the checkout."""
    import importer

    inside = Path(importer.__file__).parent / "sample_data" / SHEET
    return inside if inside.exists() else Path(importer.__file__).parents[1] / "sample_data" / SHEET


def _copy(out: Path) -> Path:
    """A copy of the sample that the person can open, change and import again."""
    from importer.disk import replacing_bytes

    with replacing_bytes(out / SHEET) as stream:
        stream.write(sample().read_bytes())
    return out / SHEET


def _clear(out: Path) -> None:
    """Remove the state of an earlier demo. A folder of anything else is left alone: it may hold a real import.

    Raises SettingsError.
    """
    from importer.errors import SettingsError

    mark = out / MARK
    if not mark.exists() and any(out.iterdir()):
        raise SettingsError(
            f"The folder {out} is not empty, and what is in it is not from a demo.",
            "Give an empty or new folder with --out.",
        )
    mark.touch(mode=0o600)
    for pattern in ("sandbox.sqlite*", "journal.sqlite*", ".journal.sqlite.lock"):
        for file in out.glob(pattern):
            file.unlink()
