"""`[values]` and `only`: rows chosen and columns made before anything is cleaned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.errors import MappingError
from importer.mapping.chosen.overrides import apply_overrides
from importer.mapping.derived.apply import DerivedColumns, emptied
from importer.mapping.derived.bind import bind, bind_to_mapping, with_derived_columns
from importer.mapping.derived.recipe import Recipe, pieces_of, places_of
from importer.mapping.derived.template import TextTemplate
from importer.mapping.suggest.suggest import suggest
from importer.model import CustomField, FieldType, Fit, Mapping, NormalisedChunk, Problem, Severity, SourceChunk

if TYPE_CHECKING:
    from collections.abc import Sequence

CUSTOM = (CustomField("addr", "Address", FieldType.ADDRESS), CustomField("vip", "VIP", FieldType.BOOLEAN))


def chunk(rows: Sequence[Sequence[str]], problems: tuple[Problem, ...] = ()) -> SourceChunk:
    index = pd.Index(range(2, len(rows) + 2), name="row")
    frame = pd.DataFrame([list(row) for row in rows], index=index, dtype="str")
    return SourceChunk.of(frame, tuple(map(tuple, rows)), problems)


def planned(
    headers: Sequence[str], recipes: dict[str, Recipe], only: Sequence[str] = ()
) -> tuple[Mapping, DerivedColumns]:
    """As the pipeline does it: suggested, made columns given their fields, settled."""
    found = bind(headers, recipes, only, lambda *_: "")
    assert not found.mistakes
    mapping = apply_overrides(with_derived_columns(suggest(headers, CUSTOM), found), found.pairs, CUSTOM)
    return bind_to_mapping(mapping, found, CUSTOM, lambda *_: "")


def made(headers: Sequence[str], rows: Sequence[Sequence[str]], field: str, recipe: Recipe) -> list[str]:
    """The cells that the recipe of one field makes."""
    mapping, values = planned(headers, {field: recipe})
    column = next(one for one in mapping.mapped if one.position >= len(headers))
    assert column.target is not None
    assert column.target.name == field.partition(":mobile")[0]
    return list(values.apply(chunk(rows)).chunk.cells[column.position])


def mistake(headers: Sequence[str], recipes: dict[str, Recipe], only: Sequence[str] = ()) -> str:
    found = bind(headers, recipes, only, lambda *path: f"{'.'.join(path)}: ")
    return " ".join(found.mistakes)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (("1 Main St", "Springfield", "12345"), "1 Main St, Springfield 12345"),
        (("1 Main St", "", "12345"), "1 Main St 12345"),
        (("", "Springfield", " "), "Springfield"),
        (("", " ", ""), ""),
    ],
)
def test_a_template_leaves_no_stray_signs(row: tuple[str, ...], text: str) -> None:
    """An empty column takes the text before it along; where all are empty, so is the whole."""
    recipe = Recipe(template="{Street}, {City} {Zip}")
    assert made(["Street", "City", "Zip"], [row], "custom:Address", recipe) == [text]


def test_a_template_keeps_its_ends_and_doubled_braces() -> None:
    """What stands before the first and after the last column stays, and `{{` is a brace."""
    assert made(["ID"], [["7"], [""]], "external_id", Recipe(template="{{crm}}-{ID}!")) == ["{crm}-7!", ""]


def test_the_first_that_is_not_empty_counts() -> None:
    """`first` takes the first column with something in it, then the default."""
    recipe = Recipe(first=("Company", "Employer"), default="Private")
    rows = [["Acme", "Other"], ["", "Other"], [" ", ""]]
    assert made(["Company", "Employer"], rows, "company", recipe) == ["Acme", "Other", "Private"]


def test_words_map_whole_cells() -> None:
    """A value map takes whole cells, but for case and spaces; other cells stay as they are."""
    recipe = Recipe(column="VIP?", words={"Y": True, "N": False, "gold": "yes"})
    rows = [["Y"], [" n "], ["GOLD"], ["maybe"], [""]]
    assert made(["VIP?"], rows, "custom:VIP", recipe) == ["true", "false", "yes", "maybe", ""]


@pytest.mark.parametrize(
    ("part", "texts"),
    [(1, ["Ann", "Bo", ""]), (2, ["Mary", "", ""]), (-1, ["Lee", "Bo", ""]), ("2-", ["Mary Lee", "", ""])],
)
def test_a_part_of_a_cell(part: int | str, texts: list[str]) -> None:
    """`part` counts pieces from 1 or from the end, and `2-` takes all from the second on."""
    recipe = Recipe(column="Who", split=" ", part=part)
    assert made(["Who"], [["Ann  Mary Lee"], ["Bo"], [""]], "last_name", recipe) == texts


def test_what_no_part_takes_is_said() -> None:
    """A split never loses a piece in silence."""
    recipes = {
        "first_name": Recipe(column="Who", split=" ", part=1),
        "last_name": Recipe(column="Who", split=" ", part=2),
    }
    _, values = planned(["Who", "Phone"], recipes)
    problems = values.apply(chunk([["Ann Lee", "1"], ["Ann Mary Lee", "2"]])).chunk.problems
    assert [(one.row, one.column, one.rule) for one in problems] == [(3, "Who", "split-left-over")]
    assert "'Lee'" in problems[0].message


def test_a_recipe_without_a_source_takes_the_mapped_column() -> None:
    """A default or a value map alone is about the column that fills the field; its label and place stay."""
    mapping, values = planned(["Mobile Phone", "Company"], {"company": Recipe(default="Private")})
    assert [column.fit for column in mapping.columns] == [Fit.MAPPED, Fit.IGNORED, Fit.MAPPED]
    assert list(values.apply(chunk([["1", "Acme"], ["2", ""]])).chunk.cells[2]) == ["Acme", "Private"]


def test_a_default_of_a_field_without_a_column_is_a_constant() -> None:
    """Where no column fills the field, its default is in every row."""
    mapping, values = planned(["Phone"], {"company": Recipe(default="Private")})
    assert [one.target.name for one in mapping.mapped if one.target] == ["phone", "company"]
    assert list(values.apply(chunk([["1"], ["2"]])).chunk.cells[1]) == ["Private", "Private"]


def test_a_label_for_a_made_phone() -> None:
    """The field of a recipe is written as for `--map`, label included."""
    mapping, _ = planned(["A", "B"], {"phone:mobile": Recipe(first=("A", "B"))})
    target = mapping.columns[2].target
    assert target is not None
    assert (target.field, target.label) == ("phone", "mobile")


def test_a_made_field_is_taken_from_a_suggested_column() -> None:
    """A recipe is the person's word: a suggested column gives its field up, and a used one is not called unmapped."""
    mapping, _ = planned(["Company", "Brand"], {"company": Recipe(column="Brand")})
    assert [(one.fit, one.target.name if one.target else "") for one in mapping.columns] == [
        (Fit.UNMAPPED, ""),
        (Fit.IGNORED, ""),
        (Fit.MAPPED, "company"),
    ]


