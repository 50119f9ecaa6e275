"""The report opens where that is asked for, and names of files are links where the terminal makes them."""

from __future__ import annotations

import io
import os
import pty
from typing import TYPE_CHECKING

import pytest

from importer.cli.terminal.links import folder_of_files, has_links, linked

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command


@pytest.mark.parametrize(
    ("arguments", "page"), [(("check",), "report.html"), (("run", "--sandbox", "--yes"), "report.html")]
)
def test_the_page_is_shown_where_that_is_asked_for(
    command: Command, home: Path, arguments: tuple[str, ...], page: str
) -> None:
    """--open hands the address of the page to the browser, once all is written; without a browser the file is named."""
    browser = home / "browser"
    browser.write_text('#!/bin/sh\nprintf "%s" "$1" > "$(dirname "$0")/opened"\n')
    browser.chmod(0o700)
    name, *options = arguments
    done = command(name, "people.csv", *options, "--open", "--out", "there", BROWSER=str(browser))
    assert done.code in (0, 1), done.err
    assert (home / "opened").read_text() == (home / "there" / page).absolute().as_uri()


@pytest.mark.parametrize(
    ("environment", "makes"),
    [
        ({"TERM": "xterm-256color", "VTE_VERSION": "7200"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "4800"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"WT_SESSION": "x"}, True),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM_PROGRAM": "iTerm.app", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb", "WT_SESSION": "x"}, False),
    ],
)
def test_only_terminals_that_make_links_get_them(environment: dict[str, str], makes: bool) -> None:
    """A terminal that is known to make links gets them; a file, a pipe and any other terminal never do."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb"), os.fdopen(theirs, "w") as terminal:
        assert has_links(terminal, environment) is makes
    assert not has_links(io.StringIO(), environment)


def test_a_link_is_the_name_with_its_address(tmp_path: Path) -> None:
    """Each file that is there is linked by its whole address, and what is shown stays the same."""
    folder = tmp_path / "my import"
    folder.mkdir()
    (folder / "report.html").touch()
    line = f"Files:   {folder}/  id_map.csv report.html"
    assert folder_of_files(line) == folder
    shown = linked("id_map.csv report.html", folder)
    address = f"{(folder / 'report.html').as_uri()}"
    assert shown == f"id_map.csv \x1b]8;;{address}\x1b\\report.html\x1b]8;;\x1b\\"
