"""The normalised contact sheet: what every row must be before it can become a contact.

It is built for one workspace, since custom fields are part of it. The message for a cell that fails is beside the rule:
`Check.name` is the slug of the rule, `Check.error` the message with the next step.
"""

from __future__ import annotations

import re
from operator import not_
from typing import TYPE_CHECKING

from . import form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from pandera.pandas import DataFrameSchema

_PLAIN = ("identity", "external_id", "first_name", "last_name", "company", "role")
FIXED = (*_PLAIN, "source_url", "created_by")
"""The columns of every normalised sheet, whatever is mapped."""
_TYPES: dict[str, tuple[form.Form, str, str]] = {
    "address": (form.text, "bad-text", "The text contains control characters."),
    "boolean": (form.boolean, "bad-boolean", "The value is neither true nor false."),
    "date": (form.date_time, "bad-date", "The date does not exist."),
    "multi-select": (form.choices, "bad-choices", "The value is not a list of options."),
    "number": (form.number, "bad-number", "The value is not a number."),
    "string": (form.text, "bad-text", "The text contains control characters."),
    "url": (form.web_address, "bad-url", "The value is not a web address."),
}
_NEXT_STEP = "Correct the cell and run again."
_EMPTY = "The row has no name, company, phone or email. Fill in one of them and run again."


def contact_sheet(custom_fields: Iterable[tuple[str, str]] = ()) -> DataFrameSchema:
    """Return the schema of the normalised sheet of a workspace with these custom fields, given as (key, type).

    Columns are text, "" where empty: `identity external_id first_name last_name company role source_url created_by`, of
    which all but `first_name` can be left out, since an empty cell of them breaks no rule; any number of `phone_N
    phone_N_label email_N email_N_label`, and `custom:<key>` where mapped. External ids can have any length here, since
    longer ones are hashed when they are sent. A type unknown to this program is taken as text.
    """
    # Imported here because both take most of a second to load, and of most sheets one look shows that they are valid.
    from pandera.pandas import Check, Column, DataFrameSchema

    columns = {
        name: Column(
            None,
            Check(test, name=rule, error=f"{message} {_NEXT_STEP}"),
            regex=name.startswith("^"),
            # The check of whole rows needs one column that is always there.
            required=name == "first_name",
        )
        for name, (test, rule, message) in _tests(custom_fields).items()
    }
    return DataFrameSchema(columns, checks=[Check(_has_contact, name="empty-contact", error=_EMPTY)])


def _tests(custom_fields: Iterable[tuple[str, str]]) -> dict[str, tuple[form.Form, str, str]]:
    """The test, the rule and the message of each column, by its name or a pattern that begins with ^."""
    tests = dict.fromkeys(_PLAIN, _TYPES["string"])
    tests |= {
        "source_url": (
            form.source_url,
            "bad-source-url",
            "The value is not a web address of at most 200 plain characters.",
        ),
        "created_by": (form.creator, "bad-creator", "The value is neither an email address nor a user id (US...)."),
        r"^phone_\d+$": (
            form.phone,
            "bad-phone",
            "The value is not a phone number in E.164 form, such as +14155550101.",
        ),
        r"^email_\d+$": (form.email, "bad-email", "The value is not an email address."),
        r"^(?:phone|email)_\d+_label$": (form.text, "bad-text", "The label contains control characters."),
    }
    return tests | {f"custom:{key}": _TYPES.get(kind, _TYPES["string"]) for key, kind in custom_fields}


def surely_valid(columns: Mapping[str, Sequence[str]], custom_fields: Iterable[tuple[str, str]] = ()) -> set[str]:
    """Return the names of columns all of whose cells surely meet the schema of `contact_sheet`."""
    valid: set[str] = set()
    for pattern, (test, _, _) in _tests(custom_fields).items():
        is_pattern = pattern.startswith("^")
        names = [name for name in columns if (re.match(pattern, name) if is_pattern else name == pattern)]
        valid.update(name for name in names if test.takes_all(columns[name]))
    return valid


def telling_columns(names: Iterable[str]) -> list[str]:
    """Return those of some columns in which a text makes a row a contact, `first_name` in front."""
    # A role, an id or a label alone is not someone to call.
    others = [
        name
        for name in names
        if name in ("last_name", "company") or (name.startswith(("phone_", "email_")) and not name.endswith("_label"))
    ]
    return ["first_name", *others]


def may_be_empty(columns: Mapping[str, Sequence[str]]) -> list[bool]:
    """Return which rows fail the check of whole rows, as far as one look shows."""
    # Nearly every sheet has a first name in each row.
    if all(columns["first_name"]):
        return [False] * len(columns["first_name"])
    return list(map(not_, map(any, zip(*(columns[name] for name in telling_columns(columns)), strict=True))))


def _has_contact(frame: pd.DataFrame) -> pd.Series:
    first, *others = telling_columns(frame.columns)
    filled = frame[first] != ""
    for name in others:
        filled = filled | (frame[name] != "")
    return filled
