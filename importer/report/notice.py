"""What a notification says, and the shape in which each service takes it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from importer.errors import FINISHED
from importer.model import Status
from importer.text import counted, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_TEXT = 1500  # Discord takes 2,000 characters, the others more


@dataclass(frozen=True, slots=True)
class NoticeMessage:
    """One POST: where to, its body and the type of that."""

    url: str
    body: bytes
    content_type: str = "application/json"


def notice_text(document: Mapping[str, Any]) -> str:
    """Return in one sentence how a command ended, by the facts of its summary; no values of contacts."""
    if document.get("test"):
        return "openphone-import: this is a test. Messages about the end of a command will come here."
    file = shorten(public_address(str(document.get("file") or "")), 200)
    subject = f"openphone-import {document.get('command', '')}" + (f" of {file}" if file else "")
    code = document.get("exit_code")
    if code == 0:
        end = "finished"
    elif code == 1:
        end = "finished, with something for a person to look at"
    else:
        end = f"stopped early: {document['stopped']}" if document.get("stopped") else "stopped early"
    counts = [f"{document[status]:,} {status}" for status in Status if document.get(status)]
    rows = f" {counted(document['rows'], 'row')}: {', '.join(counts)}." if counts and document.get("rows") else ""
    return shorten(f"{subject}: {end} (exit code {code}).{rows}", _LONGEST_TEXT)


def notice_message(document: Mapping[str, Any], form: str, url: str) -> NoticeMessage:
    """Return the message that tells `url` how a command ended, as the service named by `form` takes it.

    `healthchecks` (healthchecks.io and others with its addresses) is told of a failure under `<url>/fail`.
    """
    text = notice_text(document)
    if form == "healthchecks":
        parts = urlsplit(url)
        if document.get("exit_code") not in FINISHED:
            parts = parts._replace(path=f"{parts.path.rstrip('/')}/fail")
        return NoticeMessage(urlunsplit(parts), text.encode("utf-8", "replace"), "text/plain; charset=utf-8")
    shaped: dict[str, Any]
    if form == "slack":
        # https://api.slack.com/reference/surfaces/formatting: a name such as <!channel> would call people.
        shaped = {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    elif form == "discord":
        shaped = {"content": text, "allowed_mentions": {"parse": []}}
    elif form == "teams":
        # An adaptive card is what the workflows of Teams take; the older connectors show the text.
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": [{"type": "TextBlock", "text": text, "wrap": True}],
        }
        attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        shaped = {"type": "message", "text": text, "attachments": [attachment]}
    else:
        shaped = {**document, "text": text}
    return NoticeMessage(url, json.dumps(shaped).encode())


def markdown_summary(document: Mapping[str, Any]) -> str:
    """Return the end of a command as Markdown: its sentence, and its figures as a table."""
    figures = [(status.value, document[status]) for status in Status if document.get(status)]
    sentence = re.sub(r"([\\`*_{}\[\]<>()#+!|])", r"\\\1", notice_text(document))
    table = "".join(f"| {name} | {count:,} |\n" for name, count in figures)
    return f"{sentence}\n\n" + (f"| rows | |\n|---|---:|\n{table}\n" if table else "")


def public_address(file: str) -> str:
    """Return the name of a sheet without what may be a secret where it is an address: user, password and query."""
    if "://" not in file:
        return file
    parts = urlsplit(file)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
