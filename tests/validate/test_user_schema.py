"""The user's own schema of the raw sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.pandas import Check, Column, DataFrameSchema

from importer.errors import SchemaError
from importer.model import Problem, Severity, SourceChunk
from importer.validate.loading import load_user_schema
from importer.validate.raw import sees_whole_sheet, validate_raw

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = ("Name", "Age", "Mail")
ROWS: dict[int, tuple[str, ...]] = {
    2: ("Ann", "30", "x@y.z"),
    3: ("Bob", "old", "b@y.z"),
    5: ("Cy", "-3", "x@y.z"),
    6: ("", "5", ""),
}


def chunk(rows: dict[int, tuple[str, ...]]) -> SourceChunk:
    return SourceChunk.of(pd.DataFrame(list(rows.values()), index=list(rows), dtype="str"), tuple(rows.values()))


def found(schema: DataFrameSchema, headers: tuple[str, ...] = HEADERS) -> list[tuple[int | None, str | None, str, str]]:
    problems = validate_raw(chunk(ROWS), headers, schema)
    return [(problem.row, problem.column, problem.value, problem.rule) for problem in problems]


def test_failures_are_rejects_with_row_column_value_and_the_users_words() -> None:
    """A failing cell is an error under the header as the person wrote it, with the words of their check."""
    schema = DataFrameSchema({"Name": Column(str, Check(lambda values: values != "", error="a name is needed"))})
    (problem,) = validate_raw(chunk(ROWS), HEADERS, schema)
    message = "Your schema: a name is needed. Correct the row, or the schema, and run again."
    assert problem == Problem(6, "Name", "", "schema-lambda", Severity.ERROR, message, 0)


def test_a_bad_cell_does_not_hide_the_others_under_coercion() -> None:
    """One age that is no number rejects its row; the other ages still meet the check, and their own text is told."""
    schema = DataFrameSchema({"Age": Column(float, Check.gt(0), coerce=True)})
    assert found(schema) == [(3, "Age", "old", "schema-type"), (5, "Age", "-3", "schema-greater-than")]


def test_coercion_changes_nothing_that_is_sent() -> None:
    """What the schema coerces, parses or overwrites is a copy."""

    def overwrites(values: pd.Series) -> pd.Series:
        values[:] = "zap"
        return values == "zap"

    schema = DataFrameSchema(
        {"Age": Column(str, parsers=pa.Parser(lambda values: values + "!")), "Name": Column(str, Check(overwrites))}
    )
    source = chunk(ROWS)
    validate_raw(source, HEADERS, schema)
    assert source.cells[0].tolist() == ["Ann", "Bob", "Cy", ""]
    assert source.cells[1].tolist() == ["30", "old", "-3", "5"]


def test_a_check_of_whole_rows_is_told_once_a_row() -> None:
    """A check over several columns gives one problem for each row."""
    schema = DataFrameSchema(checks=Check(lambda frame: frame["Name"] != frame["Mail"], error="name is mail"))
    assert found(schema) == [(6, None, "", "schema-lambda")]


def test_twin_and_empty_headers_have_names_of_their_own() -> None:
    """The second of twins is `Header#2`, a column without header `#N`; problems name them by number."""
    schema = DataFrameSchema({"Name#2": Column(str, Check.ne("old")), "#3": Column(str, Check.ne("b@y.z"))})
    assert found(schema, ("Name", "Name", "")) == [
        (3, "#2", "old", "schema-not-equal-to"),
        (3, "#3", "b@y.z", "schema-not-equal-to"),
    ]


def test_repeated_values_are_told_at_each_row() -> None:
    """Uniqueness fails at every row that shares the value."""
    assert [one[0] for one in found(DataFrameSchema({"Mail": Column(str, unique=True)}))] == [2, 5]


def test_rows_the_schema_would_drop_are_rejected() -> None:
    """drop_invalid_rows would lose rows in silence; here they are rejects like any other."""
    schema = DataFrameSchema({"Name": Column(str, Check.str_matches("^[A-Z]"))}, drop_invalid_rows=True)
    assert found(schema) == [(6, "Name", "", "schema-str-matches")]


def test_a_check_that_only_warns_gives_a_warning() -> None:
    """raise_warning=True does not reject the row, and is not lost on stderr either."""
    schema = DataFrameSchema({"Name": Column(str, Check.ne("Bob", raise_warning=True))})
    (problem,) = validate_raw(chunk(ROWS), HEADERS, schema)
    assert (problem.row, problem.severity) == (3, Severity.WARNING)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (DataFrameSchema({"Foo": Column(str), "Bar": Column(str)}), "Foo.*Bar"),
        (DataFrameSchema(strict=True), "Age"),
        (DataFrameSchema({"Age": Column(int)}), "Age: it is not a int64, it is str"),
        (DataFrameSchema({"Age": Column(str, Check.gt(0))}), "TypeError"),
        (DataFrameSchema({"Name": Column(str, Check(lambda values: 1 / 0))}), "ZeroDivisionError"),
        (DataFrameSchema({"Name": Column(str, Check(lambda values: False, error="never"))}), "never"),
        (DataFrameSchema({"Name": Column(str, parsers=pa.Parser(lambda values: 1 / 0))}), "ZeroDivisionError"),
    ],
)
def test_a_failure_without_a_row_stops_the_run(schema: DataFrameSchema, words: str) -> None:
    """Where a column is missing or a check cannot be run, no row was checked: nothing may be sent."""
    with pytest.raises(SchemaError, match=words) as caught:
        validate_raw(chunk(ROWS), HEADERS, schema)
    assert caught.value.next_step


def test_schemas_over_many_rows_are_known() -> None:
    """Uniqueness and checks of one's own look at the whole sheet; the built-in checks look at one cell."""
    own = Check(lambda values: values.duplicated())
    one_by_one = Check(str.isalpha, element_wise=True)
    whole = [
        DataFrameSchema({"Mail": Column(str, unique=True)}),
        DataFrameSchema(unique=["Mail"]),
        DataFrameSchema({"Mail": Column(str, own)}),
        DataFrameSchema(checks=own),
    ]
    assert all(map(sees_whole_sheet, whole))
    assert not sees_whole_sheet(DataFrameSchema({"Mail": Column(str, [Check.ne(""), one_by_one])}))


