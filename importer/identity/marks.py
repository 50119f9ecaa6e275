"""Marks: keyed 63-bit hashes of what a person is known by, so that a journal recognises people without keeping them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import blake2b
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from importer.identity.names import BLANK, NameKey, name_key
from importer.model.added_columns import ADDED_COLUMNS
from importer.model.contact_parts import arrays, fields
from importer.model.fields import ARRAYS, PERSON_NAMES, SCALARS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

# Mailboxes of an office, not of a person: they identify no one.
_OFFICES = """
abuse accounting accounts admin administration billing booking bookings careers contact customerservice enquiries
enquiry finance frontdesk hello help helpdesk hr info inquiries inquiry invoices it jobs mail marketing no-reply
noreply office orders postmaster press privacy reception reservations sales security service services shop staff
support team webmaster welcome
bestellung buchhaltung buero büro empfang kontakt post rechnung sekretariat verwaltung vertrieb zentrale
accueil compta comptabilite contactez direction secretariat ventes
administracion contacto facturacion hola informacion oficina recepcion ventas
amministrazione commerciale contatti segreteria ufficio vendite
administratie boekhouding klantenservice receptie verkoop comercial contato escritorio financeiro vendas
"""
ROLES = frozenset(_OFFICES.split())
SHARED_BY_MANY = 5
"""A number or address in more rows than this is a switchboard or a shared mailbox and identifies no one."""
MOST_POINTS = 255

_NAME_KEYS = tuple(SCALARS[name] for name in PERSON_NAMES)
_HEAD = 3
_MARK = struct.Struct("<q")


def marker(salt: bytes) -> Callable[[str], int]:
    """Return the function that turns a text into its mark (1 to 2**63-1) under a journal's `salt` (<= 64 bytes)."""
    empty = blake2b(key=salt, digest_size=8)

    def mark(text: str) -> int:
        hashing = empty.copy()
        hashing.update(text.encode("utf-8", "surrogatepass"))
        return int.from_bytes(hashing.digest(), "big") >> 1 or 1

    return mark


def own_cells(headers: Sequence[str]) -> Callable[[Sequence[str]], Sequence[str]]:
    """Return the function that leaves out of a row's raw cells those under `headers` that this program added.

    Where a row is (its file, its number) and what is wrong with it are not what it says: it stays the same row.
    """
    added = {position for position, name in enumerate(headers) if name.strip() in ADDED_COLUMNS}
    if not added:
        return lambda cells: cells
    return lambda cells: [cell for position, cell in enumerate(cells) if position not in added]


def cells_mark(mark: Callable[[str], int], cells: Iterable[str]) -> int:
    """Return the mark of a row's raw cells (see `own_cells`), 0 where all are blank.

    All texts, trimmed and sorted: the order and the names of the columns, and blank columns, do not count.
    """
    texts = sorted([text for cell in cells if (text := cell.strip())])
    # As json.dumps writes it, which makes an encoder of its own for every row.
    return mark(f"cells [{', '.join(map(encode_basestring, texts))}]") if texts else 0


def points_marks(mark: Callable[[str], int], kind: str, values: Iterable[str]) -> tuple[int, ...]:
    """Return the marks of phones (E.164) or emails (any case) that can identify a person; `kind` keeps them apart."""
    plain = dict.fromkeys(value.casefold() for value in values if value)
    return tuple(mark(f"{kind} {value}") for value in plain if not (kind == "email" and is_role(value)))


def is_role(address: str) -> bool:
    """Whether an email address is that of an office (info@, sales@): it identifies no one."""
    return address.partition("@")[0].casefold() in ROLES


def has_role(folded: Iterable[str]) -> bool:
    """Whether `is_role` holds for any of many case-folded phones and emails."""
    return not ROLES.isdisjoint([point.partition("@")[0] for point in folded])


@dataclass(frozen=True, slots=True)
class Facts:
    """What a row or a contact is known by, as marks; packs into some seventy bytes.

    `phones`, `emails` hold only what can identify a person; `reached` says whether there is any phone or email at all.
    """

    name: NameKey = BLANK
    phones: tuple[int, ...] = ()
    emails: tuple[int, ...] = ()
    reached: bool = False

    def packed(self) -> bytes:
        """Return the facts as bytes for a database; `unpacked` reads them."""
        phones, emails = self.phones[:MOST_POINTS], self.emails[:MOST_POINTS]
        is_named = not self.name.is_blank
        flags = is_named | self.name.short << 1 | self.reached << 2
        name = (*self.name[:5], *self.name.words) if is_named else ()
        head = bytes((flags, len(phones), len(emails)))
        return head + b"".join(map(_MARK.pack, (*phones, *emails, *name)))

    @classmethod
    def unpacked(cls, data: bytes) -> Facts:
        """Return the facts that `packed` wrote; none of anything else, since a journal may come from outside."""
        try:
            flags, phones, emails = data[:_HEAD]
            marks = [mark for (mark,) in _MARK.iter_unpack(data[_HEAD:])]
            name = BLANK
            if flags & 1:
                whole, given, family, initial, pair, *words = marks[phones + emails :]
                name = NameKey(whole, given, family, initial, pair, bool(flags & 2), tuple(words))
        except (ValueError, struct.error):
            return cls()
        return cls(name, tuple(marks[:phones]), tuple(marks[phones : phones + emails]), bool(flags & 4))


NOTHING = Facts()


def facts_of(mark: Callable[[str], int], names: Sequence[str], phones: Sequence[str], emails: Sequence[str]) -> Facts:
    """Return the facts of a person: `names` are first name, last name and company."""
    return Facts(
        name_key(mark, *names),
        points_marks(mark, "phone", phones),
        points_marks(mark, "email", emails),
        any(phones) or any(emails),
    )


def names_and_points(contact: Mapping[str, Any]) -> tuple[tuple[str, str, str], list[str], list[str]]:
    """Return the names (first, last, company), phones and emails of a contact or a request body of the API."""
    # Every row of a sheet is asked for these more than once, so no other field is looked at.
    shown, points = fields(contact), arrays(contact)
    first, last, company = ["" if (value := shown.get(key)) is None else str(value) for key in _NAME_KEYS]
    phones, emails = [[str(item["value"]) for item in points[key]] for key in ARRAYS.values()]
    return (first, last, company), phones, emails


def facts_of_contact(mark: Callable[[str], int], contact: Mapping[str, Any], withheld: Sequence[str] = ()) -> Facts:
    """Return the facts of a contact or a request body of the API; `withheld` are its phones that are not sent."""
    names, phones, emails = names_and_points(contact)
    return facts_of(mark, names, [*phones, *withheld], emails)
