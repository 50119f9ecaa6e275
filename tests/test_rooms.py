"""The structure of the house, drawn from the code."""

from __future__ import annotations

import grimp
import pytest

# From top to bottom: a room imports only from the lines below its own; rooms on one line do not know each other.
FLOORS = (
    "cli",
    "web",
    "fleet",
    "library",
    "pipeline",
    "questions",
    "delivery guide report settings spreadsheet sandbox",
    "api clean identity mapping plan repairs schedule validate",
    "folder_lock",
    "disk languages retry sheet_files sheet_links text version",
    "errors model schemas",
    "shell stop_signals",
    "regex",
)
SUB_ROOMS = {
    "pipeline": (
        "carry_over contact_preview sheet_preview worksheet",
        "run plan verify check export forget undo dedupe map questions template",
        "unjoin",
        "prepare prepare_offline",
        "run_context",
        "history preflight",
        "outputs",
        "reading",
        "workspace telemetry",
        "job",
        "records",
    ),
    "delivery": (
        "engine matching undo dedupe unjoin",
        "mirror missing undo_reading",
        "journal single_write",
        "journal_place last_look options rate_limit service strangers",
    ),
    "mapping": ("derived export", "chosen contacts", "suggest"),
    "clean": (
        "sheet",
        "point_cells",
        "kinds profile",
        "names phone",
        "cells",
        "call_flags contact_points placeholders",
        "characters problems",
        "finding plain point_columns rules",
    ),
    "cli": (
        "commands",
        "lane lane_warm_up",
        "app jobs scheduled",
        "fleet_folder",
        "command double_click first_screen notify_test",
        "terminal",
        "events failure plan_settings",
        "signals fleet_facts",
        "summary_facts",
        "event_facts options",
        "completion",
    ),
    "web": (
        "server",
        "app",
        "access answers",
        "call cards grid names",
        "session",
        "sheets",
        "service_access",
        "tasks",
        "edits failure people progress remembered_key",
        "words",
    ),
    "fleet": (
        "run adopt control start status work",
        "attempt clock crew database lane_result publish rescue workspace_status",
        "queueing",
        "engine keys lane progress",
        "file",
        "file_values results_place workspace lane_server",
    ),
    "spreadsheet": (
        "opening template export",
        "rejects several",
        "rows",
        "hidden original_rows quoted_rows row_problems source_files",
        "vcard",
        "layout workbook",
        "notes unpack",
        "fetch headings kind skip",
        "row_habits",
        "header private_copy sentences text",
        "grid options rejects.guard",
        "sheet_view",
    ),
}
# Stages are told what to do: they know the foundations and, of other rooms, these alone.
STAGES = (
    "spreadsheet",
    "clean",
    "identity",
    "mapping",
    "validate",
    "plan",
    "delivery",
    "api",
    "report",
    "sandbox",
    "repairs",
)
FOUNDATIONS = (
    "model",
    "errors",
    "disk",
    "folder_lock",
    "languages",
    "regex",
    "retry",
    "sheet_files",
    "sheet_links",
    "shell",
    "stop_signals",
    "text",
    "version",
)
ALLOWED = {"validate": {"schemas"}, "delivery": {"plan", "identity"}}

