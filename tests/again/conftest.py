"""The desk of keeping in step, for the runs over a sheet that is finished."""

from __future__ import annotations

from tests.sync.conftest import counted, desk, row, server

__all__ = ["counted", "desk", "row", "server"]
