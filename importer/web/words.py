"""Fields and decisions of the reader in the words of the app and of an office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importer.errors import NothingMapped, ReadingUnclear
from importer.model.fields import ARRAYS, FIELDS
from importer.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importer.errors import ImporterError
    from importer.model import CustomField, ReadDecision, Status

FIELD_WORDS = {**{field.name: field.words for field in FIELDS}, "ignore": "Do not import"}
LABELS = {"phone": ("mobile", "work", "home", "main", "fax"), "email": ("work", "home")}
DECISION_WORDS = {
    "format": "Kind of file",
    "encoding": "Characters written as",
    "delimiter": "Columns separated by",
    "header row": "Column names in row",
    "sheet": "Sheet",
    "sheets not read": "Other sheets, not read",
    "date system": "Dates count from",
    "rows": "Rows",
    "left out": "Left out",
}
# Options that questions of the step Sheet fill; which column holds what is changed in the step Columns.
ANSWER_WORDS = {
    "region": "Country of numbers without a country code",
    "region_column": "Column with the country of each row",
    "date_order": "Order of dates",
    "list_separator": "Values in a cell are separated by",
    "only": "Only these rows are imported",
}
ORDER_WORDS = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}
STATUS_WORDS = {
    "created": "created",
    "updated": "updated",
    "unchanged": "there already",
    "skipped": "not a contact, or left alone",
    "duplicate": "repeats another row",
    "rejected": "to correct",
    "conflict": "to decide",
    "unfinished": "to import",
}

NO_HEADER = "It has no row of column names"
_CHOOSE_ROW = (
    f"In the step Sheet, click the number of the row that holds the column names, or choose “{NO_HEADER}”. If none of "
    "that fits, correct the sheet and give the page its new version."
)
_CHOOSE_SHEET = "In the step Sheet, choose the sheet that has the contacts."
_CHOOSE_FIELDS = (
    "Choose a field for the columns that hold your contacts. If the names of the columns are not the right ones, go "
    "back to the step Sheet."
)


# Options that the messages of the commands name, and what does the same on the page; "" where nothing does, or need be.
_PAGE_STEPS = {
    "region": "Write the number with + and its country code, or say in the step Sheet which country it is from.",
    "region-column": "Answer the question for the country in the step Sheet.",
    "phones": "",
    "map": "",
    "accept-changes": "",
    "hidden": "Say in the step Sheet whether hidden rows and columns are imported.",
    "sheet": "Another sheet can be chosen in the step Sheet.",
    "header-row": _CHOOSE_ROW,
    "on-match": "Say in the step Review what is done with contacts that differ from the sheet.",
    "date-order": "Answer the question for the dates in the step Sheet.",
    "list-separator": "Answer the question for the separator in the step Sheet.",
    "same-person": "Answer in the step Review.",
    "accept-new-rows": "Answer in the step Review.",
    "only": "Whether these rows are imported is asked in the step Sheet.",
}
_SENTENCE = regex(r"(?<=[.!?”)])\s+(?=[A-Z“])")
_OPTION = regex(r"(?<![\w-])--([a-z][a-z-]+)")
_AGAIN = regex(r",? and run again(?=\.)")
_SAME_COMMAND = regex(r"\b[Rr]un the same command again(?: to continue| to repeat it)?|(?<=then )run again")
_OTHER_FOLDER = regex(r"[,;]? or (?:give|choose) another folder with --out(?=\.)")
_FIELD_NAME = regex(rf"\b(?:{'|'.join(field.name for field in FIELDS if '_' in field.name)})\b")


def page_text(text: str) -> str:
    """A message of the commands for the page: sentences that name an option say what does the same here.

    Fields have the names of the page.

    >>> page_text("“12” has no country code. Give --region, or write it with +. Correct the cell and run again.")
    ... # doctest: +ELLIPSIS
    '“12” has no country code. Write the number with + and its country code, or say in ... Correct the cell.'
    """
    if "_" in text:
        text = _FIELD_NAME.sub(lambda match: FIELD_WORDS[match[0]].lower(), text)
    if "--" not in text and "run again" not in text:
        return text
    sentences = []
    for sentence in _SENTENCE.split(text):
        steps = [_PAGE_STEPS[name] for name in _OPTION.findall(sentence) if name in _PAGE_STEPS]
        sentences.append(steps[0] if steps else sentence)
    return _AGAIN.sub("", " ".join(dict.fromkeys(filter(None, sentences))))


def page_step(error: ImporterError, again: str = "try again") -> str:
    """The next step after an error: the command's own, where the page has no button or list that does the same.

    `again` is what a person does here in place of typing the same command once more.
    """
    if isinstance(error, NothingMapped):
        return _CHOOSE_FIELDS
    # A sheet that holds its names in two rows can only be corrected.
    if isinstance(error, ReadingUnclear) and "--" in error.next_step:
        return _CHOOSE_SHEET if "sheet" in error.preview else _CHOOSE_ROW
    return _done_here(error.next_step, again)


def _done_here(step: str, again: str) -> str:
    """The next step of a command without what is typed in a terminal alone.

    >>> _done_here("Stop it, then run again; or give another folder with --out.", "try again")
    'Stop it, then try again.'
    >>> _done_here("Run the same command again to continue; nothing is done twice.", "press Go on")
    'Press Go on; nothing is done twice.'
    """
    step = _SAME_COMMAND.sub(lambda match: again if match[0][0].islower() else again[0].upper() + again[1:], step)
    return _OTHER_FOLDER.sub("", step)


def field_choices(custom_fields: Iterable[CustomField], names: Sequence[str]) -> list[dict[str, str]]:
    """What a column can be mapped to: FIELD for `--map`, its words, and its group. `names` are all that there are."""
    choices = [{"value": "ignore", "label": FIELD_WORDS["ignore"], "group": ""}]
    for field in FIELDS:
        group = "Contact" if field.kind in ("text", "whole_name", "points") else "More"
        choices.append({"value": field.name, "label": FIELD_WORDS[field.name], "group": group})
        if field.name in ARRAYS:
            choices += [
                {"value": f"{field.name}:{label}", "label": f"{FIELD_WORDS[field.name]} ({label})", "group": "Contact"}
                for label in LABELS[field.name]
            ]
    custom = [name for name in names if name.startswith("custom:")]
    types = {f"custom:{key}": field.type.value for field in custom_fields for key in (field.name, field.key)}
    choices += [
        {
            "value": name,
            "label": name.removeprefix("custom:"),
            "group": "Your workspace's own fields",
            "type": types.get(name, ""),
        }
        for name in custom
    ]
    return choices


def decision_facts(decisions: Iterable[ReadDecision]) -> list[dict[str, str]]:
    """What the reader decided about a file, in words; what says nothing to a person is left out."""
    return [
        {"what": DECISION_WORDS[decision.what], "value": decision.value}
        for decision in decisions
        if decision.what in DECISION_WORDS
    ]


def count_facts(counts: Mapping[Status, int]) -> list[dict[str, Any]]:
    """How many rows end in each way, in words, without ways that no row ends in."""
    return [
        {"status": status.value, "words": STATUS_WORDS[status.value], "rows": number}
        for status, number in counts.items()
        if number
    ]
