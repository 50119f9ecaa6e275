"""The runs of journals, read without locking or changing them, also while a command is running."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from importer.delivery.journal import history
from importer.delivery.journal.presence import has_journal
from importer.delivery.journal.read_only import open_read_only
from importer.delivery.journal_place import journal_of
from importer.disk import file_text
from importer.errors import WITHOUT_CHANGES, CannotStart, JournalError, SettingsError
from importer.model import Question
from importer.model.folder_names import RESULT_FOLDERS, RESULTS
from importer.pipeline.outputs.folder import OUTPUTS
from importer.report.history import Past
from importer.report.summary_lines import Closing
from importer.settings.command_line import UPDATE, over_sheet, repeated, with_option
from importer.shell import shell_split
from importer.version import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importer.model import Status

LATEST = "latest"
PAGE_IS_GONE = "It was replaced by a later command, or removed."


@dataclass(frozen=True, slots=True)
class History:
    """The runs of some folders, oldest first in each; `troubles` are the errors of journals that cannot be read."""

    folders: tuple[Path, ...]
    runs: tuple[Past, ...]
    troubles: tuple[CannotStart, ...] = ()


def past_runs(folder: Path | None = None) -> History:
    """Return the runs of `folder`, or of every `*.import` folder here that has a journal.

    Raises JournalError if `folder` has no journal that can be read.
    """
    folders: list[Path] = []
    runs: list[Past] = []
    troubles: list[CannotStart] = []
    for path in sorted(Path().glob(RESULT_FOLDERS)) if folder is None else [folder]:
        try:
            place = journal_of(path)
            if folder is None and not has_journal(place):
                continue
            folders.append(path)
            records = history(place)
        except (JournalError, SettingsError) as error:
            # One damaged journal of several must not hide the runs of the others.
            if folder is not None:
                raise
            troubles.append(error)
            continue
        runs += [
            Past(
                path,
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
            for record in records
        ]
    return History(tuple(folders), tuple(runs), tuple(troubles))


def row_counts(folder: Path) -> dict[Status, int]:
    """Return how many rows of the latest sheet of `folder` ended in each way, also while a run is at work there.

    Raises JournalError.
    """
    with open_read_only(journal_of(folder)) as journal:
        return journal.counts()


def chosen_run(words: Sequence[str], *, of_rows: bool = False) -> Past:
    """Return the run that `words` name: a folder, a run id or its beginning, or `latest`; without words the latest.

    `of_rows`: only a run that read a sheet. Raises SettingsError if no run or several match, or JournalError.
    """
    folders = [Path(word) for word in words if Path(word).is_dir()]
    names = [word for word in words if not Path(word).is_dir()]
    if len(folders) > 1 or len(names) > 1:
        raise SettingsError(f"{' '.join(words)} names several folders or runs.", "Name one folder and one run at most.")
    if names and ("/" in names[0] or names[0].endswith(RESULTS)):
        raise SettingsError(f"There is no folder {names[0]}.", "openphone-import runs lists the runs of this folder.")
    past = past_runs(folders[0] if folders else None)
    # "There are no runs here" would be wrong where they only cannot be read.
    if not past.runs and past.troubles:
        raise past.troubles[0]

    name, runs = names[0] if names else LATEST, past.runs
    if name == LATEST or not runs:
        candidates = [past for past in runs if past.command == "run" or not of_rows]
        if not candidates:
            raise SettingsError("There are no runs here.", "Name the folder of the results, such as customers.import.")
        # The runs of a folder come oldest first; if two began in the same second, the later one is meant.
        return max(reversed(candidates), key=lambda past: past.started_at)
    matches = [past for past in runs if past.run_id == name] or [past for past in runs if past.run_id.startswith(name)]
    if len(matches) == 1:
        return matches[0]
    examples = ", ".join(past.run_id for past in (matches or runs)[-5:]) or "none"
    problem = f"{len(matches)} runs begin with {name!r}" if matches else f"No run is called {name!r}"
    raise SettingsError(f"{problem} (known: {examples}).", "Name one of them; openphone-import runs lists all.")


# ------------------------------------------------------------------------------------------------ files of a run


def files_of(past: Past) -> tuple[str, ...]:
    """Return the names of the outputs of a run that still exist."""
    kept_files = sorted(path.name for path in past.folder.glob(f"*.{past.run_id}*") if path.is_file())
    if not _is_last(past):
        return tuple(kept_files)
    return (*(name for name in OUTPUTS if (past.folder / name).is_file()), *kept_files)


def report_of(past: Past) -> Path | None:
    """Return the page of a run; None if a later command has replaced it."""
    name = "undo" if past.command == "undo" else "report"
    kept_pages = sorted(past.folder.glob(f"{name}.{past.run_id}*.html"))
    # Every run writes its page under the same name, but the page names its run.
    page = past.folder / f"{name}.html"
    try:
        return page if past.run_id in file_text(page) else next(iter(kept_pages), None)
    except (OSError, UnicodeDecodeError):
        return next(iter(kept_pages), None)


def _is_of_this_program(line: str) -> bool:
    """Whether a line may be shown to be typed again: a journal from elsewhere may hold any."""
    try:
        return shell_split(line)[:1] == [PROGRAM]
    except ValueError:
        return False


def closing_of(past: Past) -> Closing | None:
    """Return the commands that go on from a run; None if a later run has gone on, or if the library ran it."""
    line = str(past.facts.get("line") or "")
    rejects_line = str(past.facts.get("rejects_line") or line)
    if not line or not _is_last(past):
        return None
    if not (_is_of_this_program(line) and _is_of_this_program(rejects_line)):
        return None
    files = files_of(past)
    names = [name for name in files if name.startswith("rejects.")]
    rejects = max(names, key=lambda name: name.endswith(".xlsx"), default=None)
    file = str(past.facts.get("given") or past.file)
    rest_of = str(past.facts.get("rest_of") or "")
    go_on = over_sheet(line, file, rest_of, past.folder) if rest_of else repeated(line)
    # A journal from elsewhere may hold any option, so that only what a run of this program keeps is shown.
    if tuple(past.facts.get("goes_on_with") or ()) == WITHOUT_CHANGES:
        go_on = with_option(go_on, *WITHOUT_CHANGES)
    return Closing(
        out=past.folder,
        files=files,
        go_on=go_on,
        rejects_file=rejects,
        rejects=repeated(rejects_line, command="run", file=file, out=past.folder, rejects=rejects),
        questions=tuple(map(Question.recalled, past.facts.get("questions", ()))),
        again=repeated(line),
        plan=repeated(rejects_line, command="plan"),
        update=with_option(go_on, *UPDATE),
    )


def _is_last(past: Past) -> bool:
    runs = [run for run in past_runs(past.folder).runs if run.command == past.command]
    return bool(runs) and runs[-1].run_id == past.run_id
