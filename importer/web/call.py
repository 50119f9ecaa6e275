"""One question of the page: who asks, about which import, with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from importer.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importer.model import SourceTable
    from importer.web.session import Session
    from importer.web.sheets import SheetImport


@dataclass(frozen=True, slots=True)
class Call:
    """A question: `path` are the parts of its address, `query` what follows them, `body` what was sent along.

    `tab` names the tab that asks.
    """

    session: Session
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    tab: str = ""

    @property
    def sheet(self) -> SheetImport:
        """The import that it is about. Raises SourceError."""
        return self.session.sheet(self.path["mode"], self.path["name"])

    def writing(self) -> SheetImport:
        """The import that it is about to change. Raises SourceError or FolderBusy."""
        sheet = self.sheet
        sheet.refuse_if_busy(self.tab)
        return sheet

    def text(self, name: str) -> str:
        """A text of the body. Raises SettingsError."""
        value = self.body.get(name)
        if not isinstance(value, str):
            raise SettingsError(f"The page sent no text for {name!r}.", "Load the page again.")
        return value

    def refuse_other(self, table: SourceTable) -> None:
        """Raise SettingsError if the page showed another sheet than `table`: its rows and columns may be others now."""
        if self.body.get("view", table_view(table)) != table_view(table):
            raise SettingsError(
                f"{table.file} has changed since this page was shown, so nothing was done.",
                "Load the page again to see the sheet as it is now.",
            )

    def number(self, name: str, default: int = 0) -> int:
        """A number of the query, of up to nine digits; `default` for anything else."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default


def table_view(table: SourceTable) -> str:
    """What the page sends back of a table that it shows: while it is the same, rows and columns have their numbers."""
    facts = repr((table.digest, table.sheet, table.header_row, table.headers))
    return blake2b(facts.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