# ---------------------------------------------------------------------------------------------------- loading

GOOD = """
from __future__ import annotations
import pandera.pandas as pa

class Sheet(pa.DataFrameModel):
    Age: int = pa.Field(gt=0, coerce=True)

TABLE = pa.DataFrameSchema({"Age": pa.Column(str)})
NUMBER = 7
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "checks.py"
    path.write_text(GOOD)
    return path


@pytest.mark.parametrize("name", ["Sheet", "TABLE"])
def test_models_and_schemas_are_loaded_from_a_file(file: Path, name: str) -> None:
    """Both of pandera's ways to write a schema can be named."""
    schema = load_user_schema(f"{file}:{name}")
    assert isinstance(schema, DataFrameSchema)
    assert list(schema.columns) == ["Age"]


def test_modules_are_found_in_the_folder_and_on_the_path(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module is named without `.py`, be it beside where the command runs or installed."""
    monkeypatch.chdir(file.parent)
    assert isinstance(load_user_schema("checks:TABLE"), DataFrameSchema)
    with pytest.raises(SchemaError, match="function"):
        load_user_schema("schemas.contacts:contact_sheet")


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("checks.py", "FILE.py:NAME"),
        ("nowhere/checks.py:Sheet", "no file"),
        ("no_such_module_here:Sheet", "no_such_module_here"),
        ("{file}:Shet", "Did you mean 'Sheet'"),
        ("{file}:NUMBER", "int"),
    ],
)
def test_a_schema_that_is_not_there_is_told(file: Path, place: str, words: str) -> None:
    """A wrong place says what is wrong with it and what to do."""
    with pytest.raises(SchemaError, match=words) as caught:
        load_user_schema(place.format(file=file))
    assert caught.value.exit_code == 2
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("x = 1\ndef broken(:\n", "line 2"),
        ("x = 1\n\nboom = 1 / 0\n", "line 3: ZeroDivisionError"),
        ("import no_such_module_here\n", "no_such_module_here"),
        ("raise SystemExit(0)\n", "SystemExit"),
        ("import pandera.pandas as pa\nclass Sheet(pa.DataFrameModel):\n    a: 'NoSuchType'\n", "NoSuchType"),
    ],
)
def test_code_that_fails_is_told_in_one_line(tmp_path: Path, code: str, words: str) -> None:
    """A crash of the user's code is their line and the error, without a traceback."""
    path = tmp_path / "broken.py"
    path.write_text(code)
    with pytest.raises(SchemaError, match=words) as caught:
        load_user_schema(f"{path}:Sheet")
    assert "Traceback" not in str(caught.value)
    assert "\n" not in caught.value.message