def test_a_field_from_two_places_is_refused() -> None:
    """A field that holds one value is not given to a column and to a recipe."""
    found = bind(["Company", "Brand"], {"company": Recipe(column="Brand")}, (), lambda *_: "")
    with pytest.raises(MappingError, match="all given to company"):
        apply_overrides(
            with_derived_columns(suggest(["Company", "Brand"]), found), [("Company", "company"), *found.pairs]
        )


@pytest.mark.parametrize(
    ("recipes", "only", "words"),
    [
        ({"company": Recipe(column="Compny")}, (), "Did you mean 'Company'"),
        ({"company": Recipe(template="{Compny}")}, (), "values.company: [values] company: The sheet has no column"),
        ({"company": Recipe(template="{Company")}, (), "without its partner"),
        ({"external_id": Recipe(constant=7)}, (), "same id"),
        ({}, ("Stats == active",), "Did you mean 'Status'"),
        ({}, ("Stats allows calls",), "Did you mean 'Status'"),
        ({}, ("Status",), "not a comparison"),
        ({}, ("Status = active",), "write =="),
        ({}, ("Status > active",), "number or a date"),
    ],
)
def test_what_does_not_fit_the_sheet_is_named(recipes: dict[str, Recipe], only: tuple[str, ...], words: str) -> None:
    """A missing column, a broken template and a broken comparison are told with their place."""
    assert words in mistake(["Company", "Status"], recipes, only)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"template": "a", "constant": 1},
        {"column": "A", "split": ","},
        {"column": "A", "split": "", "part": 1},
        {"column": "A", "split": ",", "part": 0},
        {"column": "A", "split": ",", "part": "two"},
        {"template": "{A}", "split": ",", "part": 1},
    ],
)
def test_a_recipe_whose_parts_do_not_fit_is_refused(parts: dict[str, object]) -> None:
    """A recipe that cannot be meant is refused when the settings are read."""
    with pytest.raises(ValueError, match=r"\w"):
        Recipe(**parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("only", "kept"),
    [
        (("Status == active",), [2, 3]),
        (('"Status" != "ACTIVE"',), [4, 5, 6]),
        (('Status == ""',), [5]),
        (("Age >= 18", "Status==active"), [2]),
        (("Since < 2021-01-01",), [2]),
        (("a=b == x",), [3]),
        (("Status allows calls",), [2, 3, 4, 5, 6]),
        (('"Opt Out"  ALLOWS Calls',), [2, 4]),
        (("#5 allows calls", "Status == active"), [2]),
    ],
)
def test_rows_are_chosen_by_comparison(only: tuple[str, ...], kept: list[int]) -> None:
    """`only` compares texts but for case and spaces, numbers and ISO dates; all comparisons must hold."""
    headers = ["Status", "Age", "Since", "a=b", "Opt Out"]
    rows = [
        ["active", "18", "2020-05-05", "", ""],
        [" Active", "17.5", "2021-01-01", "x", "x"],
        ["gone", "40", "2022-01-01", "", "No"],
        ["", "9", "", "", "2024-03-14"],
        ["lost", "3", "2023-01-01", "", "on the phone to Ann"],
    ]
    _, values = planned(headers, {}, only)
    found = values.apply(chunk(rows)).chunk
    assert found.cells.index.tolist() == kept
    assert len(found.originals) == len(kept)
    assert sorted([*kept, *(one.row or 0 for one in found.skipped)]) == [2, 3, 4, 5, 6]
    assert all(one.rule == "not-wanted" for one in found.skipped)


