"""All next steps that the code can print: the words of `Next:` lines, and those of all kinds of errors."""

from __future__ import annotations

import ast
from collections import defaultdict
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

from importer import errors
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Texts = Mapping[str, Sequence[ast.expr]]

LABEL = "Next:"
# Functions that return the words of the line, or the line with its label, or part of the step of an error.
_FUNCTIONS = (
    "_decision",
    "_next_step",
    "next_step",
    "rejects_step",
    "remaining_line",
    "export_lines",
    "way_back",
    "without_option",
    "correct_step",
)
_VARIABLE = "step"
_KEYWORD = "next_step"
# The kinds of errors, and where among the arguments the step is; `Halt` is an answer that becomes an error, and
# `FailureMessage` what is shown of one.
_PLACES = {
    name: 1 for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.ImporterError)
} | {"Halt": 3, "FailureMessage": 1}
# The page has buttons in place of what errors propose there, and tests of its own; advice about cells is walked in
# tests/pipeline/reading/test_advice.py.
_ELSEWHERE = ("web", "clean")


def proposed_steps() -> dict[str, str]:
    """Each step, with `{}` for what is filled in, and the file that it is in."""
    trees = {
        path.relative_to(ROOT / "importer"): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "importer").rglob("*.py"))
    }
    shared = {
        name: values for tree in trees.values() for name, values in _assigned(tree.body).items() if name.isupper()
    }
    steps: dict[str, str] = {}
    for place, tree in trees.items():
        if place.parts[0] not in _ELSEWHERE:
            found = {words.removeprefix(LABEL).strip() for words in (*_of_lines(tree), *_of_errors(tree, shared))}
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


def _of_errors(tree: ast.Module, shared: Texts) -> Iterator[str]:
    places = dict(_PLACES)
    of_module = {**shared, **_assigned(tree.body)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            is_method = names[:1] == ["self"]
            if is_method and node.args.defaults:
                optional = zip(names[-len(node.args.defaults) :], node.args.defaults, strict=True)
                yield from (text for name, value in optional if name == _KEYWORD for text in _texts(value, of_module))
            # A function of the module that makes errors of what it is given.
            if _KEYWORD in names and not is_method:
                places[node.name] = names.index(_KEYWORD)
    for block in (tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))):
        # A name is what its own function makes of it: another one may call something else so.
        own = of_module if block is tree else {**of_module, **_assigned(list(ast.walk(block)), of_module)}
        yield from _of_calls(block, own, places)


def _of_calls(block: ast.AST, assigned: Texts, places: Mapping[str, int]) -> Iterator[str]:
    for node in ast.walk(block):
        if isinstance(node, ast.Call):
            callee = node.func
            name = callee.id if isinstance(callee, ast.Name) else getattr(callee, "attr", "")
            given = [part for argument in node.args for part in _parts(argument, assigned)]
            steps = given[places[name] :] if name in places else []
            for argument in (*steps, *(keyword.value for keyword in node.keywords if keyword.arg == _KEYWORD)):
                yield from _texts(argument, assigned)


def _assigned(nodes: Sequence[ast.AST], known: Texts = MappingProxyType({})) -> dict[str, list[ast.expr]]:
    """What each name may be, also where it is taken from the rows of a table, which may be `known` already."""
    values: dict[str, list[ast.expr]] = defaultdict(list)
    rows: list[tuple[ast.Tuple, ast.expr]] = []
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.For):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            value = node.iter if isinstance(node, ast.For) else node.value
            if isinstance(target, ast.Name) and value is not None and not isinstance(node, ast.For):
                values[target.id].append(value)
            elif isinstance(target, ast.Tuple) and value is not None:
                rows.append((target, value.value if isinstance(value, ast.Subscript) else value))
    for target, table in rows:
        for each in values.get(table.id) or known.get(table.id, ()) if isinstance(table, ast.Name) else (table,):
            lines = each.values if isinstance(each, ast.Dict) else getattr(each, "elts", ())
            for line in lines:
                for name, part in zip(target.elts, getattr(line, "elts", ()), strict=False):
                    values[ast.unparse(name)].append(part)
    return values


def _parts(argument: ast.expr, assigned: Texts) -> Sequence[ast.expr]:
    """The arguments that one stands for: several with a star before it."""
    if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name):
        return [part for value in assigned.get(argument.value.id, ()) for part in getattr(value, "elts", ())]
    return [argument]


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
        others = {name: values for name, values in assigned.items() if name != node.id}
        yield from (text for value in assigned[node.id] for text in _texts(value, others))
    else:
        yield "{}"
