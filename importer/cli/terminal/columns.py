"""What becomes of each column, as the person sees it before the first row."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from importer.cli.terminal.text import NO_BREAK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


def column_lines(columns: Sequence[dict[str, Any]], every_reason: bool) -> Iterator[str]:
    """The lines of the event `mapped`: what is sent as what, and by name what is not sent and why.

    `columns` has `column field fit reason` for each; with `every_reason` each column has a line of its own.
    """
    if every_reason:
        yield from (f"  {one['column']} -> {one['field'] or one['fit']} ({one['reason']})" for one in columns)
        return
    sent = [_whole(f"{one['column']} -> {one['field']}") for one in columns if one["fit"] == "mapped"]
    if sent:
        yield f"Columns: {', '.join(sent)}"
    for fit, label in (("unsure", "Unsure:  "), ("unmapped", "Not sent:")):
        if names := [_left(one, fit) for one in columns if one["fit"] == fit]:
            yield f"{label} {'; '.join(names)}"
    if left := [one["column"] for one in columns if one["fit"] in {"unsure", "unmapped"}]:
        send, leave = (_whole(f"--map {quote(f'{left[0]}={field}')}") for field in ("FIELD", "ignore"))
        yield f"         To send one: {send}; to say it is meant so: {leave}"


def _left(column: dict[str, Any], fit: str) -> str:
    name = " ".join(str(column["column"]).split())  # a header may hold line breaks
    return f"{name} ({column['reason'].rstrip('.')})" if fit == "unsure" else _whole(name)


def _whole(text: str) -> str:
    return NO_BREAK.join(text.split())
