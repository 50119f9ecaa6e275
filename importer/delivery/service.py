"""What delivery needs of the service: `importer.api.client.Api` has it, and so may a service made for a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from importer.model import Answer, Halt, NotSent, Refused


class FoundContacts(Protocol):
    """The contacts that have each external id of a lookup."""

    @property
    def contacts(self) -> Mapping[str, tuple[dict[str, Any], ...]]: ...


class ContactsService(Protocol):
    """Each method sends one request and returns the verdict on it; `before` is called just before it leaves.

    What that gives, if anything, tells whether it is not too late to send."""

    answered: bool

    async def create(
        self,
        body: Mapping[str, Any],
        *,
        row: int | None = None,
        before: Callable[[], Callable[[], bool] | None] | None = None,
        again: bool = False,
    ) -> Answer: ...

    async def patch(
        self,
        contact_id: str,
        body: Mapping[str, Any],
        *,
        row: int | None = None,
        before: Callable[[], Callable[[], bool] | None] | None = None,
        again: bool = False,
    ) -> Answer: ...

    async def find(
        self, external_ids: Sequence[str], *, again: bool = False
    ) -> FoundContacts | NotSent | Refused | Halt: ...

    async def get(self, contact_id: str, *, again: bool = False) -> Answer: ...

    async def delete(
        self, contact_id: str, *, before: Callable[[], Callable[[], bool] | None] | None = None, again: bool = False
    ) -> Answer: ...

    async def probe(self) -> Answer: ...

    def service_now(self) -> int: ...
