"""Rows that say what they said when they were last read, found before contacts are made of them.

Making the contact of a row, its digest and its marks takes most of the time of a night on which few rows have changed.
All of that follows from the row as it was cleaned, its raw cells, and a few options: the mark of a row is of these. A
row whose mark is that of its contact (see `delivery/journal/unchanged.py`) would become the contact that is known.

Every row is still read, cleaned and validated, and counts wherever rows are compared with each other. A row that may be
decided otherwise than by its contact alone goes the whole way: a rejected one, one whose external id another row has,
one that states whose it is, and one that a person joined with another.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from hashlib import blake2b
from itertools import chain, compress, repeat
from typing import TYPE_CHECKING

from importer.delivery.journal import ReadRow
from importer.mapping.contacts.chunk_columns import point_columns
from importer.model import ContactDraft
from importer.model.fields import ARRAYS
from importer.plan import Action, Known, decide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from importer.delivery.journal import Journal
    from importer.mapping.contacts.draft import DraftOptions
    from importer.model import NormalisedChunk, SourceChunk, Status
    from importer.plan import Policy, State

# To be raised when another contact, id, digest or mark is made of the same row.
_VERSION = 1
_CELL, _PART = "\0", "\1"
_NEW_ROW = partial(tuple.__new__, ReadRow)
_POINTS = tuple(f"{kind}_" for kind in ARRAYS)


class UnchangedRowStager:
    """Stages the rows that are as they were last read; `headers` are those of the sheet.

    `joined`: external ids of contacts that may be joined with other rows.
    """

    def __init__(
        self, journal: Journal, headers: Sequence[str], options: DraftOptions, policy: Policy, joined: Collection[str]
    ) -> None:
        self._journal, self._joined, self._mark = journal, joined, journal.marker
        fields = [(field.key, str(field.type)) for field in options.custom_fields]
        facts = repr((_VERSION, options.source, options.id_prefix, fields, list(headers)))
        self._base = blake2b(facts.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
        self._settled = _settled(journal.settled_kinds(), policy)

    def stage(
        self,
        chunk: SourceChunk,
        normalised: NormalisedChunk,
        external_ids: Sequence[str],
        rejected: Collection[int],
        hashes: Mapping[int, int],
    ) -> set[int]:
        """Store the unchanged rows of a chunk, and return which they are.

        `hashes`: of the raw cells of each row, by which repeats are told.
        """
        texts = [] if any(normalised.columns["identity"]) else self._texts(chunk, normalised)
        rows, ids = normalised.rows, external_ids
        if rejected or not all(ids):
            is_good = [bool(external_id) and row not in rejected for row, external_id in zip(rows, ids, strict=True)]
            rows, ids = list(compress(rows, is_good)), list(compress(ids, is_good))
            texts = list(compress(texts, is_good))
        # Nearly every chunk has each id once, which is known without counting.
        times = Counter(ids) if len(set(ids)) < len(ids) else None
        is_alone: Iterable[int] = repeat(1)
        if times or self._joined:
            is_alone = [int(not (times and times[key] > 1) and key not in self._joined) for key in ids]
        marks = map("{:016x}".format, map(self._mark, texts))
        cells = map(hashes.get, rows, repeat(0))
        # Without a text no row is known; and to call the class takes three times as long.
        read_rows = list(map(_NEW_ROW, zip(rows, ids, marks, cells, is_alone, strict=False)))
        return self._journal.stage_unchanged(read_rows, self._settled)

    def _texts(self, chunk: SourceChunk, normalised: NormalisedChunk) -> list[str]:
        """What the mark of each row is of; none where a cell has one of the characters that are put between cells."""
        if list(chunk.rows) != list(normalised.rows):
            return []
        points = [name for name in normalised.columns if name.startswith(_POINTS)]
        fixed = [normalised.columns[name] for name in sorted(normalised.columns.keys() - points)]
        of_kinds = [[column for pair in point_columns(normalised, kind) for column in pair] for kind in ARRAYS]
        raw = list(map(_CELL.join, chunk.originals))
        cleaned, *arrays = (list(map(_CELL.join, zip(*columns, strict=True))) for columns in (fixed, *of_kinds))
        # Each text has one character less than cells; one more is in a cell itself.
        between = sum(map(len, chunk.originals)) - sum(map(bool, chunk.originals))
        between += sum(len(raw) * (len(columns) - 1) for columns in (fixed, *of_kinds) if columns)
        whole = "".join(chain(raw, cleaned, *arrays))
        if whole.count(_CELL) != between or _PART in whole:
            return []
        # Its contact is to be known by these phones too, which no column of clean texts holds.
        for place, row in enumerate(normalised.rows) if normalised.withheld else ():
            if numbers := normalised.withheld.get(row):
                raw[place] += _PART + _CELL.join(numbers)
        # A chunk has as many columns as its widest row needs, which is no business of the other rows.
        parts = [[text.rstrip(_CELL) for text in texts] if texts else repeat("") for texts in arrays]
        return list(map(_PART.join, zip(repeat(self._base), cleaned, *parts, raw, strict=False)))


def _settled(kinds: Iterable[tuple[State, str]], policy: Policy) -> dict[tuple[State, str], Status]:
    """For which contacts nothing is to be done if their row is as it was, by state and policy: the row's status."""
    settled = {}
    for state, mark in kinds:
        # The rule that decides rows is asked itself, for a row whose digest is that of its contact.
        draft = ContactDraft(0, "", {}, "same")
        step = decide(draft, None, Known(state, digest=draft.digest, policy=mark), policy)
        if step.action is Action.NONE and step.problem is None and not step.detail:
            settled[state, mark] = step.status
    return settled
