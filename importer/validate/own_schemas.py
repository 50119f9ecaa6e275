"""Our own package `schemas`, also inside a project that has a package or module of that name itself."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from importer.validate.schemas_folder import SCHEMAS_FOLDER

if TYPE_CHECKING:
    from types import ModuleType

    from schemas.contacts import FIXED, contact_sheet, may_be_empty, surely_valid, telling_columns

__all__ = ["FIXED", "contact_sheet", "may_be_empty", "surely_valid", "telling_columns"]

_PRIVATE_NAME = "importer_schemas"


def _own_module(name: str) -> ModuleType:
    """A module of our package: by its name where that is ours alone, else from beside this one, by another name."""
    if _is_ours() and [Path(folder) for folder in importlib.import_module("schemas").__path__] == [SCHEMAS_FOLDER]:
        return importlib.import_module(f"schemas.{name}")
    if _PRIVATE_NAME not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            _PRIVATE_NAME, SCHEMAS_FOLDER / "__init__.py", submodule_search_locations=[str(SCHEMAS_FOLDER)]
        )
        if spec is None or spec.loader is None:
            raise ModuleNotFoundError(f"The package {SCHEMAS_FOLDER}, a part of openphone-import, is missing.")
        package = importlib.util.module_from_spec(spec)
        sys.modules[_PRIVATE_NAME] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f"{_PRIVATE_NAME}.{name}")


def _is_ours() -> bool:
    """Whether `import schemas` gives our package: a project's own comes first on the path of its programs."""
    try:
        spec = importlib.util.find_spec("schemas")
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve().parent == SCHEMAS_FOLDER


if not TYPE_CHECKING:
    _contacts = _own_module("contacts")
    FIXED, contact_sheet = _contacts.FIXED, _contacts.contact_sheet
    may_be_empty, surely_valid = _contacts.may_be_empty, _contacts.surely_valid
    telling_columns = _contacts.telling_columns
