"""`guide` shows the manual offline."""

from __future__ import annotations

import pytest

from importer.cli.app import main
from importer.guide import TOPICS
from tests.docs.pages import GUIDES


def test_every_page_is_a_topic() -> None:
    """Each file of the manual can be shown, and each topic has a file."""
    assert {guide.stem for guide in GUIDES} == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_shown(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`guide TOPIC` prints that page from its heading on, without the generator's marks."""
    assert main(["guide", topic]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# ")
    assert "<!--" not in shown


def test_topics_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a topic, each one is listed with the command that shows it."""
    assert main(["guide"]) == 0
    shown = capsys.readouterr().out
    assert [topic for topic in TOPICS if f"openphone-import guide {topic}" not in shown] == []


def test_an_unknown_topic_names_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    """A topic that does not exist exits with 2 and names those that do."""
    assert main(["guide", "phones"]) == 2
    assert "mapping, repeat, schedule" in capsys.readouterr().err
