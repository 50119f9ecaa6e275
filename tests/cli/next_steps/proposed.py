"""All next steps that the code can print: the words of `Next:` lines, and those of errors about settings, keys,
journals, mappings, folders and files.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING

from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Texts = Mapping[str, Sequence[ast.expr]]

LABEL = "Next:"
# Functions that return the words of the line, or the line with its label.
_FUNCTIONS = ("_next_step", "next_step", "rejects_step", "remaining_line", "export_lines", "way_back")
_VARIABLE = "step"
_ERRORS = (
    "SettingsError",
    "KeyMissing",
    "JournalError",
    "FolderBusy",
    "OutputError",
    "MappingError",
    "NothingMapped",
    "DiskFailed",
    "Stopped",
)
# The page has buttons in place of what errors propose there, and tests of its own.
_PAGE = "web"


def proposed_steps() -> dict[str, str]:
    """Each step, with `{}` for what is filled in, and the file that it is in."""
    steps: dict[str, str] = {}
    for path in sorted((ROOT / "importer").rglob("*.py")):
        place = path.relative_to(ROOT / "importer")
        if place.parts[0] != _PAGE:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found = {words.removeprefix(LABEL).strip() for words in (*_of_lines(tree), *_of_errors(tree))}
            steps |= {step: str(place) for step in found if any(letter.isalpha() for letter in step)}
    return steps


def _of_lines(tree: ast.Module) -> Iterator[str]:
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in parts:
            yield from (words for words in _texts(node, {}) if words.startswith(LABEL))
        elif isinstance(node, ast.FunctionDef) and node.name in _FUNCTIONS:
            for statement in ast.walk(node):
                is_step = isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == _VARIABLE
                value = statement.value if isinstance(statement, ast.Assign | ast.Return) else None
                if value is not None and (is_step or isinstance(statement, ast.Return)):
                    yield from _texts(value, {})


def _of_errors(tree: ast.Module) -> Iterator[str]:
    for block in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))):
        assigned: dict[str, list[ast.expr]] = defaultdict(list)
        for node in (*tree.body, *ast.walk(block)):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                assigned[node.targets[0].id].append(node.value)
        for node in ast.walk(block):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ERRORS:
                for argument in node.args[1:]:
                    yield from _texts(argument, assigned)


def _texts(node: ast.expr, assigned: Texts) -> Iterator[str]:
    """The texts that an expression can be, with `{}` for what is filled in."""
    if isinstance(node, ast.Constant):
        yield node.value if isinstance(node.value, str) else ""
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body, assigned), *_texts(node.orelse, assigned))
    elif isinstance(node, ast.BinOp):
        yield from map("".join, product(_texts(node.left, assigned), _texts(node.right, assigned)))
    elif isinstance(node, ast.Name) and node.id in assigned:
        yield from (text for value in assigned.get(node.id, ()) for text in _texts(value, {}))
    else:
        yield "{}"
