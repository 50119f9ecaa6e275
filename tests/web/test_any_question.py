"""Questions of the page with values that the page itself never sends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from importer.sandbox import Sandbox
from importer.web.answers.table import ANSWERS
from tests.web.client import inside
from tests.web.rig import PageProgram

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

# These take nothing that a person has typed or chosen, and begin work that takes long.
WITHOUT_VALUES = ("plan", "go-on", "verify", "look-back", "take-back", "forget-key")
ASKED = [path for method, path, _ in ANSWERS if method == "POST" and path.rpartition("/")[2] not in WITHOUT_VALUES]
NAMES = (
    *("name", "of", "key", "option", "again", "sheet", "header_row", "encoding", "delimiter", "hidden", "answers"),
    *("position", "field", "cells", "find", "replace", "column", "id", "bulk", "rows", "second", "policy", "typed"),
)
VALUES: tuple[object, ...] = (
    *(None, True, -1, 1.5, 10**400, "", "x", "../../x", "\x00", "\u202e", "9" * 5_000, "#" + "9" * 5_000, "custom:"),
    *([], [None], [[]], ["x"], {}, {"1": "x"}, {"own-number:0": 1}, [{"row": 2, "position": 0, "value": "\x00"}]),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the page, in a folder with a sheet; keys that are tried open nothing."""
    folder = tmp_path_factory.mktemp("questions")
    (folder / "work").mkdir()
    (folder / "work" / "people.csv").write_text("Name,Phone\nAnn Lee,+14155550101\n", encoding="utf-8")
    with Sandbox.start() as service:
        program = PageProgram.start(folder / "work", folder / "home", "--base-url", service.url)
        with inside(program) as started:
            yield started
        assert program.end() == 0


@pytest.mark.parametrize("path", ASKED)
def test_any_value_is_answered_in_words(path: str, client: httpx.Client) -> None:
    """Whatever stands in the place of a value, the answer is one of the page or a refusal in words, never a bug."""
    address = path.replace("{mode:str}", "practice").replace("{name:str}", "people.csv")
    for value in VALUES:
        answer = client.post(address, content=json.dumps(dict.fromkeys(NAMES, value)).encode())
        assert answer.status_code in (200, 409), (value, answer.text)
        assert answer.status_code == 200 or answer.json()["next"]


@pytest.mark.parametrize("mode", ["other", "Real", "..", "x" * 5_000])
def test_there_are_two_modes(mode: str, client: httpx.Client) -> None:
    """No third name makes a second import of a folder, beside the one that keeps tabs from changing it at once."""
    for what in ("state", "sheet", "events"):
        answer = client.get(f"/api/{mode}/people.csv/{what}")
        if mode == "..":
            # The address of no import, at which the page itself is.
            assert (answer.status_code, answer.text[:2]) == (200, "<!")
        else:
            assert (answer.status_code, "message" in answer.json()) == (409, True)
