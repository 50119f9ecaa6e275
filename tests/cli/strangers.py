"""Files as a stranger could leave them: valid ones with something unexpected in them, or in their place."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Draw = Callable[[Any], Any]

PLANTED_HOST = "127.0.0.9"
"""An address of this computer that no command has a reason to connect to."""
SIZE_BYTES = 50_000_000
_TEXTS = (
    *(
        "",
        " ",
        "x",
        "\x00",
        "\x1b[31mred",
        "\u202e\u200b",
        "x" * 100_000,
        "9" * 5000,
        "1e999",
        "NaN",
        "null",
        "-",
        "#1",
    ),
    *("../../outside.txt", "/outside.txt", f"http://{PLANTED_HOST}:9/planted", "planted.py:Sheet", "touch ran"),
    *("=cmd|' /C touch ran'!A1", "$(touch ran)", "`touch ran`", "{0.__class__}", "{{7*7}}", "%s%n", "#" + "9" * 5000),
    *("2024-01-02", "0001-01-01T00:00:00"),
)
_NUMBERS = ("0", "-1", "1", "1.5", "1e999", "9" * 400, "9" * 5000, "true", "false")
_LISTS = ("[]", "[[]]", "[1]", '["x"]', "{}", "[" * 5000, "[" * 400 + "]" * 400, "[" + "1," * 100_000 + "1]")
TOML_VALUES = (
    *(json.dumps(text, ensure_ascii=False) for text in _TEXTS),
    *(*_NUMBERS, "inf", "-inf", "nan", "0x" + "f" * 5000, "2024-01-02", "2024-01-02T03:04:05Z", "00:00:01"),
    *(*_LISTS, "{ x = 1 }", '{ "" = "" }', "[{ x = 1 }]", "{ a = " * 300 + "1" + " }" * 300),
    *('"""\n', "'''x", "\\", '"\\ud800"', '"\ufeff"', "\x00", '["' + "x" * 200_000 + '"]'),
)
JSON_VALUES = (
    *(json.dumps(text) for text in _TEXTS),
    *(*_NUMBERS, "-1e999", "NaN", "Infinity", "null"),
    *(*_LISTS, '{"x": 1}', '{"": ""}', '[{"x": 1}]', "[null]", '{"a":' * 500 + "1" + "}" * 500),
    *('"', "\\", "\x00", '"\x00"', '"\\ud800"', '"\\udc00\\ud800"', '"\ufeff"'),
)
CELLS = (*_TEXTS, "-1", "0", "3", "9" * 20, "1.5", '"', "'=1+1", "a,b", "a\nb", "created", "new", "?x")
_NAMES = ("", "x", "__class__", "é", "name", "\u202e", "x" * 5000, "a.b", " ", "map", "values")
_FILLINGS = (b"#", b" ", b"x", b"[", b'"', b"\n", b",", b"\x00")

# The file as a whole: `data` is its content, `place` a place in it.
WHOLE: dict[str, Callable[[bytes, int], bytes]] = {
    "empty": lambda _, __: b"",
    "NUL": lambda data, place: data[:place] + b"\x00" + data[place:],
    "mark": lambda data, _: b"\xef\xbb\xbf" + data,
    "UTF-16": lambda data, _: data.decode("utf-8", "replace").encode("utf-16"),
    "UTF-32": lambda data, _: data.decode("utf-8", "replace").encode("utf-32"),
    "Latin-1": lambda data, place: data[:place] + b"\xe9\xff" + data[place:],
    "cut": lambda data, place: data[:place],
    "twice": lambda data, _: data + data,
    "another byte": lambda data, place: data[:place] + bytes([place % 256]) + data[place + 1 :],
    "nested": lambda _, place: (b"[", b'{"a":', b"a.", b"x = [", b"[[")[place % 5] * 50_000,
    "old line ends": lambda data, _: data.replace(b"\n", b"\r"),
    "packed": lambda data, _: b"\x1f\x8b\x08\x00" + data,
    "a picture": lambda data, _: b"\x89PNG\r\n\x1a\n" + data,
    "a line less": lambda data, place: _lines(data, place, 0),
    "a line twice": lambda data, place: _lines(data, place, 2),
    "long": lambda data, place: data + b"\n" + _FILLINGS[place % len(_FILLINGS)] * SIZE_BYTES,
}


def _lines(data: bytes, place: int, times: int) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    number = place % len(lines)
    return b"".join([*lines[:number], *[lines[number]] * times, *lines[number + 1 :]])


class Mutation(NamedTuple):
    """What is in place of a file (`file`, or one of `NODES`), what is in it, and how that was made."""

    node: str
    content: bytes
    made_by: str


