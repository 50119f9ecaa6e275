"""Where our own package `schemas` is, which a project that uses the library may have one of the same name beside."""

from pathlib import Path

SCHEMAS_FOLDER = Path(__file__).resolve().parents[2] / "schemas"
