"""A conversation of the client with a server on loopback, for tests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from importer.api.client import Api

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from importer.model import RateBudget
    from tests.api.conftest import Serve

KEY = SecretStr("key-123")


class Turn:
    """A pace that lets everything go and keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.budgets: list[RateBudget | None] = []
        self.has_expired = False

    async def permit(self, *, urgent: bool = False) -> Turn:
        self.told.append("permit")
        return self

    def is_current(self) -> bool:
        return not self.has_expired

    def sent(self) -> None:
        self.told.append("sent")

    def answered(
        self, *, rate_limited: bool = False, wait_seconds: float | None = None, budget: RateBudget | None = None
    ) -> None:
        self.budgets.append(budget)
        self.told.append(f"answered {rate_limited} {wait_seconds}")

    def failed(self) -> None:
        self.told.append("failed")

    def withdrawn(self) -> None:
        self.told.append("withdrawn")


def talk(
    serving: Serve, answers: list[Any], act: Callable[[Api], Awaitable[Any]], **options: Any
) -> tuple[Any, Any, Turn]:
    """Let `act` talk to a server with these answers; returns its result, the server, and the pace."""
    turn = Turn()

    async def main() -> tuple[Any, Any, Turn]:
        async with serving(*answers) as server, Api(server.url, KEY, turn, **options) as api:
            return await act(api), server, turn

    return asyncio.run(main())
