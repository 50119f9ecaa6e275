"""The address of the service, the key, and who is notified: corrected as the error says, and everybody is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from importer import Job, Settings, run
from importer.errors import ImporterError, SettingsError

if TYPE_CHECKING:
    from tests.cli.next_steps.screen import Screen

# What is typed as --base-url, and what the error says; the address of the workspace is typed then.
ADDRESSES = [
    ("https://api.quo.com:key", "Give it as https://api.quo.com."),
    ("http://api.quo.com/v1", "Use https://api.quo.com."),
]


@pytest.mark.parametrize(("wrong", "said"), ADDRESSES)
def test_an_address_is_given_as_the_error_says(screen: Screen, wrong: str, said: str) -> None:
    """No request goes to a wrong address; what is proposed is an address, and that of the workspace reaches it."""
    assert screen.type("run", "people.csv", "--base-url", wrong, "--yes", "-q") == 2
    assert said in screen.text
    proposed = said.split()[-1].removesuffix(".")
    assert Settings(base_url=proposed).base_url == proposed
    assert screen.run() == 0
    assert screen.is_whole("Ann", "Bob", "Cy")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", r"Give the job one, as in Job\(\.\.\., key=SecretStr\('\.\.\.'\)\), or .* with Job\.from_env"),
        ("Bearer sandbox-key", "Give the key alone, as the app shows it"),
        ("sandbox-key sandbox-key", "Copy it again from the app's Settings > API, as one line"),
        ("sandbox-\nkey", "Copy it again from the app's Settings > API, as one line"),
    ],
)
def test_a_program_gives_the_key(screen: Screen, key: str, said: str) -> None:
    """A job whose key is none says so without repeating it; with the key, or the environment, everybody is there."""
    settings = Settings(base_url=screen.sandbox.url, rate=200, yes=True)
    with pytest.raises(ImporterError, match=said) as error:
        run(Job("people.csv", settings, key=SecretStr(key)))
    assert "sandbox-" not in str(error.value)
    run(Job("people.csv", settings, key=SecretStr("sandbox-key")))
    run(Job.from_env("people.csv", base_url=screen.sandbox.url, rate=200, yes=True))
    assert screen.is_whole("Ann", "Bob", "Cy")


@pytest.mark.parametrize("variable", ["ALL_PROXY", "SSL_CERT_FILE"])
def test_a_proxy_is_corrected(screen: Screen, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """A variable that cannot be used is among those that are to be corrected; without it the same command goes on."""
    # No proxy is asked for this computer by its usual names.
    line = ("run", "people.csv", "--base-url", screen.sandbox.url.replace("127.0.0.1", "0.0.0.0"), "--yes", "-q")
    monkeypatch.setenv(variable, "nowhere:at-all")
    assert screen.type(*line) == 2
    assert variable in screen.text.partition("next: Correct")[2]
    monkeypatch.delenv(variable)
    # The workspace is reached, which knows itself by its usual names alone.
    assert screen.type(*line) == 2
    assert "The sandbox answers only under" in screen.text
    assert screen.run() == 0
    assert screen.is_whole("Ann", "Bob", "Cy")


def test_who_is_notified_is_corrected_and_tested_again(screen: Screen) -> None:
    """A command that fails in the test is said, another is taken, and without the test it is told of the run."""
    assert screen.run("--on-finish", "false", "--notify-test") == 2
    assert "Correct the address or the command, and test again." in screen.text
    on_finish = ("--on-finish", "tee told.json")
    assert screen.run(*on_finish, "--notify-test") == 0
    assert "Next:    run without --notify-test" in screen.text
    assert screen.names() == []
    Path("told.json").unlink()
    assert screen.run(*on_finish) == 0
    assert screen.is_whole("Ann", "Bob", "Cy")
    assert json.loads(Path("told.json").read_text(encoding="utf-8"))["created"] == 3


def test_a_value_of_a_program_is_corrected(screen: Screen) -> None:
    """A wrong name or value in a program's settings, records or answer is corrected as its error says."""
    with pytest.raises(SettingsError, match="guide options lists them"):
        Settings(regoin="US")  # type: ignore[call-arg]
    assert screen.type("guide", "options") == 0
    assert "--region" in screen.text
    settings = Settings(base_url=screen.sandbox.url, rate=200, yes=True, out=Path("people.import"))
    with pytest.raises(SettingsError, match="Answer again"):
        settings.answered({"region": "USA"}, "answered")
    answered = settings.answered({"region": "US"}, "answered")
    mistaken: tuple[Any, ...] = ([None], [{"First Name": "Ann"}, 0], [{}, "Ann"])
    for wrong in mistaken:
        with pytest.raises(SettingsError, match="Give a list of dicts, a DataFrame, or the path of a file"):
            run(Job(wrong, answered, key=SecretStr("sandbox-key"), name="people"))
    run(Job([{"First Name": "Ann", "Phone": "4155550101"}], answered, key=SecretStr("sandbox-key"), name="people"))
    assert screen.names() == ["Ann"]
