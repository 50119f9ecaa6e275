"""`openphone-import demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.command import command
from importer.cli.options import DELIVERY, OUTPUT
from importer.shell import shell_quote

if TYPE_CHECKING:
    from importer.cli.command import CommandContext

FOLDER = Path("demo.sandbox.import")
SHEET = "contacts.xlsx"
# A folder that holds this file was made by a demo, so a demo may clear it.
MARK = ".demo"
EXCERPT_ROWS = 3
EXCERPT_WIDTHS = {"row": 5, "external_id": 32, "contact_id": 26, "status": 10}


@command()
def demo(
    context: CommandContext,
    *,
    out: Annotated[Path, Parameter(group=OUTPUT)] = FOLDER,
    rate: Annotated[float, Parameter(group=DELIVERY)] = 10.0,
) -> int:
    """Import a sample sheet into the sandbox and show the result; needs no key.

    Parameters
    ----------
    out
        Folder for the results; the results of an earlier demo in it are removed first.
    rate
        Send at most this many requests per second.
    """
    from dataclasses import replace

    from importer.cli.jobs import make_job, print_report
    from importer.cli.signals import run_until_stopped
    from importer.disk import make_folder, replacing_bytes
    from importer.pipeline.run import run as run_job
    from importer.settings.load import load

    console = context.console
    context.file = SHEET
    settings = load({"sandbox": True, "yes": True, "out": out, "rate": rate, "json": console.json}, {})
    make_folder(out)
    _clear(out)

    # The person gets a copy of the sample to open, change and import again.
    sheet = out / SHEET
    with replacing_bytes(sheet) as stream:
        stream.write(sample().read_bytes())
    job = make_job(context, str(sheet), settings, key_required=True, writes=True)
    again = f"openphone-import run {shell_quote(str(sheet))} --sandbox --out {shell_quote(str(out))}"
    job = replace(job, command_line=again)

    console.note(f"Demo: {sheet} goes into a sandbox on this computer. Nothing leaves it.")
    report = run_until_stopped(lambda: run_job(job), job.hooks)
    if not console.json:
        console.result(_excerpt(out / "id_map.csv"))
    if report.summary.exit_code == 1:
        # The sample has bad rows on purpose: a demo that shows them has succeeded.
        report = replace(report, summary=replace(report.summary, exit_code=0))
    return print_report(console, report, job)


def sample() -> Path:
    """The sample workbook: inside the installed package, or in the checkout."""
    import importer

    package = Path(importer.__file__).parent
    installed = package / "sample_data" / SHEET
    return installed if installed.exists() else package.parent / "sample_data" / SHEET


def _clear(out: Path) -> None:
    """Remove the state of an earlier demo. A folder of anything else is left alone: it may hold a real import.

    Raises SettingsError.
    """
    from importer.disk import refuse_link
    from importer.errors import SettingsError

    mark = out / MARK
    if not mark.exists() and any(out.iterdir()):
        raise SettingsError(
            f"The folder {out} is not empty, and its contents are not from a demo.",
            "Give an empty or new folder with --out.",
        )
    refuse_link(mark)
    mark.touch(mode=0o600)
    for pattern in ("sandbox.sqlite*", "journal.sqlite*", ".journal.sqlite.lock"):
        for file in out.glob(pattern):
            file.unlink()


def _excerpt(id_map: Path) -> list[str]:
    """The first lines of the id map, cut to the width of a terminal."""
    import csv
    from itertools import islice

    from importer.cli.terminal.text import padded

    if not id_map.exists():
        return ["", ""]
    with id_map.open(encoding="utf-8", newline="") as stream:
        records = list(islice(csv.DictReader(stream), EXCERPT_ROWS))
    header = {name: name for name in EXCERPT_WIDTHS}
    table = [
        " ".join(padded(record[name], width) for name, width in EXCERPT_WIDTHS.items()) for record in (header, *records)
    ]
    return ["", f"The first lines of {id_map}:", *(f"  {line.rstrip()}" for line in table), ""]
