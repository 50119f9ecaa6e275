"""The structure of the house, drawn from the code."""

from __future__ import annotations

import grimp
import pytest

STAGES = ("spreadsheet", "clean", "mapping", "validate", "plan", "delivery", "api", "report", "sandbox")
FOUNDATIONS = (
    "importer.model",
    "importer.errors",
    "importer.disk",
    "importer.text",
    "importer.version",
    "importer.languages",
)
# What a stage may import beside the foundations and itself.
ALLOWED = {
    "importer.validate": {"schemas"},
    "importer.delivery": {"importer.plan", "importer.retry"},
    "importer.api": {"importer.retry"},
}
HOMES = {
    "babel": ("importer.languages",),
    "httpx": ("importer.api",),
    "sqlite3": ("importer.delivery.journal", "importer.sandbox"),
    "openpyxl": ("importer.spreadsheet",),
    "python_calamine": ("importer.spreadsheet",),
    "phonenumbers": ("importer.clean.phone",),
    "numpy": ("importer.pipeline.reading.shared_numbers",),
    "pandera": ("schemas", "importer.validate"),
    "pyarrow": ("importer.model.sheet",),
    "filelock": ("importer.delivery", "importer.spreadsheet.private_copy"),
    "tqdm": ("importer.cli",),
    "cyclopts": ("importer.cli",),
    "rich": ("importer.cli",),
    "starlette": ("importer.sandbox",),
    "uvicorn": ("importer.sandbox",),
    "platformdirs": ("importer.pipeline",),
    "tomlkit": ("importer.mapping",),
    "jinja2": ("importer.report",),
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("importer", "schemas", include_external_packages=True, exclude_type_checking_imports=True)


def room(module: str) -> str:
    parts = module.split(".")
    return parts[0] if parts[0] == "schemas" else ".".join(parts[:2])


def arrows(graph: grimp.ImportGraph) -> set[tuple[str, str]]:
    ours = [name for name in graph.modules if name.split(".")[0] in {"importer", "schemas"}]
    found = {(room(one), room(other)) for one in ours for other in graph.find_modules_directly_imported_by(one)}
    return {(one, other) for one, other in found if one != other and other.split(".")[0] in {"importer", "schemas"}}


def test_stages_do_not_know_each_other(graph: grimp.ImportGraph) -> None:
    """A stage imports the nouns, the errors, the disk and nothing of another stage."""
    for stage in (f"importer.{name}" for name in STAGES):
        known = {other for one, other in arrows(graph) if one == stage}
        assert known <= {*FOUNDATIONS, *ALLOWED.get(stage, set())}, stage


def test_foundations_import_nothing_of_the_rest(graph: grimp.ImportGraph) -> None:
    """The nouns, the errors and the schemas stand on nothing of ours; the disk knows the errors only."""
    known = {(one, other) for one, other in arrows(graph) if one in {*FOUNDATIONS, "schemas"}}
    assert known <= {("importer.disk", "importer.errors")}


@pytest.mark.parametrize("library", sorted(HOMES))
def test_each_outside_library_has_one_home(graph: grimp.ImportGraph, library: str) -> None:
    """An outside library is imported in its home only, so that changing it changes one place."""
    users = graph.find_modules_that_directly_import(library) if library in graph.modules else set()
    assert users, f"{library} is imported nowhere: take it off the list and out of pyproject.toml"
    assert all(user.startswith(HOMES[library]) for user in users), sorted(users)


def test_no_import_cycle() -> None:
    """No module can reach itself through imports, not even those that are for its annotations alone."""
    whole = grimp.build_graph("importer", "schemas")
    looping = [
        name
        for name in whole.modules
        if any(whole.chain_exists(other, name) for other in whole.find_modules_directly_imported_by(name))
    ]
    assert looping == []


def test_only_the_command_line_prints() -> None:
    """The library speaks through events; print and logging stay out of it (ruff T20 guards print everywhere)."""
    import tomllib
    from pathlib import Path

    rules = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "T20" in rules["select"]
    assert set(rules["per-file-ignores"]) == {"tests/**"}
