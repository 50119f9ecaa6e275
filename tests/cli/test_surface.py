"""The edges of the surface that scripts rely on: what every command takes, and what stands in the wrong place."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Literal, get_args, get_origin
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from importer.cli.app import main
from importer.sandbox.options import Options, switches

if TYPE_CHECKING:
    from pathlib import Path

    from importer.sandbox import Sandbox
    from tests.cli.conftest import Command, Environment

KEY: Environment = {"OPENPHONE_API_KEY": "sandbox-key"}


@pytest.mark.parametrize("flag", ["-q", "--quiet", "-v", "--verbose"])
def test_global_flags_are_everywhere(command: Command, flag: str) -> None:
    """Also the commands that have nothing to keep quiet about take the global flags, before and after their name."""
    assert (command("schema", flag).code, command(flag, "schema").code) == (0, 0)


def test_a_quiet_sandbox_prints_its_address_alone(home: Path) -> None:
    """The address is the result on stdout; --quiet leaves out the advice, which never shows a key of one's own.

    --verbose tells of each request.
    """
    said_by = (
        (["-q", "--key", "of-my-own"], ""),
        (["--key", "of-my-own"], "OPENPHONE_API_KEY=... "),
        # A key that nobody gave is new each time, and known from here alone.
        (["-q"], "OPENPHONE_API_KEY=sandbox-"),
        (["-qv"], "GET /v1/contacts 401\n"),
    )
    for options, said in said_by:
        line = [sys.executable, "-m", "importer", "sandbox", *options]
        with subprocess.Popen(line, cwd=home, env={**os.environ}, stdout=-1, stderr=-1, text=True) as process:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            if "-qv" in options:
                with pytest.raises(HTTPError):
                    urlopen(f"{url}/v1/contacts")
            process.terminate()
            shown = process.communicate(timeout=60)[1]
        assert (said in shown, "of-my-own" in shown, bool(shown)) == (True, False, bool(said))


def test_every_switch_of_the_sandbox_is_a_flag(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What the sandbox can be told by a program it can be told on the command line, in the same words."""
    assert main(["sandbox", "--help"]) == 0
    shown = " ".join(re.sub("[│╭╰─]", " ", capsys.readouterr().out).split())
    given: list[str] = []
    for name, declared in switches().items():
        assert declared["flag"] in shown
        assert declared["help"].split(".")[0][:30] in shown
        assert Options(**{name: declared["default"]}) == Options()
        if declared["type"] not in (bool, tuple[str, ...]):
            choices = get_args(declared["type"]) if get_origin(declared["type"]) is Literal else ()
            given += [f"{declared['flag']}={choices[-1] if choices else declared['default']}"]
    # All of them are taken, and the sandbox starts with them as far as a port that is in use.
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["sandbox", "--port", str(taken.getsockname()[1]), "--retry-after", *given]) == 2
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["undo", "people.import", "more.import", "--sandbox"], "Unexpected argument 'more.import'."),
        (["--json", "run", "people.csv", "--sandbox"], "--json comes before the command"),
        (["sandbox", "--latency", "-5"], "--latency: -5.0"),
        (["run", "people.csv", "--sandbox", "--source", " "], "--source"),
    ],
)
def test_what_stands_in_the_wrong_place(command: Command, arguments: list[str], words: str) -> None:
    """A word too many, an option before the command, a value out of range: exit 2, and the message names it."""
    done = command(*arguments)
    assert (done.code, words in done.err, " next: " in done.err) == (2, True, True), done.err


def test_the_last_event_has_the_exit_code_of_the_process(command: Command) -> None:
    """Also of the demo, whose bad rows are meant."""
    done = command("demo", "--rate", "1000", "--json")
    assert (done.code, json.loads(done.out.splitlines()[-1])["exit_code"]) == (0, 0)


def test_check_with_a_key_takes_the_fields_of_that_key(command: Command, sandbox: Sandbox) -> None:
    """The last answer is kept per address and key: the fields of another workspace are not those of this one."""
    assert command("fields", "--base-url", sandbox.url, **KEY).code == 0
    keys: tuple[Environment, ...] = (KEY, {"OPENPHONE_API_KEY": "of-another-workspace"}, {})
    own, another, keyless = (command("check", "people.csv", "--base-url", sandbox.url, **key) for key in keys)
    assert "The custom fields of the workspace are not known yet" not in own.err
    assert "The custom fields of the workspace are not known yet" in another.err
    assert f"Using the custom fields that {sandbox.url} answered" in keyless.err
