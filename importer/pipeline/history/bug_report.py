"""`bug-report`: one zip with what helps to find a bug, without any value of a contact."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.api.failure import WORDS
from importer.delivery.journal.presence import has_journal
from importer.delivery.journal.read_only import open_read_only, version_of
from importer.delivery.journal.schema import VERSION
from importer.delivery.journal_place import JOURNAL, journal_of
from importer.disk import MOST_LOG_BYTES, is_too_large, open_file, replacing_bytes, rolled
from importer.errors import JournalError, SettingsError
from importer.pipeline.history.runs import past_runs
from importer.pipeline.outputs.folder import OUTPUTS
from importer.pipeline.telemetry.log import KEEP, LOG
from importer.report.bug_report import shared_log, shared_rules, shared_run
from importer.settings.model import OPTIONS
from importer.version import versions

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_RUNS = 20
# What a value of an option must look like to be shown.
SHOWN_OPTIONS = {name: option.bug_report for name, option in OPTIONS.items() if option.bug_report}
README = """What is in here

about.json    the versions of the program, of Python, of the system and of the libraries
journal.json  the version of the journal, whether it is whole, and how many rows of each kind are in it
runs.json     the last runs: when, how they ended, their counts, settings and the fields that their columns fill
problems.json the rules that were broken, with counts
log.jsonl     the log: requests (method, kind of path, status, time, row number, the
              service's trace), retries, stops

What is not: names, numbers, addresses, ids, cells, headers, notes, names of files, addresses of servers, the API key.
Settings that are words of your own are only said to be given. Row numbers are those of your sheet.
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A zip that was written: its path, and the files in it with their sizes in bytes."""

    path: Path
    files: tuple[tuple[str, int], ...]


def bug_report(folder: Path | None = None, into: Path | None = None) -> Bundle:
    """Write the zip about `folder`, or about the folder of the latest run here, into the folder `into`, or here.

    Raises SettingsError if there is nothing to report on, or DiskFailed.
    """
    if folder is None:
        past = past_runs()
        if not past.folders:
            raise SettingsError(
                "No folder here whose name ends in .import has a journal, so there is nothing to report on.",
                "Name the folder of the results, such as customers.import.",
            )
        latest = max(past.runs, key=lambda run: run.started_at, default=None)
        folder = latest.folder if latest else past.folders[-1]
    if not has_journal(journal_of(folder)) and not (folder / LOG).is_file():
        raise SettingsError(
            f"{folder} has neither {JOURNAL} nor {LOG}.", "Name the folder of the results, such as customers.import."
        )
    try:
        runs = past_runs(folder).runs
    except JournalError:
        # That the journal cannot be read is just what has to be reported.
        runs = ()
    journal, rules = _journal_facts(folder)
    shared_runs = [shared_run(past, SHOWN_OPTIONS) for past in runs[-MOST_RUNS:]]
    documents = {"about": versions(), "journal": journal, "runs": shared_runs, "problems": rules}
    parts = {"README.txt": README}
    parts |= {f"{part}.json": json.dumps(document, indent=1) + "\n" for part, document in documents.items()}
    parts["log.jsonl"] = "".join(shared_log(_log_lines(folder), WORDS, SHOWN_OPTIONS))
    name = runs[-1].run_id if runs else "no-run"
    path = (into or Path()) / f"openphone-import-bug-report-{name}.zip"
    with replacing_bytes(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        for member, text in parts.items():
            bundle.writestr(member, text)
    return Bundle(path, tuple((member, len(text.encode())) for member, text in parts.items()))


def _journal_facts(folder: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """The state of the journal, and the rules in it with counts; a journal that cannot be read is reported as such."""
    files = [folder / name for name in (JOURNAL, f"{JOURNAL}-wal", LOG, *OUTPUTS)]
    sizes = {file.name: file.stat().st_size for file in files if file.is_file()}
    path = journal_of(folder)
    facts: dict[str, Any] = {
        "bytes": sizes,
        "program_writes_version": VERSION,
        "version": version_of(path) if has_journal(path) else None,
    }
    try:
        with open_read_only(path) as journal:
            rules = shared_rules(journal.rules().items())
            return {**facts, "whole": journal.is_whole(), **journal.counted()}, rules
    except JournalError:
        return {**facts, "readable": False}, {}


def _log_lines(folder: Path) -> Iterator[str]:
    # Oldest first. A file may roll on while it is read, and a report without one of them is better than none.
    for path in reversed(rolled(folder / LOG, KEEP)):
        try:
            # What a log of ours cannot be is not gone through: a line without an end would fill the memory.
            if is_too_large(path, MOST_LOG_BYTES):
                continue
            with os.fdopen(open_file(path), encoding="utf-8", errors="replace") as stream:
                yield from stream
        except OSError:
            continue
