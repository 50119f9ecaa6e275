"""The manual as package data: one Markdown page a topic, readable offline and on the web."""

from __future__ import annotations

import re
from importlib import resources

# The order in which a newcomer needs them.
TOPICS = ("page", "sources", "mapping", "repeat", "schedule", "fleet", "trouble", "security", "options", "changes")


def page(topic: str) -> str:
    """Return the page of a topic of `TOPICS` as Markdown text, without the marks that only its generator needs."""
    text = resources.files(__package__).joinpath(f"{topic}.md").read_text("utf-8")
    return re.sub(r"<!--.*?-->\n+", "", text)


def title(topic: str) -> str:
    """Return the heading of a topic's page."""
    return page(topic).partition("\n")[0].removeprefix("# ")
