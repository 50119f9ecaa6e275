"""Columns that are sent otherwise than by the last run of the folder, whatever the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.mapping.chosen.overrides import position_of
from importer.pipeline.reading.column_lines import describe, joined_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from importer.delivery.journal import RunRecord
    from importer.pipeline.reading.sheet import PreparedSheet
    from importer.settings.model import Settings

_NOT_SENT = "not sent"
_GONE = "no longer in the sheet"
# A run keeps nothing of columns without any value.
_NOT_THERE = "empty or not in the sheet"
_MOST_NAMED = 12


def last_whole_run(runs: Sequence[RunRecord]) -> RunRecord | None:
    """The last finished run that read a whole sheet, not its rejects alone; None where there is none."""
    whole_runs = (run for run in reversed(runs) if run.is_import_that_sent and not run.is_part)
    return next(whole_runs, None)


def changed_columns(last: RunRecord, sheet: PreparedSheet) -> dict[str, str]:
    """What is said of each column that is sent otherwise than by an earlier run, by its name."""
    now = _uses(describe(sheet.mapping), joined_to(sheet.mapping))
    joined_then = last.facts.get("joined")
    # Older versions did not keep which columns were joined to others.
    before = _uses(last.facts.get("mapping", ()), joined_then if joined_then is not None else joined_to(sheet.mapping))
    columns_then = {line["column"] for line in last.facts.get("mapping", ())}
    columns_now = set(sheet.mapping.names)
    changes = {}
    for column in dict.fromkeys([*before, *now]):
        if now.get(column) != before.get(column):
            use_now = now.get(column, _NOT_SENT if column in columns_now else _GONE)
            use_then = before.get(column, _NOT_SENT if column in columns_then else _NOT_THERE)
            changes[column] = f'column "{column}": {use_now} (was {use_then})'
    return changes


def changed_columns_note(runs: Sequence[RunRecord], sheet: PreparedSheet, settings: Settings) -> str:
    """A line that names these columns, "" where there are none.

    Without those that a person has decided otherwise since: these are said where the settings are read.
    """
    last = last_whole_run(runs)
    if last is None:
        return ""
    decided = set(_decided(last, settings, sheet.table.headers))
    changes = [change for name, change in changed_columns(last, sheet).items() if name not in decided]
    if not changes:
        return ""
    more = f"; and {len(changes) - _MOST_NAMED} more" if len(changes) > _MOST_NAMED else ""
    return f"Different from the run of {last.started_at[:10]}: {'; '.join(changes[:_MOST_NAMED])}{more}."


def _uses(lines: Sequence[dict[str, str]], joined: dict[str, str]) -> dict[str, str]:
    """What becomes of each column that is used, by name, without the one that says whose a rejected row is."""
    used = {line["column"]: line["field"] for line in lines if line["field"] not in ("", "identity")}
    return joined | used


def _decided(last: RunRecord, settings: Settings, headers: Sequence[str]) -> Iterator[str]:
    """The names of the columns whose field a person has chosen otherwise since a run."""
    before = dict(map(tuple, last.settings.get("map", ())))
    now = dict(settings.map)
    for column in {*before, *now}:
        if before.get(column) != now.get(column):
            yield column
            if (position := position_of(headers, column)) is not None:
                yield headers[position].strip()
