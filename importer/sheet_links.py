"""Links to sheets on the web that are no files: a Google Sheet is fetched as the CSV of one of its tabs."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from importer.regex import regex

# https://docs.google.com/spreadsheets/d/KEY/edit?gid=7#gid=7, with /u/1/ for a second account, /a/DOMAIN/ for an old
# company account, and /d/e/KEY/pubhtml for a sheet that is published on the web.
_PATH = regex(
    r"(?P<head>/(?:a/[^/]+/)?spreadsheets/)(?:u/\d+/)?d/(?P<published>e/)?(?P<key>[\w-]{8,})"
    r"(?:/(?P<page>edit|view|preview|htmlview|htmlembed|copy|pubhtml|pub|export)?)?/?\Z"
)
_FIRST_TAB = "0"
_SHOWN_CHARACTERS = 8
NOT_SHARED = (
    "In Google Sheets, choose Share > General access > Anyone with the link (as Viewer), or File > Download > "
    "Microsoft Excel (.xlsx) and import that file."
)
"""The next step for a sheet that is not open to everybody who has its link."""


@dataclass(frozen=True, slots=True)
class GoogleSheet:
    """A Google Sheet by its key and the id of a tab (`gid`), "" for the first; `address` gives the tab as CSV."""

    key: str
    gid: str
    address: str

    @property
    def stem(self) -> str:
        """A short name for the folder of its results, one for each tab."""
        tab = f"-{self.gid}" if self.gid not in ("", _FIRST_TAB) else ""
        return f"google-sheet-{self.key[-_SHOWN_CHARACTERS:]}{tab}"


def google_sheet(address: str) -> GoogleSheet | None:
    """Return the Google Sheet that an address is a link to, None for any other address.

    >>> google_sheet("https://docs.google.com/spreadsheets/d/1AbCdEfGh/edit#gid=7").address
    'https://docs.google.com/spreadsheets/d/1AbCdEfGh/export?format=csv&gid=7'
    """
    if not address.startswith(("https://", "http://")):
        return None
    parts = urlsplit(address)
    match = _PATH.match(parts.path)
    if match is None:
        return None
    query, anchor = parse_qs(parts.query), parse_qs(parts.fragment)
    # The part behind # is what the browser shows; a link that was copied may have kept an older one before it.
    gid = next(iter((*anchor.get("gid", ()), *query.get("gid", ()))), "")
    gid = gid if gid.isascii() and gid.isdigit() else ""
    tab = {"gid": gid} if gid else {}
    key = match["key"]
    if match["published"]:
        path, asked = f"{match['head']}d/e/{key}/pub", {"output": "csv", **({"single": "true"} if gid else {}), **tab}
    elif match["page"] in ("pub", "pubhtml"):
        path, asked = f"{match['head']}d/{key}/pub", {"output": "csv", **({"single": "true"} if gid else {}), **tab}
    else:
        path, asked = f"{match['head']}d/{key}/export", {"format": "csv", **tab}
    return GoogleSheet(key, gid, urlunsplit((parts.scheme, parts.netloc, path, urlencode(asked), "")))
