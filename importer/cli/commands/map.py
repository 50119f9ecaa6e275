"""`openphone-import map FILE`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from importer.cli.options import ConsoleOptions, ServiceOptions, SheetOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from importer.cli.terminal.mapping_editor import Editor
    from importer.cli.terminal.screen import Screen
    from importer.pipeline.job import Job
    from importer.pipeline.map import Proposal


def map(  # noqa: A001  (the command's name)
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    sheet: SheetOptions | None = None,
    service: ServiceOptions | None = None,
    console: ConsoleOptions | None = None,
) -> int:
    """Propose which column of FILE fills which field and save it as mapping.toml; on a terminal you can change it.

    Parameters
    ----------
    file
        The sheet: CSV, Excel and their kin, or - for stdin.
    """
    from importer.cli.failure import perform
    from importer.cli.jobs import job_of, settings_of
    from importer.cli.terminal.screen import Screen
    from importer.settings.api_key import has_key

    console = console or ConsoleOptions()
    screen = Screen(console)

    def work() -> int:
        settings = settings_of(screen, sheet, file, service or ServiceOptions(), console)
        # Without a key the mapping is made with the fields of the last answer, as for `check`.
        needs_key = has_key(settings, os.environ)
        return _map(screen, job_of(file, settings, screen, needs_key=needs_key, writes=False))

    return perform(screen, file, work)


def _map(screen: Screen, job: Job) -> int:
    import asyncio

    from importer.errors import Declined
    from importer.pipeline.map import propose

    proposal = asyncio.run(propose(job))
    if job.hooks.ask is None or screen.json:
        return _written(screen, job, proposal)
    editor = _edited(screen, proposal, job.file)
    if editor.ended == "quit":
        raise Declined("Nothing was saved, as you said.", "Run again when you are ready.")
    return _saved(screen, job, editor.draft, editor.draft.save(seen=True))


def _written(screen: Screen, job: Job, proposal: Proposal) -> int:
    """Without a person: what is open stands in the file as comments, and ends the command with 2."""
    from importer.errors import MappingError

    screen.result(_table(proposal))
    file = proposal.save(seen=False)
    if not proposal.open and not proposal.columns.mapping.mapped:
        raise MappingError(
            f"{file} is saved, and no column of {proposal.table.file} has found a field.",
            "Name the fields in the file, or with --map COLUMN=FIELD, or give the header's row with --header-row.",
        )
    if not proposal.open:
        return _saved(screen, job, proposal, file)
    names = ", ".join(repr(line.name) for line in proposal.lines if line.open)
    raise MappingError(
        f"{file} is saved, with {proposal.open} open question{'' if proposal.open == 1 else 's'} as comments: {names}.",
        "Answer each there (take away the # ?), or with --map COLUMN=FIELD, and run again.",
    )


def _saved(screen: Screen, job: Job, proposal: Proposal, file: Path) -> int:
    from importer.settings.command_line import repeated

    sent = _sent(proposal)
    check = repeated(job.command_line, command="check")
    screen.result(
        [
            f"Saved:   {file}: {sent} of {len(proposal.lines)} columns are sent{_left_open(proposal.open)}.",
            f"Next:    see what they become: {check}",
        ]
    )
    screen.summary({"mapping": str(file), "columns": _facts(proposal), "open": proposal.open, "exit_code": 0})
    return 0


def _left_open(count: int) -> str:
    """Of a question that a person left open; the file holds it as a comment."""
    return f"; {count} question{'' if count == 1 else 's'} left open" if count else ""


def _sent(proposal: Proposal) -> int:
    return sum(bool(line.field) and line.field != "ignore" and not line.open for line in proposal.lines)


def _facts(proposal: Proposal) -> list[dict[str, object]]:
    return [
        {"column": line.name, "field": line.field, "open": line.open, "reason": line.reason} for line in proposal.lines
    ]


def _table(proposal: Proposal) -> Iterator[str]:
    for line in proposal.lines:
        samples = ", ".join(line.samples) or "no values"
        field = f"? {line.field}".strip() if line.open else line.field or "not sent"
        yield f"{line.name} ({samples}) -> {field}: {line.reason}"


def _edited(screen: Screen, proposal: Proposal, title: str) -> Editor:
    from importer.cli.terminal.keys import can_draw, drawn
    from importer.cli.terminal.mapping_editor import Editor

    editor = Editor(title, proposal)
    if not can_draw(sys.stderr):
        return _by_lines(screen, editor)
    screen.close()
    with drawn(sys.stderr) as terminal:
        while not editor.ended:
            terminal.show(*editor.lines(*terminal.size()))
            editor.press(terminal.key())
    return editor


def _by_lines(screen: Screen, editor: Editor) -> Editor:
    """The same, where no page can be drawn: everything is shown, and answered by a line."""
    while not editor.ended:
        lines, _ = editor.lines(100, 10_000)
        for line in lines:
            screen.say(line)
        mode, answer = editor.mode, screen.ask("Number or letter (empty: back): ")
        for sign in answer:
            editor.press(sign)
        if mode == "label" or (answer.isdecimal() and editor.mode == mode):
            editor.press("enter")
        elif not answer:
            editor.press("escape")
    return editor
