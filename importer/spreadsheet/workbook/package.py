"""The parts of an Office Open XML package, found by their relationships and read without a tree (ECMA-376-2).

Both variants of the format are read alike, the usual one and the "strict" one, because only local names are looked at.
"""

from __future__ import annotations

import posixpath
import zipfile
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote

from importer.spreadsheet.workbook.interface import most_elements
from importer.spreadsheet.workbook.sheetxml import start_tags

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

_USUAL = {"officeDocument": "xl/workbook.xml", "styles": "xl/styles.xml", "sharedStrings": "xl/sharedStrings.xml"}
"""Where a part is if no relationship says it."""


class Parts(zipfile.ZipFile):
    """The parts of a package, whatever the capitals and slashes of their names (ECMA-376-2, 6.2.2: no case counts)."""

    def __init__(self, file: str | PathLike[str] | IO[bytes]) -> None:
        super().__init__(file)
        self._folded = {_folded(name): info for name, info in self.NameToInfo.items()}

    def getinfo(self, name: str) -> zipfile.ZipInfo:
        """The entry of a part. Raises KeyError."""
        return self._folded.get(_folded(name)) or super().getinfo(name)

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return _folded(name) in self._folded

    def tags(self, name: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The elements of a part by their local names, with their attributes. Raises what `start_tags` raises."""
        with self.open(name) as stream:
            yield from start_tags(stream, most_elements(self.getinfo(name).compress_size))


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


class Relations:
    """What a part refers to: parts by the id and by the kind of the relationship.

    `source` is the part whose relationships they are, "" for those of the package itself.
    """

    def __init__(self, parts: Parts, source: str = "") -> None:
        folder, name = posixpath.split(source)
        self._parts = parts
        self._by_id: dict[str, tuple[str, str]] = {}
        part = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if not parts.has(part):
            return
        for tag, attributes in parts.tags(part):
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                # A target is relative to the folder of its source; some writers give it from the root.
                target = unquote(attributes.get("Target", "").replace("\\", "/"))
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = attributes.get("Type", "").rpartition("/")[2]
                self._by_id[attributes.get("Id", "")] = (kind, path)

    def kind(self, relation: str) -> str:
        """The kind of a relationship by its id, such as `worksheet`; "" for an unknown id."""
        return self._by_id.get(relation, ("", ""))[0]

    def part(self, relation: str) -> str | None:
        """The part of a relationship by its id; None where the package lacks it."""
        path = self._by_id.get(relation, ("", ""))[1]
        return path if path and self._parts.has(path) else None

    def first(self, kind: str) -> str | None:
        """The first part of a kind; that with the usual name where no relationship says it, None where there is none.

        Raises KeyError for a part that is referred to and not there.
        """
        for named, path in self._by_id.values():
            if named == kind:
                if self._parts.has(path):
                    return path
                if not self._parts.has(_USUAL.get(kind, "")):
                    raise KeyError(f"There is no item named {path!r} in the archive")
        usual = _USUAL.get(kind, "")
        return usual if self._parts.has(usual) else None
