"""A service and a folder that the examples of a test share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.services.odd_service import KEY, OddService
from tests.e2e.services.test_any_service import Rig

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A service and a folder for all examples."""
    with pytest.MonkeyPatch.context() as patch, OddService() as service:
        patch.chdir(tmp_path_factory.mktemp("folder"))
        for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "HOME"):
            patch.setenv(name, str(Path.cwd() / "home"))
        patch.setenv("OPENPHONE_API_KEY", KEY)
        yield Rig(service, tmp_path_factory.mktemp("saved"))
