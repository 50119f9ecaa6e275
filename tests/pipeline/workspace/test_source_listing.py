"""How much of the list of a source's contacts is read again: all that was added since, and no more than it takes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.api.contacts import ContactsPage
from importer.errors import AddressWrong
from importer.pipeline.workspace.source_listing import ListingMark, read_since

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    Contact = dict[str, Any]

PAGE = 3
ORDERS: dict[str, Callable[[Contact], Any]] = {
    "createdAt": lambda contact: contact["createdAt"],
    "updatedAt": lambda contact: contact["updatedAt"],
    # The first four stand in no order.
    "number": lambda contact: int(contact["id"][1:]) * 37 % 101,
}


@dataclass
class Workspace:
    """A list in pages of three; tokens are positions or name the contact before the page."""

    order: str = "createdAt"
    newest_first: bool = False
    tokens: str = "position"
    now: int = 1_800_000_000
    contacts: list[Contact] = field(default_factory=list)
    requests: int = 0
    made: int = 0

    def add(self, *, minutes: int = 10) -> None:
        self.now += 60 * minutes
        self.made += 1
        self.contacts.append({"id": f"c{self.made}", "createdAt": self._stamp(), "updatedAt": self._stamp()})

    def add_of_tomorrow(self, minutes: int) -> None:
        """A contact whose date is wrong: no later one comes behind it."""
        self.add()
        stamp = self._stamp(minutes)
        self.contacts[-1] |= {"createdAt": stamp, "updatedAt": stamp}

    def edit(self, place: int) -> None:
        self.now += 600
        if self.contacts:
            self.contacts[place % len(self.contacts)]["updatedAt"] = self._stamp()

    def remove(self, place: int) -> None:
        if self.contacts:
            del self.contacts[place % len(self.contacts)]

    def _stamp(self, minutes: int = 0) -> str:
        return datetime.fromtimestamp(self.now + 60 * minutes, UTC).isoformat()

    async def read(self, token: str | None) -> AsyncIterator[ContactsPage]:
        has_more = True
        while has_more:
            self.requests += 1
            listed = sorted(self.contacts, key=ORDERS[self.order], reverse=self.newest_first)
            start = 0
            if token is not None and self.tokens == "position":
                start = int(token)
            elif token is not None:
                ids = [contact["id"] for contact in listed]
                if token not in ids:
                    raise AddressWrong("The service refused the request (400): no such token.", "")
                start = ids.index(token) + 1
            page, asked = [dict(contact) for contact in listed[start : start + PAGE]], token
            has_more = start + PAGE < len(listed)
            token = str(start + PAGE) if self.tokens == "position" else (page[-1]["id"] if page else None)
            yield ContactsPage(page, has_more, asked)

    def look(self, mark: ListingMark | None) -> tuple[set[str], ListingMark | None, int]:
        """What is read, the next mark, and how many requests it took."""
        before = self.requests
        seen: set[str] = set()
        # The mark goes through the journal as text.
        text = mark.packed() if mark else ""
        new = asyncio.run(
            read_since(
                self.read,
                ListingMark.unpacked(text, "s"),
                "s",
                lambda page: seen.update(each["id"] for each in page),
                float(self.now),
            )
        )
        return seen, new, self.requests - before


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from([0, 1, 10])),
        st.tuples(st.sampled_from(["edit", "remove"]), st.integers(0, 30)),
        st.tuples(st.just("add_of_tomorrow"), st.integers(1, 2000)),
        st.tuples(st.just("look"), st.just(0)),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(
    STEPS,
    st.sampled_from(sorted(ORDERS)),
    st.booleans(),
    st.sampled_from(["position", "cursor"]),
    st.integers(0, 15),
)
def test_whatever_was_added_is_read(
    steps: list[tuple[str, int]], order: str, newest_first: bool, tokens: str, at_first: int
) -> None:
    """In any order and with any tokens, a contact that was added since the last look is read by the next one."""
    workspace, mark = Workspace(order, newest_first, tokens), None
    seen: set[str] = set()
    for _ in range(at_first):
        workspace.add()
    for kind, value in [*steps, ("look", 0)]:
        if kind == "look":
            read, mark, _ = workspace.look(mark)
            seen |= read
            assert {contact["id"] for contact in workspace.contacts} <= seen
        elif kind == "add":
            workspace.add(minutes=value)
        elif order != "number" or kind not in ("remove", "edit"):
            # Two or three contacts that are left, or edited, may stand by date by chance; a page of fifty will not.
            getattr(workspace, kind)(value)


@pytest.mark.parametrize("order", ["createdAt", "updatedAt"])
def test_an_edited_contact_is_not_taken_for_the_end(order: str) -> None:
    """Where the two dates went alike, an old contact that stands among the new ones is not where the known begin."""
    workspace = Workspace(order, newest_first=True)
    for _ in range(4):
        workspace.add()
    _, mark, _ = workspace.look(None)
    workspace.add(minutes=0)
    workspace.edit(0)
    workspace.add()
    workspace.add()
    seen, _, _ = workspace.look(mark)
    assert {"c5", "c6", "c7"} <= seen


@pytest.mark.parametrize("newest_first", [False, True])
def test_one_odd_date_shows_no_order(newest_first: bool) -> None:
    """Contacts that were made at once, and a later one that happens to stand first or last, are in no order by date."""
    workspace, mark = Workspace("number", newest_first), None
    for minutes in (0, 0, 0, 0, 10):
        workspace.add(minutes=minutes)
    seen, mark, _ = workspace.look(mark)
    workspace.add()
    added, _, _ = workspace.look(mark)
    assert (len(seen), len(seen | added)) == (5, 6)


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("order", ["createdAt", "updatedAt"])
@pytest.mark.parametrize("tokens", ["position", "cursor"])
def test_a_list_by_date_is_read_whole_once(order: str, newest_first: bool, tokens: str) -> None:
    """Where the list goes by date, each later look costs the pages of what was added, and one or two more."""
    workspace = Workspace(order, newest_first, tokens)
    for _ in range(60):
        workspace.add()
    _, mark, requests = workspace.look(None)
    assert requests == 20
    for _ in range(30):
        workspace.add()
        workspace.add()
        _, mark, requests = workspace.look(mark)
        assert mark is not None
        assert requests <= 3


def test_a_list_in_no_order_is_read_whole() -> None:
    """Where the list goes by no date, every look reads all of it."""
    workspace = Workspace("number")
    for _ in range(60):
        workspace.add()
    for _ in range(3):
        _, mark, requests = workspace.look(None)
        assert (mark, requests) == (None, 20)


def test_contacts_that_were_made_at_once_show_no_order() -> None:
    """A list whose contacts all have one date may go by something else."""
    workspace = Workspace()
    for _ in range(9):
        workspace.add(minutes=0)
    assert workspace.look(None)[1] is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"source": "s", "stamp": "createdAt", "newest": "x", "newest_first": true, "token": "", "contact_id": ""}',
        '{"source": "s", "stamp": "id", "newest": 1.0, "newest_first": true, "token": "", "contact_id": ""}',
        '{"source": "s", "stamp": "createdAt", "newest": 1.0, "newest_first": false, "token": "", "contact_id": ""}',
        '{"source": "other", "stamp": "createdAt", "newest": 1.0, "newest_first": true, "token": "", "contact_id": ""}',
        "[" * 100_000,
    ],
)
def test_a_mark_that_was_altered_counts_for_nothing(text: str) -> None:
    """What is no mark of this source is read as none, and everything is read again."""
    assert ListingMark.unpacked(text, "s") is None
