"""Where each column goes, as the person sees it before the first row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.terminal.text import NO_BREAK
from importer.shell import shell_quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


def column_lines(columns: Sequence[dict[str, Any]], every_reason: bool) -> Iterator[str]:
    """The lines of the event `mapped`: what is sent as what, and by name what is not sent and why.

    `columns` has `column field fit reason` for each; with `every_reason` each column has a line of its own.
    """
    if every_reason:
        for column in columns:
            yield f"  {column['column']} -> {column['field'] or column['fit']} ({column['reason']})"
        return
    sent = [_unbroken(f"{column['column']} -> {column['field']}") for column in columns if column["fit"] == "mapped"]
    if sent:
        yield f"Columns: {', '.join(sent)}"

    unsent = [column for column in columns if column["fit"] in {"unsure", "unmapped"}]
    for fit, label in (("unsure", "Unsure:  "), ("unmapped", "Not sent:")):
        names = []
        for column in unsent:
            if column["fit"] == fit:
                name = " ".join(str(column["column"]).split())  # a header may hold line breaks
                names.append(f"{name} ({column['reason'].rstrip('.')})" if fit == "unsure" else _unbroken(name))
        if names:
            yield f"{label} {'; '.join(names)}"
    if unsent:
        example = unsent[0]["column"]
        send, ignore = (_unbroken(f"--map {shell_quote(f'{example}={field}')}") for field in ("FIELD", "ignore"))
        yield f"         To send one: {send}; to leave it out on purpose: {ignore}"


def _unbroken(text: str) -> str:
    # A name and its field are read together, and an option is copied as a whole.
    return NO_BREAK.join(text.split())
