"""The record of a run in the journal: its beginning, its end, and the digest of its file."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from importer.delivery.journal import RunRecord
from importer.pipeline.reading.changed_columns import changed_columns, last_whole_run
from importer.settings.command_line import repeated
from importer.sheet_files import is_several, paths_of
from importer.version import program_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importer.delivery.journal.undo_results import UndoTarget
    from importer.model import Question, SourceTable
    from importer.pipeline.job import Job
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.report.findings import Finding
    from importer.report.summary import Summary


class NamedSheet(NamedTuple):
    """A sheet by its absolute `path`, as it was `typed` for a command, and as it is `shown` to people."""

    path: str
    typed: str
    shown: str


def new_id(now: datetime) -> str:
    """Return an id for a run: it sorts by time and can be part of a file name."""
    # Two runs may begin in one second, so two random bytes tell them apart.
    return f"{now:%Y%m%d-%H%M%S}-{os.urandom(2).hex()}"


def new_run(command: str, job: Job, table: SourceTable, part_of: RunRecord | None = None) -> RunRecord:
    """Return the record of a run that starts now; its settings are without the key.

    `part_of`: the run whose rejects this one reads, and whose sheet it is about.
    """
    now = datetime.now(UTC)
    # A plan is made for one sheet: its rejects are imported with the options that the plan was made with.
    rejects_line, file = job.planned_by or (job.command_line, job.file)
    facts = {
        "program": program_version(),
        "line": repeated(job.command_line),
        "rejects_line": repeated(rejects_line),
        "given": file,
        **({"shown": table.file} if is_several(file) else {}),
    }
    if part_of is not None:
        sheet = sheet_of(part_of)
        facts |= {"part_of": sheet.path, "given_sheet": sheet.shown, "sheet_typed": sheet.typed}
    return RunRecord(
        run_id=new_id(now),
        command=command,
        file=job.identity,
        sheet=table.sheet,
        started_at=now.isoformat(timespec="seconds"),
        settings=kept_settings(job),
        facts={**facts, "digest": digest_of(job.file)} if command == "run" else facts,
    )


def undo_record(job: Job, target: UndoTarget) -> RunRecord:
    """Return the record of an undo of `target` that starts now."""
    now = datetime.now(UTC)
    of_all = {"all": list(target.run_ids)} if target.is_whole else {}
    return RunRecord(
        run_id=new_id(now),
        command="undo",
        file=target.file,
        sheet=None,
        started_at=now.isoformat(timespec="seconds"),
        # An undo of single contacts undoes no run.
        settings={"left_out": True} if target.of_left_out else {"undoes": target.run_ids[0], **of_all},
        facts={"program": program_version(), "line": repeated(job.command_line)},
    )


def kept_settings(job: Job) -> dict[str, Any]:
    """Return the settings that the record of a run keeps: those that are not the defaults, without the key."""
    return job.settings.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def sheet_of(record: RunRecord) -> NamedSheet:
    """Return what the sheet that a run was about is called; of rejects it is the sheet they come from."""
    facts = record.facts
    given = facts.get("given") or record.file
    return NamedSheet(
        path=str(facts.get("part_of") or record.file),
        typed=str(facts.get("sheet_typed") or given),
        shown=str(facts.get("given_sheet") or facts.get("shown") or given),
    )


def end_facts(
    summary: Summary,
    findings: Iterable[Finding],
    questions: Iterable[Question] = (),
    rest_of: str = "",
    goes_on_with: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Return the facts that the journal keeps of the end of a run, beside its counts; `questions` are still open.

    `rest_of`: see `Report`; `goes_on_with`: see `Stopped`.
    """
    open_questions = [question.kept() for question in questions]
    return {
        **({"questions": open_questions} if open_questions else {}),
        **({"rest_of": rest_of} if rest_of else {}),
        **({"goes_on_with": goes_on_with} if goes_on_with else {}),
        "requests": summary.requests,
        "retries": summary.retries,
        "rate_limited": summary.rate_limited,
        "this_run": dict(summary.this_run),
        "seconds": summary.seconds,
        "warnings": summary.warnings,
        "rules": [[finding.severity.value, finding.rule, finding.count, finding.rows] for finding in findings],
    }


def changes_since_last_run(runs: Sequence[RunRecord], record: RunRecord, sheet: PreparedSheet) -> list[str]:
    """Return in words how the sheet is read otherwise than by the last finished run of the journal."""
    last = last_whole_run(runs)
    if last is None:
        return []
    changes = []
    for name in ("region", "region-column", "source", "id-prefix", "phones", "list-separator"):
        before, now = last.settings.get(name), record.settings.get(name)
        if before != now:
            changes.append(f"--{name} {now or 'not given'} (was {before or 'not given'})")
    return [*changes, *changed_columns(last, sheet).values()]


def digest_of(file: str) -> str:
    """Return a digest that shows later whether a file has changed; "" for one that is not on this computer."""
    if is_several(file):
        whole = hashlib.blake2b(digest_size=16)
        for path in paths_of(file):
            whole.update(f"{path.name} {digest_of(str(path))} ".encode("utf-8", "surrogateescape"))
        return whole.hexdigest()
    try:
        with Path(file).open("rb") as stream:
            return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except (OSError, ValueError):
        return ""
