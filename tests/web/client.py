"""The page's own questions, asked without a browser: what it shows is what these answer."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.rig import PageProgram

LONGEST_SECONDS = 60.0


@contextmanager
def inside(program: PageProgram) -> Iterator[httpx.Client]:
    """A client that was let in as the browser is: by the token, once."""
    token_address = re.search(r'href="([^"]+)"', program.opening.read_text(encoding="utf-8"))
    assert token_address is not None
    with httpx.Client(base_url=program.address, timeout=LONGEST_SECONDS) as client:
        page = client.get(token_address.group(1))
        tab = re.search(r'<meta name="tab-secret" content="([^"]+)">', page.text)
        assert tab is not None
        client.headers.update({"X-Tab": tab.group(1), "Origin": program.address, "X-Tab-Id": "one"})
        yield client


def drop(client: httpx.Client, sheet: Path) -> str:
    """Drop a sheet onto the page; the name that its addresses have."""
    answer = client.post("/api/upload", params={"name": sheet.name}, content=sheet.read_bytes())
    return str(answer.json()["name"])


def judged(client: httpx.Client, name: str, mode: str = "practice") -> dict[str, Any]:
    """The rows of a sheet, once all of them have been judged; or why they could not be."""
    until = time.monotonic() + LONGEST_SECONDS
    while True:
        answer: dict[str, Any] = client.get(f"/api/{mode}/{name}/rows", params={"filter": "all"}).json()
        if answer.get("checked") or answer.get("failure") or "message" in answer:
            return answer
        assert time.monotonic() < until
        time.sleep(0.05)