def test_a_row_that_cannot_be_compared_is_handed_back() -> None:
    """What is no number cannot be above one: the row is rejected, not skipped in silence."""
    _, values = planned(["Age"], {}, ("Age > 18",))
    found = values.apply(chunk([["19"], ["old"], [""]])).chunk
    assert found.cells.index.tolist() == [2, 3]
    assert [(one.row, one.rule, one.severity) for one in found.problems] == [(3, "only-unclear", Severity.ERROR)]


def test_a_row_read_with_an_error_is_not_skipped() -> None:
    """Where cells may have shifted nothing can be compared: the row stays and is rejected."""
    shifted = Problem(2, None, "", "extra-cells", Severity.ERROR, "Too many cells.")
    _, values = planned(["Status"], {}, ("Status == active",))
    assert values.apply(chunk([["gone"]], (shifted,))).chunk.cells.index.tolist() == [2]


def test_problems_speak_of_the_persons_column() -> None:
    """A problem of a made column names a column that is in the sheet, and how the value came to be."""
    mapping, values = planned(["Street", "City"], {"custom:Address": Recipe(template="{Street} {City}")})
    told = values.at_source(Problem(2, mapping.columns[2].header, "x", "rule", Severity.WARNING, "Bad.", 2))
    assert (told.column, told.position) == ("Street", 0)
    assert "'Street', 'City'" in told.message
    assert told.message.endswith("Bad.")


def test_a_constant_makes_nobody() -> None:
    """A row with nothing of its own is not made a contact by a constant or a default."""
    _, values = planned(["Name", "Phone"], {"company": Recipe(constant="Acme")})
    applied = values.apply(chunk([["-", ""], ["Ann", ""], ["-", "1"]]))

    def clean(one: SourceChunk) -> NormalisedChunk:
        """A name is kept beside something else only, as in the real cleaning."""
        columns = {"first_name": one.cells[0], "phone_1": one.cells[1], "company": one.cells[2]}
        frame = pd.DataFrame(columns)
        nobody = (frame["first_name"] == "-") & (frame["company"] == "") & (frame["phone_1"] == "")
        frame.loc[nobody, "first_name"] = ""
        said = tuple(Problem(int(row), None, "", "empty", Severity.WARNING, "") for row in frame.index[nobody])
        return NormalisedChunk.of(frame, said)

    done = emptied(clean(applied.chunk), applied, clean)
    assert done.frame["company"].tolist() == ["", "Acme", "Acme"]
    assert done.frame["first_name"].tolist() == ["", "Ann", "-"]
    assert [one.row for one in done.problems] == [2]


def test_nothing_to_do_changes_nothing() -> None:
    """Without [values] and `only` a chunk passes as it is."""
    _, values = planned(["Name"], {})
    one = chunk([["Ann"]])
    assert values.apply(one).chunk is one


@given(st.lists(st.text("ab ", min_size=0, max_size=4), min_size=3, max_size=3))
def test_a_template_holds_every_filled_cell(cells: list[str]) -> None:
    """Whatever is in the columns is in the text, in order, trimmed."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    assert TextTemplate.read("{A}|{B}|{C}").fill(cells) == "|".join(filled)


@given(st.text("ab, ", max_size=12), st.integers(1, 4))
def test_parts_and_the_rest_are_the_whole(text: str, count: int) -> None:
    """The first pieces and the rest together are all pieces, none twice."""
    pieces = pieces_of(text, ",")
    taken = [place for part in range(1, count) for place in places_of(part, len(pieces))]
    taken += places_of(f"{count}-", len(pieces))
    assert taken == list(range(len(pieces)))


def test_a_phone_that_a_recipe_takes_is_not_sent_twice() -> None:
    """The first of two phone columns is one phone: neither column is sent by itself; other columns stay as they are."""
    headers = ["First Name", "Phone", "Phone 2", "Email", "Cell"]
    mapping, values = planned(headers, {"phone:main": Recipe(first=("Phone", "Phone 2"))})
    assert [one.position for one in mapping.mapped] == [0, 3, 4, 5]
    assert {mapping.columns[n].reason for n in (1, 2)} == {"Used by [values] for phone:main."}
    cells = values.apply(
        chunk([("A", "", "+14155550102", "", ""), ("B", "+14155550101", "+14155550102", "", "")])
    ).chunk
    assert list(cells.cells[5]) == ["+14155550102", "+14155550101"]


@pytest.mark.parametrize("recipe", [Recipe(template="crm"), Recipe(constant=7)])
def test_one_id_for_every_row_is_a_mistake(recipe: Recipe) -> None:
    """An external id without a column would make one contact of the whole sheet."""
    assert "every row the same id" in mistake(["ID"], {"external_id": recipe})
