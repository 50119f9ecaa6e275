"""Plain words, in the order and the spelling that readers know: in the manual, messages, help texts and the code."""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

import pytest

from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Each makes a native reader stop: stiff words, and the spelling of another country.
UNUSUAL = re.compile(
    r"\b(?:whoever|whomever|whosoever|nobody|anew|afresh|thereof|whereof|hereby|herein|henceforth|wherefore|aforesaid"
    r"|recogniz\w*|behaviors?|favorites?|neighbors?|canceled|canceling|labeled|labeling|gray)\b",
    re.IGNORECASE,
)
# Some reasons in results that people keep have it, and stay as they are.
SOMEBODY = re.compile(r"\bsomebody\b", re.IGNORECASE)
WRITTEN = sorted(
    path
    for path in [ROOT / "README.md", *(ROOT / "importer").rglob("*"), *(ROOT / "schemas").rglob("*.py")]
    # The word lists of other languages, and code of others.
    if path.suffix in (".py", ".md", ".js", ".jinja", ".html") or path.name == "rules.toml"
    if "vendor" not in path.parts
)


def texts(path: Path) -> Iterator[tuple[int, str, bool]]:
    """The prose of a file: number of its line, text, and whether it is for developers alone."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from ((number, line, False) for number, line in enumerate(source.splitlines(), 1))
        return
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            is_docstring = token.string.startswith('"""') and token.line.lstrip().startswith('"""')
            yield token.start[0], token.string, token.type == tokenize.COMMENT or is_docstring


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_prose_is_plain_english(path: Path) -> None:
    """No text of the program, its manual or its code has one of the words that a reader stumbles over."""
    unusual = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for number, text, is_for_developers in texts(path)
        for pattern in ((UNUSUAL, SOMEBODY) if is_for_developers else (UNUSUAL,))
        for match in pattern.finditer(text)
    ]
    assert unusual == []
