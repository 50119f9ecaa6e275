"""The command under a home of its own, as the tests of history have it."""

from __future__ import annotations

from tests.pipeline.history.conftest import call, home, imported, listener

__all__ = ["call", "home", "imported", "listener"]
