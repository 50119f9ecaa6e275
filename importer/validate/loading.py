"""The user's own schema, loaded from their own code."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pandera.pandas import DataFrameModel, DataFrameSchema

from importer.errors import SchemaError
from importer.text import did_you_mean

if TYPE_CHECKING:
    from types import ModuleType


def load_user_schema(place: str) -> DataFrameSchema:
    """The user's own schema of the raw sheet, from `module:Name` or `path/to/file.py:Name`.

    Name is a pandera DataFrameSchema or DataFrameModel. The module is run: it is the user's own code. Raises
    SchemaError where it is not found, fails, or holds no such schema; the message has what the code raised in one line.
    """
    source, colon, name = place.rpartition(":")
    if not colon or not source or not name.isidentifier():
        raise SchemaError(
            f"--schema {place!r} is not of the form FILE.py:NAME or MODULE:NAME.",
            "Write it like --schema checks.py:ContactSheet.",
        )
    module = _module(source)
    value = getattr(module, name, None)
    if isinstance(value, DataFrameSchema):
        return value
    if isinstance(value, type) and issubclass(value, DataFrameModel):
        try:
            return value.to_schema()
        except Exception as error:  # noqa: BLE001 - a model is built from the user's annotations
            raise SchemaError(
                f"--schema: {name} in {source} is not a working model: {type(error).__name__}: {error}.",
                "Correct the model and run again.",
            ) from None

    if value is not None:
        trouble = f"{name} in {source} is of type {type(value).__name__}, not a pandera schema of a table."
    else:
        # The base class is imported into every module that has a model of its own.
        members = {key: member for key, member in vars(module).items() if member is not DataFrameModel}
        schemas = [
            key
            for key, member in members.items()
            if isinstance(member, DataFrameSchema) or (isinstance(member, type) and issubclass(member, DataFrameModel))
        ]
        hint = did_you_mean(name, schemas) or f" It has {', '.join(schemas) or 'no schema at all'}."
        trouble = f"{source} has no {name!r}.{hint}"
    raise SchemaError(f"--schema: {trouble}", "Name a pandera DataFrameSchema or DataFrameModel in it.")


def _module(source: str) -> ModuleType:
    """The module of a path or of a name, run."""
    path = file = Path(source)
    try:
        if path.suffix != ".py":
            # A command does not look for modules in the folder it is run from; people expect it to.
            file = Path(*source.split(".")).with_suffix(".py")
            if not file.is_file():
                return importlib.import_module(source)
        if not file.is_file():
            raise SchemaError(f"--schema: there is no file {file}.", "Check the path and run again.")

        name = f"_user_schema_{file.stem}"
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None  # noqa: S101 - a path that ends in .py always has a loader
        assert spec.loader is not None  # noqa: S101
        module = importlib.util.module_from_spec(spec)
        # A DataFrameModel under postponed annotations looks its own module up by name.
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module
    except SchemaError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code may raise anything
        raise SchemaError(
            f"--schema: {source} cannot be loaded: {_reason(error, path)}.",
            "Correct it and run again.",
        ) from None


def _reason(error: BaseException, path: Path) -> str:
    """What the user's module raised, in one line, with the line of their file where it came from."""
    if isinstance(error, SyntaxError) and error.lineno:
        return f"line {error.lineno}: {error.msg}"
    # The last line in their file: deeper ones are pandera's, earlier ones ours, and both would say nothing to them.
    lines = []
    trace = error.__traceback__
    while trace:
        if Path(trace.tb_frame.f_code.co_filename).name == path.name:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    where = f"line {lines[-1]}: " if lines else ""
    return f"{where}{type(error).__name__}: {error}".rstrip(": ")
