"""How far the list of a source's contacts was read, so that later only what was added since has to be read.

The API tells no order of its lists, and has no filter by date. Where a list was seen, as a whole, to go by the date of
its contacts, a contact that is added later can only stand at the end where the newest are.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from importer.errors import AddressWrong
from importer.plan.compare import instant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from importer.api.contacts import ContactsPage

STAMPS = ("createdAt", "updatedAt")
MARGIN_SECONDS = 60.0
"""How much later than another one a contact may come into the list, although its date is earlier."""
# So many different dates stand in order: one odd date first or last, beside contacts made at once, may be chance.
_FEWEST_DATES = 4
# The pages that may hold contacts of the last minute; at ten contacts a second they are twelve.
_MOST_STARTS = 100


@dataclass(frozen=True, slots=True)
class ListingMark:
    """A place in the list of the contacts of `source`: all that stand before it are known to the folder.

    The list goes by `stamp` (of `STAMPS`), `newest` being the latest seen, in seconds since 1970. If it is oldest
    first, `token` is of the page to go on with, whose first contact has the id `contact_id`.
    """

    source: str
    stamp: str
    newest: float
    newest_first: bool
    token: str = ""
    contact_id: str = ""

    def packed(self) -> str:
        """Return the mark as text for the journal; `unpacked` reads it."""
        return json.dumps(asdict(self))

    @classmethod
    def unpacked(cls, text: str, source: str) -> ListingMark | None:
        """Return the mark that `packed` wrote, None for anything else, since a journal may come from outside."""
        try:
            mark = cls(**json.loads(text))
        except (TypeError, ValueError, RecursionError):
            return None
        kinds = {"newest": float, "newest_first": bool}
        are_sound = all(type(getattr(mark, name.name)) is kinds.get(name.name, str) for name in fields(cls))
        is_place = mark.newest_first or bool(mark.token and mark.contact_id)
        return mark if are_sound and is_place and mark.stamp in STAMPS and mark.source == source else None


async def read_since(
    read: Callable[[str | None], AsyncIterator[ContactsPage]],
    mark: ListingMark | None,
    source: str,
    take: Callable[[Sequence[dict[str, Any]]], None],
    now: float,
) -> ListingMark | None:
    """Give `take` each page of the contacts that were added since `mark`, of all where that cannot be told.

    `read` gives the pages from a token on; `now` is in seconds since 1970. Returns the mark for the next time; None if
    the order of the list shows nothing, or a contact is dated in the future: later ones would not stand at the end.
    Contacts may be given twice. Raises what `read` and `take` raise.
    """
    new = await _read_since(read, mark if mark is not None and mark.newest <= now else None, source, take)
    return new if new is not None and new.newest <= now else None


async def _read_since(
    read: Callable[[str | None], AsyncIterator[ContactsPage]],
    mark: ListingMark | None,
    source: str,
    take: Callable[[Sequence[dict[str, Any]]], None],
) -> ListingMark | None:
    if mark is not None:
        order = ListOrder(mark)
        try:
            async for page in read(mark.token or None):
                order.add(page)
                take(page.contacts)
                if order.has_passed_mark or not order.is_as_marked:
                    break
        except AddressWrong:
            # The service may refuse a token that it has forgotten; if it is the address, reading all shows it.
            order = ListOrder()
        if order.is_as_marked:
            return order.mark(source)
    order = ListOrder()
    async for page in read(None):
        order.add(page)
        take(page.contacts)
    return order.mark(source)


class _PageStart(NamedTuple):
    token: str
    contact_id: str
    seconds: tuple[float, ...]


class ListOrder:
    """Finds out, page by page, by which date a list goes. With a `mark`, whether it still goes as it did then."""

    def __init__(self, mark: ListingMark | None = None) -> None:
        self._mark = mark
        orders = [(stamp, newest_first) for stamp in STAMPS for newest_first in (False, True)]
        self._orders = set(orders if mark is None else [(mark.stamp, mark.newest_first)])
        self._first: tuple[float, ...] = ()
        self._last: tuple[float, ...] = ()
        self._pages = 0
        self._dates: tuple[set[float], ...] = tuple(set() for _ in STAMPS)
        self._starts: deque[_PageStart] = deque(maxlen=_MOST_STARTS)

    @property
    def is_as_marked(self) -> bool:
        """Whether what was read so far begins and goes on as the mark says."""
        start = self._starts[0].contact_id if self._starts else ""
        return self._mark is not None and bool(self._orders) and self._mark.contact_id in ("", start)

    @property
    def has_passed_mark(self) -> bool:
        """Whether all that follows was there when the mark was set."""
        if self._mark is None or not self._mark.newest_first or not self.is_as_marked or not self._last:
            return False
        # By both dates: while no contact is edited the two go alike, so the list may go by the other one.
        return not any(moment >= self._mark.newest - MARGIN_SECONDS for moment in self._last)

    def add(self, page: ContactsPage) -> None:
        """Take in the next page."""
        self._pages += 1
        for position, contact in enumerate(page.contacts):
            moments = [instant(str(contact.get(stamp))) for stamp in STAMPS]
            seconds = tuple(float("nan") if moment is None else moment for moment in moments)
            if position == 0:
                self._starts.append(_PageStart(page.token or "", str(contact["id"]), seconds))
            for dates, moment in zip(self._dates, seconds, strict=True):
                if len(dates) < _FEWEST_DATES:
                    dates.add(moment)
            if self._last:
                moves = dict(zip(STAMPS, zip(self._last, seconds, strict=True), strict=True))
                # Both are false for a contact without a date, which is NaN.
                self._orders = {
                    (stamp, newest_first)
                    for stamp, newest_first in self._orders
                    for before, after in (moves[stamp],)
                    if (before >= after if newest_first else before <= after)
                }
            self._first, self._last = self._first or seconds, seconds

    def mark(self, source: str) -> ListingMark | None:
        """Return how far the list was read, None if its order does not tell where new contacts will stand."""
        for stamp, newest_first in sorted(self._orders):
            place = STAMPS.index(stamp)
            # A list of one page shows no order, and neither does one of contacts that were nearly all made at once.
            if self._mark is None and (self._pages == 1 or len(self._dates[place]) < _FEWEST_DATES):
                continue
            if newest_first:
                newest = max(self._first[place], self._mark.newest) if self._mark else self._first[place]
                return ListingMark(source, stamp, newest, newest_first=True)
            newest = self._last[place]
            for start in reversed(self._starts):
                if start.token and start.seconds[place] < newest - MARGIN_SECONDS:
                    return ListingMark(source, stamp, newest, False, start.token, start.contact_id)
        return None
