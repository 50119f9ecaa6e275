"""What delivery needs of the service: `importer.api.client.Api` is one, a test may bring another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.model import Answer, Halt, NotSent, Refused


class FoundContacts(Protocol):
    """The contacts that carry each id asked for."""

    @property
    def contacts(self) -> Mapping[str, tuple[dict[str, Any], ...]]: ...


class ContactsService(Protocol):
    """One request a method, the verdict on it as the answer; `before` is called just before it leaves."""

    answered: bool

    async def create(
        self,
        body: Mapping[str, Any],
        *,
        row: int | None = None,
        before: Callable[[], None] | None = None,
        again: bool = False,
    ) -> Answer: ...

    async def patch(
        self,
        contact_id: str,
        body: Mapping[str, Any],
        *,
        row: int | None = None,
        before: Callable[[], None] | None = None,
        again: bool = False,
    ) -> Answer: ...

    async def find(
        self, external_ids: Sequence[str], *, again: bool = False
    ) -> FoundContacts | NotSent | Refused | Halt: ...

    async def get(self, contact_id: str, *, again: bool = False) -> Answer: ...

    async def delete(
        self, contact_id: str, *, before: Callable[[], None] | None = None, again: bool = False
    ) -> Answer: ...

    async def probe(self) -> Answer: ...

    def service_now(self) -> int: ...
