"""The two questions a person at a terminal is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.model import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.cli.terminal.console import Console
    from importer.model import ColumnMapping
    from importer.settings.model import Settings


def ask_column(console: Console) -> Callable[[ColumnMapping, Sequence[str]], str]:
    """A question about one unsure column; its answer is a FIELD, "" to leave the column out."""

    def ask(column: ColumnMapping, samples: Sequence[str]) -> str:
        name = column.header or f"#{column.position + 1}"
        values = ", ".join(repr(value) for value in samples) or "no values"
        target = column.target
        guess = ":".join(filter(None, (target.name, target.label))) if target else ""
        choice = f"y = as {guess}, " if guess else ""
        answer = console.ask(
            f"Column {name!r} ({values}): {column.reason.rstrip('.')}.\n"
            f"  {choice}Enter = leave it out, or the name of a field: "
        )
        if answer.lower() in {"n", "no"}:
            return ""
        return guess if guess and answer.lower() in {"y", "yes"} else answer

    return ask


def confirm_run(console: Console, settings: Settings) -> Callable[[Mapping[Status, int], str], bool]:
    """The last question before the first write."""

    def confirm(counts: Mapping[Status, int], workspace: str) -> bool:
        to_send = counts.get(Status.UNFINISHED, 0)
        parts = [f"{count:,} {status.value}" for status, count in counts.items() if count and status != "unfinished"]
        # The rate is the limit, so it takes at least this long.
        minutes = to_send / settings.rate / 60
        time = f"about {minutes:,.0f} minutes" if minutes >= 1.5 else "about a minute or less"
        not_sent = f" ({', '.join(parts)})" if parts else ""
        where = f"{workspace}, at {settings.base_url}" if workspace else settings.base_url
        question = f"Send {to_send:,} contacts to {where}{not_sent}, {time}? [y/N] "
        return to_send == 0 or console.ask(question).lower() in {"y", "yes"}

    return confirm