@st.composite
def mutations(draw: Draw, valid: bytes, form: str, keys: tuple[str, ...] = ()) -> Mutation:
    """A valid file of a form (`toml json table text`) with one thing wrong; `keys` are those that a TOML file has."""
    kind = draw(st.sampled_from(["node", "whole", "whole", *["form"] * 5]))
    if kind == "node":
        node = draw(st.sampled_from(list(NODES)))
        return Mutation(node, b"", node)
    if kind == "whole" or form == "text":
        name = draw(st.sampled_from(list(WHOLE)))
        place = draw(st.integers(0, max(len(valid) - 1, 0)))
        return Mutation("file", WHOLE[name](valid, place), name)
    if form == "toml":
        return Mutation("file", _toml(valid, draw, keys), form)
    return Mutation("file", _json(valid, draw) if form == "json" else _table(valid, draw), form)


def _toml(valid: bytes, draw: Draw, keys: tuple[str, ...]) -> bytes:
    """One value replaced, or one key or table added at any place."""
    lines = valid.decode().split("\n")
    value = draw(st.sampled_from(TOML_VALUES))
    with_value = [number for number, line in enumerate(lines) if " = " in line]
    if with_value and draw(st.booleans()):
        number = draw(st.sampled_from(with_value))
        lines[number] = f"{lines[number].partition(' = ')[0]} = {value}"
    else:
        name = draw(st.sampled_from([*keys, *_NAMES]))
        name = name if re.fullmatch(r"[\w-]+", name, re.ASCII) else json.dumps(name)
        added = draw(st.sampled_from([f"{name} = {value}", f"[{name}]", f"[[{name}]]"]))
        lines.insert(draw(st.integers(0, len(lines))), added)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _json(valid: bytes, draw: Draw) -> bytes:
    """One value of a document, or of one of its lines, replaced, left out or renamed."""
    lines, number, ending = valid.decode().split("\n"), None, ""
    try:
        document = json.loads(valid)
    except ValueError:
        number = draw(st.integers(0, len(lines) - 1))
        ending = "," * lines[number].endswith(",")
        try:
            document = json.loads(lines[number].rstrip(","))
        except ValueError:
            document = None
    holder, key = draw(st.sampled_from(list(_places(document))))
    action = draw(st.sampled_from(["replace", "replace", "replace", "remove", "rename"]))
    mark = "\ufffemark\ufffe"
    if holder is None:
        document = mark
    elif action == "remove":
        del holder[key]
    elif action == "rename" and isinstance(holder, dict):
        holder[draw(st.sampled_from(_NAMES))] = holder.pop(key)
    else:
        holder[key] = mark
    value = draw(st.sampled_from(JSON_VALUES))
    changed = json.dumps(document, ensure_ascii=False).replace(json.dumps(mark, ensure_ascii=False), value)
    if number is not None:
        changed = "\n".join([*lines[:number], changed + ending, *lines[number + 1 :]])
    return changed.encode("utf-8", "surrogatepass")


def _places(value: Any, holder: Any = None, key: Any = None) -> Iterator[tuple[Any, Any]]:
    """Every value in a document, as what holds it and its key there."""
    yield holder, key
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, below in list(inner):
        yield from _places(below, value, name)


def _table(valid: bytes, draw: Draw) -> bytes:
    """One cell of a table replaced, a row too long, too short or twice, a column or a quote too many."""
    rows = list(csv.reader(io.StringIO(valid.decode("utf-8-sig"), newline=""))) or [[""]]
    row = rows[draw(st.integers(0, len(rows) - 1))]
    column = draw(st.integers(0, max(len(row) - 1, 0)))
    cell = draw(st.sampled_from(CELLS))
    action = draw(st.sampled_from(["cell", "cell", "cell", "long", "short", "again", "column", "quote"]))
    if action == "cell" and row:
        row[column] = cell
    elif action == "long":
        row += [cell] * draw(st.sampled_from([1, 50, 20_000]))
    elif action == "short":
        del row[column:]
    elif action == "again":
        rows.append(list(row))
    elif action == "column":
        rows = [cells[:column] + cells[column + 1 :] for cells in rows]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    text = stream.getvalue()
    middle = len(text) // 2
    return (f'{text[:middle]}"{text[middle:]}' if action == "quote" else text).encode("utf-8", "surrogatepass")


# What can be in place of a file: `path` does not exist.
NODES: dict[str, Callable[[Path], object]] = {
    "folder": lambda path: path.mkdir(),
    "pipe": lambda path: os.mkfifo(path),
    "device": lambda path: path.symlink_to("/dev/zero"),
    "link to nothing": lambda path: path.symlink_to("nowhere"),
    "circle": lambda path: path.symlink_to(path.name),
    "link to a file": lambda path: path.symlink_to(Path("outside.txt").resolve()),
    "nothing": lambda _: None,
}


def write_mutation(path: Path, mutation: Mutation) -> None:
    """Put it in place of a file in the current folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if mutation.node == "file":
        path.write_bytes(mutation.content)
    else:
        NODES[mutation.node](path)
