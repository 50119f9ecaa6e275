"""The normalised contact sheet: what every row must be before it may become a contact.

Built for one workspace, because its custom fields are part of the sheet. The words a person reads when a cell fails
stand here, beside the rule: `Check.name` is the rule's slug, `Check.error` the message with the next step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pandera.pandas import Check, Column, DataFrameSchema

from schemas import form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    Test = Callable[[pd.Series], pd.Series]

_PLAIN = ("identity", "external_id", "first_name", "last_name", "company", "role")
FIXED = (*_PLAIN, "source_url", "created_by")
"""The columns of every normalised sheet, whatever is mapped."""
_TYPES: dict[str, tuple[Test, str, str]] = {
    "address": (form.text, "bad-text", "This text holds control characters."),
    "boolean": (form.boolean, "bad-boolean", "This is neither true nor false."),
    "date": (form.date_time, "bad-date", "This is no date that exists."),
    "multi-select": (form.choices, "bad-choices", "This is no list of options."),
    "number": (form.number, "bad-number", "This is no number."),
    "string": (form.text, "bad-text", "This text holds control characters."),
    "url": (form.web_address, "bad-url", "This is no web address."),
}
_AGAIN = "Correct the cell and run again."
_NOBODY = "The row has no name, no company, no phone and no email. Fill in one of them and run again."


def contact_sheet(custom_fields: Iterable[tuple[str, str]] = ()) -> DataFrameSchema:
    """The schema of the normalised sheet of a workspace with these custom fields, given as (key, type).

    Columns are text, "" where empty: `identity external_id first_name last_name company role source_url created_by`, of
    which all but `first_name` may be left out, since an empty cell of them breaks no rule; any number of `phone_N
    phone_N_label email_N email_N_label`, and `custom:<key>` where mapped. External ids may be of any length here, since
    longer ones are hashed when they are sent. A type unknown to this program is taken as text.
    """
    columns = {
        name: _column(form.text, "bad-text", "This text holds control characters.", required=name == "first_name")
        for name in _PLAIN
    }
    columns["source_url"] = _column(
        form.source_url, "bad-source-url", "This is no web address of at most 200 plain characters."
    )
    columns["created_by"] = _column(form.creator, "bad-creator", "This is no email address and no user id (US...).")
    columns[r"^phone_\d+$"] = _column(form.phone, "bad-phone", "This is no phone number in E.164.", regex=True)
    columns[r"^email_\d+$"] = _column(form.email, "bad-email", "This is no email address.", regex=True)
    columns[r"^(?:phone|email)_\d+_label$"] = _column(
        form.text, "bad-text", "This label holds control characters.", regex=True
    )
    for key, kind in custom_fields:
        columns[f"custom:{key}"] = _column(*_TYPES.get(kind, _TYPES["string"]))
    return DataFrameSchema(columns, checks=[Check(_is_somebody, name="empty-contact", error=_NOBODY)])


def _column(test: Test, rule: str, message: str, *, regex: bool = False, required: bool = False) -> Column:
    check = Check(test, name=rule, error=f"{message} {_AGAIN}")
    return Column(None, check, regex=regex, required=required)


def _is_somebody(frame: pd.DataFrame) -> pd.Series:
    there = frame["first_name"] != ""
    for name in frame.columns:
        if name in ("last_name", "company") or (name.startswith(("phone_", "email_")) and not name.endswith("_label")):
            there = there | (frame[name] != "")
    return there
