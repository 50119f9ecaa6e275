"""The external ids of whole chunks of rows that give no id: what `digest_id` gives for each row, column by column.

Each night makes these of all rows of a sheet, to find their contacts. A test holds them to those of single rows.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from importer.mapping.contacts.external_id import ID_BYTES, digest_id, hashed, plain, quoted
from importer.model.made_ids import DIGEST_ID
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    Columns = Sequence[Sequence[str]]

# What `plain` would take out of a name, in names that are joined by NUL.
_ODD_SPACES = regex(r"[\t-\r\x1c-\x1f]|  |\A | \Z|\0 | \0")
_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)
_ID_LENGTH = -(-ID_BYTES * 8 // 5)
# What each bit of a letter counts.
_WEIGHTS = np.array([16, 8, 4, 2, 1], np.uint8)


def digest_ids(names: Columns, phones: Columns, emails: Columns, source: str) -> list[str]:
    """Return the external id of each row; `names` are the columns of first, last and company names."""
    firsts, lasts, companies = names
    end = f",{quoted(source)}]"
    # As `digest_id` writes it.
    texts = [
        f"[[{first},{last}],[{numbers}],[{addresses}]{end}"
        for first, last, numbers, addresses in zip(
            _plain_texts(firsts),
            _plain_texts(lasts),
            _listed(phones, len(firsts)),
            _listed([_lowered(column) for column in emails], len(firsts)),
            strict=True,
        )
    ]
    ids = _ids_of(texts)
    nothing = f'[["",""],[],[]{end}'
    if nothing in texts:
        for index, text in enumerate(texts):
            if text == nothing:
                ids[index] = digest_id("", "", (), (), companies[index], source)
    return ids


def _plain_texts(names: Sequence[str]) -> list[str]:
    """What counts of each name, in quotation marks."""
    joined = "\0".join(names)
    if joined.count("\0") >= len(names) or _ODD_SPACES.search(joined):
        return [quoted(plain(name)) for name in names]
    if joined.isascii():
        return list(map(quoted, joined.lower().split("\0")))
    return [quoted(name.lower() if name.isascii() else plain(name)) for name in names]


def _lowered(addresses: Sequence[str]) -> list[str]:
    """What counts of each email address."""
    joined = "\0".join(addresses)
    if joined.isascii() and joined.count("\0") < len(addresses):
        return joined.lower().split("\0")
    return [unicodedata.normalize("NFC", address).lower() for address in addresses]


def _listed(columns: Columns, height: int) -> list[str]:
    """The different values of each of `height` rows in order, each in quotation marks."""
    if not columns:
        return [""] * height
    if len(columns) == 1:
        return [quoted(value) if value else "" for value in columns[0]]
    listed = []
    for cells in zip(*columns, strict=True):
        values = {*cells}
        values.discard("")
        listed.append(",".join(map(quoted, sorted(values))) if len(values) > 1 else "".join(map(quoted, values)))
    return listed


def _ids_of(texts: Sequence[str]) -> list[str]:
    """The ids of rows with these texts: the texts' hashes as `base64.b32encode` writes them, in lower case."""
    digests = b"".join([hashed(text).digest() for text in texts])
    bits = np.unpackbits(np.frombuffer(digests, np.uint8)).reshape(len(texts), ID_BYTES * 8)
    filled = np.zeros((len(texts), _ID_LENGTH * 5), np.uint8)
    filled[:, : ID_BYTES * 8] = bits
    letters = _LETTERS[filled.reshape(len(texts), _ID_LENGTH, 5) @ _WEIGHTS].tobytes().decode("ascii")
    return [DIGEST_ID + letters[start : start + _ID_LENGTH] for start in range(0, len(letters), _ID_LENGTH)]
