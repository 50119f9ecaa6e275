"""UTF-16 and UTF-32 without a byte order mark."""

from __future__ import annotations

from importer.regex import regex

_LANES = (
    ("utf-32-le", (1, 2, 3)),
    ("utf-32-be", (0, 1, 2)),
    ("utf-16-le", (1, 3)),
    ("utf-16-be", (0, 2)),
)
# What every sheet has, whatever its script: line ends, and signs between cells.
_SIGNS = regex("[\n\r\t,;|]")
_UNWRITTEN = regex("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def wide(head: bytes) -> str | None:
    """The codec of text without a mark that takes two or four bytes a letter; None for any other.

    Text in Latin script has a zero in every second byte, or three in four. Other scripts have zeros only beside their
    commas and line ends, but then all on one side, and read as UTF-16 they hold no character that texts never have.

    >>> wide("Name,Tel".encode("utf-16-le")), wide("Имя,Тел,Адрес".encode("utf-16-be")), wide(b"Name,Tel")
    ('utf-16-le', 'utf-16-be', None)
    """
    sample = head[: len(head) // 4 * 4]
    if len(sample) < 4 or 0 not in sample:
        return None
    zeros = [sample[lane::4].count(0) / (len(sample) / 4) for lane in range(4)]
    for codec, lanes in _LANES:
        other_lanes = [zeros[lane] for lane in range(4) if lane not in lanes]
        if all(zeros[lane] > 0.7 for lane in lanes) and max(other_lanes) < 0.2:
            return codec
    # The place of the high byte in every pair, which is zero beside commas and line ends.
    for codec, high in (("utf-16-le", 1), ("utf-16-be", 0)):
        high_zeros, low_zeros = (sample[lane::2].count(0) / (len(sample) / 2) for lane in (high, 1 - high))
        if high_zeros >= 0.05 and low_zeros <= 0.02:
            # The sample may end between the halves of a surrogate pair.
            text = sample.decode(codec, "replace").removesuffix("\ufffd")
            if _SIGNS.search(text) and "\ufffd" not in text and not _UNWRITTEN.search(text):
                return codec
    return None
