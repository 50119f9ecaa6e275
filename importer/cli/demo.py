"""`openphone-import demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from importer.cli.options import OUTPUT, ConsoleOptions

FOLDER = Path("demo.sandbox.import")


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
    from importer.cli.jobs import job_of, show
    from importer.cli.screen import Screen
    from importer.cli.showing import excerpt
    from importer.cli.signals import run_until_stopped
    from importer.pipeline.run import run as run_job
    from importer.settings import load

    console = console or ConsoleOptions()
    screen = Screen(console)
    _clear(out)
    sheet = sample()
    options = {"sandbox": True, "yes": True, "out": out, "rate": rate, "json": console.json}
    job = job_of(str(sheet), load(options, {}), screen, needs_key=True, writes=True)
    if not console.quiet:
        screen.say(f"Demo: {sheet.name} goes into a sandbox on this machine. Nothing leaves it.")
    try:
        report = run_until_stopped(lambda: run_job(job), job.hooks)
    finally:
        screen.close()
    code = show(screen, report, f"openphone-import run {sheet} --sandbox --out {out}")
    if not console.json:
        screen.result(excerpt(out))
    # The sample has bad rows on purpose: a demo that shows them has done its work.
    return 0 if code == 1 else code


def sample() -> Path:
    """The sample workbook: inside the installed package, or in the checkout."""
    import importer

    inside = Path(importer.__file__).parent / "sample_data" / "contacts.xlsx"
    return inside if inside.exists() else Path(importer.__file__).parents[1] / "sample_data" / "contacts.xlsx"


def _clear(out: Path) -> None:
    """Remove the files of an earlier demo, and nothing else."""
    for pattern in ("sandbox.sqlite*", "journal.sqlite*", ".journal.sqlite.lock"):
        for file in out.glob(pattern):
            file.unlink()
