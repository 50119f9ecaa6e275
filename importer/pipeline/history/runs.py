"""What happened here before: the runs of journals, read beside whatever is under way; nothing is locked or changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from importer.delivery.journal import history
from importer.errors import JournalError, SettingsError
from importer.pipeline.outputs.folder import OUTPUTS
from importer.report.history import Past
from importer.report.summary_lines import Closing
from importer.settings.command_line import repeated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.delivery.journal import RunRecord

JOURNAL = "journal.sqlite"
LATEST = "latest"
PATTERN = "*.import"
LOOK_ANEW = "It was written over by a later command, or removed."


@dataclass(frozen=True, slots=True)
class History:
    """The runs of some folders, oldest first within each; `troubles` are journals that cannot be read."""

    folders: tuple[Path, ...]
    runs: tuple[Past, ...]
    troubles: tuple[JournalError, ...] = ()


def past_runs(folder: Path | None = None) -> History:
    """Return the runs of `folder`, or of every `*.import` folder here that holds a journal.

    Raises JournalError where `folder` holds none that can be read.
    """
    if folder is not None:
        return History((folder,), _of(folder))
    folders = tuple(sorted(one for one in Path().glob(PATTERN) if (one / JOURNAL).is_file()))
    runs: list[Past] = []
    troubles: list[JournalError] = []
    for one in folders:
        try:
            runs += _of(one)
        except JournalError as error:
            troubles.append(error)
    return History(folders, tuple(runs), tuple(troubles))


def _of(folder: Path) -> tuple[Past, ...]:
    return tuple(_past(folder, record) for record in history(folder / JOURNAL))


def _past(folder: Path, record: RunRecord) -> Past:
    return Past(
        folder,
        record.run_id,
        record.command,
        record.file,
        record.sheet,
        record.started_at,
        record.finished_at,
        record.counts,
        record.exit_code,
        record.settings,
        record.facts,
    )


def chosen_run(words: Sequence[str], *, of_rows: bool = False) -> Past:
    """Return the run that `words` name: a folder, an id or its beginning, `latest`, or some of these; else the latest.

    `of_rows`: one that read a sheet. Raises SettingsError where none or several are meant, JournalError.
    """
    folders = [Path(word) for word in words if Path(word).is_dir()]
    names = [word for word in words if not Path(word).is_dir()]
    if len(folders) > 1 or len(names) > 1:
        raise SettingsError(f"{' '.join(words)} names more than one.", "Name one folder and one run at most.")
    if names and ("/" in names[0] or names[0].endswith(".import")):
        raise SettingsError(f"There is no folder {names[0]}.", "openphone-import runs lists the runs of this folder.")
    found = past_runs(folders[0] if folders else None)
    if not found.runs and found.troubles:
        raise found.troubles[0]
    return _named(names[0] if names else LATEST, found.runs, of_rows=of_rows)


def _named(name: str, runs: Sequence[Past], *, of_rows: bool) -> Past:
    if name == LATEST:
        some = [one for one in runs if one.command == "run" or not of_rows]
        if not some:
            raise SettingsError("No run is known here.", "Name the folder of the results, such as customers.import.")
        # Oldest first within a folder: of two that began in the same second, the later one.
        return max(reversed(some), key=lambda one: one.started_at)
    some = [one for one in runs if one.run_id == name] or [one for one in runs if one.run_id.startswith(name)]
    if len(some) == 1:
        return some[0]
    known = ", ".join(one.run_id for one in (some or runs)[-5:]) or "none"
    what = f"{len(some)} runs begin with {name!r}" if some else f"No run is called {name!r}"
    raise SettingsError(f"{what} (known: {known}).", "Name one of them; openphone-import runs lists all.")


# ------------------------------------------------------------------------------------------------ what it left


def files_of(past: Past) -> tuple[str, ...]:
    """Return the names of a run's outputs that are still there."""
    kept = sorted(path.name for path in past.folder.glob(f"*.{past.run_id}*") if path.is_file())
    if not _is_last(past):
        return tuple(kept)
    return (*(name for name in OUTPUTS if (past.folder / name).is_file()), *kept)


def report_of(past: Past) -> Path | None:
    """Return the page of a run, None where a later command has written it over."""
    kept = sorted(past.folder.glob(f"report.{past.run_id}*.html"))
    page = past.folder / "report.html"
    try:
        return page if past.run_id in page.read_text(encoding="utf-8") else next(iter(kept), None)
    except OSError:
        return next(iter(kept), None)


def closing_of(past: Past) -> Closing | None:
    """Return the commands that go on from a run; None where a later one has gone on, or nobody typed it."""
    line = str(past.facts.get("line") or "")
    if not line or not _is_last(past):
        return None
    files = files_of(past)
    rejects = max((one for one in files if one.startswith("rejects.")), key=lambda one: one.endswith("x"), default=None)
    typed, given = str(past.facts.get("rejects_line") or line), str(past.facts.get("given") or past.file)
    return Closing(
        out=past.folder,
        files=files,
        go_on=repeated(line),
        rejects_file=rejects,
        rejects=repeated(typed, command="run", file=given, out=past.folder, rejects=rejects),
    )


def _is_last(past: Past) -> bool:
    runs = [one for one in past_runs(past.folder).runs if one.command == past.command]
    return bool(runs) and runs[-1].run_id == past.run_id
