"""What the person typed after the program's name, for the advice to type it again."""

from __future__ import annotations

from contextvars import ContextVar

spoken: ContextVar[tuple[str, ...]] = ContextVar("spoken", default=())
