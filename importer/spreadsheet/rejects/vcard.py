"""rejects.vcf: the rejected cards, with what is wrong in properties of this program, ready to correct and feed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.disk import replacing_bytes
from importer.model.added_columns import REJECT_COLUMNS
from importer.spreadsheet.rejects.rejects import layout_of, returned
from importer.spreadsheet.rows import Rows
from importer.spreadsheet.vcard.writing import card_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from importer.model import Reject, SourceTable

VCARD = "vCard"


def holds_cards(table: SourceTable) -> bool:
    """Whether the rows of a table are vCards."""
    return isinstance(table.chunks, Rows) and table.chunks.grid.kind == VCARD


def write_rejects_vcards(table: SourceTable, rejects: Iterable[Reject], path: Path) -> int:
    """Write rejects, given in row order, as cards of version 3.0; give how many there were. Raises DiskFailed."""
    layout, count = layout_of(table), 0
    names = [layout.headers[position] for position in layout.kept]
    with replacing_bytes(path) as stream:
        for row in returned(table, rejects):
            cells = dict(zip(names, row.cells, strict=False)) | dict(zip(REJECT_COLUMNS, row.added, strict=True))
            stream.write(card_text(cells).encode("utf-8", "surrogatepass"))
            count += 1
    return count