HOMES = {
    "babel": ("importer.languages",),
    "httpcore": ("importer.api",),
    "httpx": ("importer.api",),
    "sqlite3": ("importer.delivery.journal", "importer.sandbox"),
    "psycopg": ("importer.delivery.journal.postgres",),
    "dbos": ("importer.fleet.engine",),
    "sqlalchemy": ("importer.fleet.engine",),
    "croniter": ("importer.fleet.clock",),
    "openpyxl": ("importer.spreadsheet",),
    "python_calamine": ("importer.spreadsheet",),
    "xlrd": ("importer.spreadsheet",),
    "phonenumbers": ("importer.clean.phone",),
    "numpy": (
        "importer.identity.compatible_rows",
        "importer.identity.number_columns",
        "importer.identity.repeated",
        "importer.identity.twins",
        "importer.mapping.contacts.digest_ids",
        "importer.pipeline.reading.first_rows",
        "importer.pipeline.reading.shared_numbers",
    ),
    "pandera": ("schemas", "importer.validate"),
    "filelock": ("importer.delivery", "importer.fleet", "importer.folder_lock", "importer.spreadsheet.private_copy"),
    "tqdm": ("importer.cli",),
    "cyclopts": ("importer.cli",),
    "rich": ("importer.cli",),
    "starlette": ("importer.sandbox", "importer.web"),
    "uvicorn": ("importer.sandbox", "importer.web"),
    "platformdirs": ("importer.pipeline",),
    "tomlkit": ("importer.mapping",),
    "keyring": ("importer.web.remembered_key",),
    "jinja2": ("importer.report",),
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("importer", "schemas", include_external_packages=True, exclude_type_checking_imports=True)


def room(module: str) -> str:
    """The room of a module of ours, "" for any other and for the entrance of the package."""
    package, _, name = module.partition(".")
    return "schemas" if package == "schemas" else name.partition(".")[0] if package == "importer" else ""


def sub_room(module: str, parent: str) -> str:
    """The place of a module in the table of its room: the longest one that it lies in, "" in another room."""
    name = module.removeprefix(f"importer.{parent}.")
    places = {place for floor in SUB_ROOMS[parent] for place in floor.split()}
    fitting = [place for place in places if f"{name}.".startswith(f"{place}.")]
    if name == module:
        return ""
    return max(fitting, key=len, default=f"{name} (in no table)")


def arrows(graph: grimp.ImportGraph, parent: str = "") -> dict[tuple[str, str], str]:
    """Which room imports from which, each with one such import; with a `parent` between its sub-rooms."""
    name = (lambda module: sub_room(module, parent)) if parent else room
    drawn = {}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            pair = name(module), name(imported)
            if all(pair) and pair[0] != pair[1]:
                drawn[pair] = f"{module} imports {imported}"
    return drawn


def upward(drawn: dict[tuple[str, str], str], floors: tuple[str, ...]) -> list[str]:
    """The imports that do not lead to a lower floor."""
    level = {place: number for number, floor in enumerate(floors) for place in floor.split()}
    level["__main__"] = -1
    return [text for (importing, imported), text in drawn.items() if level[importing] >= level[imported]]


def test_rooms_know_only_lower_floors(graph: grimp.ImportGraph) -> None:
    """Faces over the library, the library over the pipeline, the pipeline over the stages, all over the nouns."""
    assert upward(arrows(graph), FLOORS) == []


@pytest.mark.parametrize("parent", SUB_ROOMS)
def test_sub_rooms_know_only_lower_floors(graph: grimp.ImportGraph, parent: str) -> None:
    """Within a room too, every import leads down the order that is declared for it."""
    assert upward(arrows(graph, parent), SUB_ROOMS[parent]) == []


def test_stages_do_not_know_each_other(graph: grimp.ImportGraph) -> None:
    """A stage imports the nouns, the errors, the disk and nothing of another stage."""
    for stage in STAGES:
        known = {imported for importing, imported in arrows(graph) if importing == stage}
        assert known <= {*FOUNDATIONS, *ALLOWED.get(stage, set())}, stage


def test_foundations_import_nothing_of_the_rest(graph: grimp.ImportGraph) -> None:
    """Regular expressions and lines of a shell are below all; the nouns, the errors and the schemas import nothing else
    of ours, other foundations only nouns and errors."""
    lowest = {"model", "errors", "schemas"}
    for importing, imported in arrows(graph):
        if importing in {*FOUNDATIONS, "schemas"}:
            above = set() if importing in lowest else {"model", "errors"}
            assert imported in {"shell", "regex"} - {importing} | above, (importing, imported)


@pytest.mark.parametrize("library", sorted(HOMES))
def test_each_outside_library_has_one_home(graph: grimp.ImportGraph, library: str) -> None:
    """An outside library is imported in its home only, so that changing it changes one place."""
    users = graph.find_modules_that_directly_import(library) if library in graph.modules else set()
    assert users, f"{library} is imported nowhere: take it off the list and out of pyproject.toml"
    assert all(user.startswith(HOMES[library]) for user in users), sorted(users)


def test_only_its_command_knows_the_page(graph: grimp.ImportGraph) -> None:
    """The page is loaded by `ui` alone, so that no other command waits for it."""
    users = {
        importing
        for importing in graph.modules
        if room(importing) != "web"
        and any(room(imported) == "web" for imported in graph.find_modules_directly_imported_by(importing))
    }
    assert users == {"importer.cli.commands.ui"}


def test_no_import_cycle() -> None:
    """No module can reach itself through imports, not even those that are for its annotations alone."""
    whole = grimp.build_graph("importer", "schemas")
    looping = [
        name
        for name in whole.modules
        if any(whole.chain_exists(imported, name) for imported in whole.find_modules_directly_imported_by(name))
    ]
    assert looping == []


def test_only_the_command_line_prints() -> None:
    """The library speaks through events; print and logging stay out of it (ruff T20 guards print everywhere)."""
    import tomllib
    from pathlib import Path

    rules = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "T20" in rules["select"]
    assert [files for files, ignored in rules["per-file-ignores"].items() if "T20" in ignored] == ["tests/**"]
