"""`openphone-import map FILE`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from importer.cli.command import MoreFiles, SheetToRead, command, sheet_of
from importer.cli.options import ServiceOptions, SheetOptions

if TYPE_CHECKING:
    from pathlib import Path

    from importer.cli.command import CommandContext
    from importer.cli.terminal.console import Console
    from importer.cli.terminal.mapping_editor import Editor
    from importer.pipeline.job import Job
    from importer.pipeline.map import Proposal

_MOST_BARE = 3


@command(SheetOptions, ServiceOptions)
def map(context: CommandContext, file: SheetToRead, /, *others: MoreFiles) -> int:  # noqa: A001  (the command's name)
    """Propose which column of FILE fills which field and save it as mapping.toml; in a terminal you can change it."""
    import asyncio

    from importer.cli.jobs import load_sheet_settings, make_job
    from importer.errors import Declined

    # Without a key the mapping is made with the fields that the workspace last answered, as for `check`.
    sheet = sheet_of(file, others)
    job = make_job(context, sheet, load_sheet_settings(context, sheet), key_required=False, writes=False)
    from importer.pipeline.map import propose

    console = context.console
    proposal = asyncio.run(propose(job))
    if job.hooks.ask is None or console.json:
        return _save_unasked(console, job, proposal)
    editor = _edit(console, proposal, job.file)
    if editor.ended == "quit":
        raise Declined("Nothing was saved, as you chose.", "Run again when you are ready.")
    return _report_saved(console, job, editor.draft, editor.draft.save(seen=True))


def _save_unasked(console: Console, job: Job, proposal: Proposal) -> int:
    """Without a person to ask: open questions become comments in the file, and end the command with 2."""
    from importer.errors import MappingError
    from importer.text import listed

    bare = [line for line in proposal.lines if not (line.open or line.field or line.samples)]
    is_folded = len(bare) > _MOST_BARE
    table = []
    for line in proposal.lines:
        if is_folded and line in bare:
            continue
        samples = ", ".join(line.samples) or "no values"
        field = f"? {line.field}".strip() if line.open else line.field or "not sent"
        table.append(f"{line.name} ({samples}) -> {field}: {line.reason}")
    if is_folded:
        table.append(f"{len(bare):,} columns (no values) -> not sent: {listed([line.name for line in bare])}")
    console.result(table)
    file = proposal.save(seen=False)
    if not proposal.open and not proposal.columns.mapping.mapped:
        raise MappingError(
            f"{file} is saved, but no column of {proposal.table.file} matches a field.",
            "Name the fields in the file, or with --map COLUMN=FIELD, or give the header's row with --header-row.",
        )
    if not proposal.open:
        return _report_saved(console, job, proposal, file)
    names = ", ".join(repr(line.name) for line in proposal.lines if line.open)
    raise MappingError(
        f"{file} is saved, with {proposal.open} open question{'' if proposal.open == 1 else 's'} as comments: {names}.",
        "Answer each in the file (remove the # ?), or with --map COLUMN=FIELD, and run again.",
    )


def _report_saved(console: Console, job: Job, proposal: Proposal, file: Path) -> int:
    from importer.settings.command_line import repeated
    from importer.text import listed

    sent = sum(bool(line.field) and line.field != "ignore" and not line.open for line in proposal.lines)
    # A person may save before every question is answered; the file holds those as comments.
    count = proposal.open
    unanswered = f"; {count} question{'' if count == 1 else 's'} left open" if count else ""
    ignored = [line.name for line in proposal.lines if line.field == "ignore"]
    left_out = [f"         never sent, and no longer asked about: {listed(ignored)}"] if ignored else []
    console.result(
        [
            f"Saved:   {file}: {sent} of {len(proposal.lines)} columns are sent{unanswered}.",
            *left_out,
            f"Next:    see what they become: {repeated(job.command_line, command='check')}",
        ]
    )
    columns = [
        {"column": line.name, "field": line.field, "open": line.open, "reason": line.reason} for line in proposal.lines
    ]
    console.summary({"mapping": str(file), "columns": columns, "open": count, "exit_code": 0})
    return 0


def _edit(console: Console, proposal: Proposal, title: str) -> Editor:
    """Let the person change the mapping, on a page of its own or line by line."""
    from importer.cli.terminal.console import NO_ANSWER
    from importer.cli.terminal.keys import can_draw, full_screen
    from importer.cli.terminal.mapping_editor import Editor

    editor = Editor(title, proposal)
    if can_draw(sys.stderr):
        console.close()
        with full_screen(sys.stderr) as terminal:
            while not editor.ended:
                terminal.show(*editor.lines(*terminal.size()))
                editor.press(terminal.key())
        return editor

    while not editor.ended:
        lines, _ = editor.lines(100, 10_000)
        for line in lines:
            console.line(line)
        mode, answer = editor.mode, console.ask("Number or letter (empty: back): ")
        if answer == NO_ANSWER:
            editor.ended = "quit"
            break
        for character in answer:
            editor.press(character)
        # A label, and a number that can still grow, are complete only when the line is.
        if mode == "label" or (answer.isdecimal() and editor.mode == mode):
            editor.press("enter")
        elif not answer:
            editor.press("escape")
    return editor
