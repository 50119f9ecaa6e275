"""One question of the page: who asks, about which import, with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from importer.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    def number(self, name: str, default: int = 0) -> int:
        """A number of the query, of up to nine digits; `default` for anything else."""
        text = self.query.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default
