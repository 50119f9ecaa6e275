"""The corpus of generated sheets, in short: its judge sees mistakes, and imports make none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.corpus import KINDS, mistakes
from tests.benchmarks.corpus_texts import Maker, Truth, plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No state of the machine's user, and a key for the sandbox."""
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("OPENPHONE_API_KEY", "sandbox-key")


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_no_mistake_in_a_sheet_of_each_kind(make: Callable[[Maker], Truth]) -> None:
    """No wrong contact, no contact lost in silence, no refusal for another reason than the true one."""
    assert mistakes(make(Maker(7))) == []


def test_the_judge_sees_each_kind_of_mistake() -> None:
    """Against a truth that is not the sheet's, there are hard and silent mistakes and an untrue refusal."""
    truth = plain(Maker(1))
    other = replace(truth, contacts={2: ("Zoe Zed", "+14155550199")})
    assert {mistake.partition(":")[0] for mistake in mistakes(other)} == {"hard", "silent"}
    assert mistakes(replace(truth, refusal="side by side"))[0].startswith("untrue refusal")
