"""The plain script that `check` is held against: the same work, column by column with pandas, as one writes it first.

    python tests/benchmarks/plain.py people.csv

It reads all cells as text, turns phones into E.164 and emails into their normal form with the libraries, dates and
booleans into what the API takes, validates the whole with pandera, makes the bodies of all good rows, and writes
problems.csv and rejects.csv beside the sheet.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import phonenumbers
from email_validator import EmailNotValidError, validate_email

PHONES = {"Mobile Phone": "mobile", "Work Phone": "work"}
BOOLEANS = {"yes": "true", "no": "false", "": ""}
SCHEMA = pa.DataFrameSchema(
    {
        **{name: pa.Column(str, pa.Check.str_matches(r"^(\+[1-9]\d{6,14})?$")) for name in PHONES},
        "Email": pa.Column(str, pa.Check.str_matches(r"^([^@\s]+@[^@\s]+)?$")),
        "First Name": pa.Column(str, pa.Check.str_length(max_value=255)),
        "Last Name": pa.Column(str, pa.Check.str_length(max_value=255)),
        "Company": pa.Column(str, pa.Check.str_length(max_value=255)),
        "Job Title": pa.Column(str, pa.Check.str_length(max_value=255)),
        "Customer No": pa.Column(str, pa.Check.str_length(1, 75), unique=True),
        "Customer Since": pa.Column(str, pa.Check.str_matches(r"^(\d{4}-\d\d-\d\d)?$")),
        "VIP": pa.Column(str, pa.Check.isin(["true", "false", ""])),
    }
)


def phone(text: str) -> str:
    """E.164, or "?" for what is no number."""
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return "?"
    if not phonenumbers.is_valid_number(number):
        return "?"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """The normal form, or "?" for what is no address."""
    if not text:
        return ""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return "?"


def body(record: dict[str, str]) -> dict[str, Any]:
    """What the API takes for one row."""
    fields: dict[str, Any] = {
        "firstName": record["First Name"],
        "lastName": record["Last Name"],
        "company": record["Company"],
        "role": record["Job Title"],
        "emails": [{"name": "email", "value": record["Email"]}] if record["Email"] else [],
        "phoneNumbers": [{"name": label, "value": record[name]} for name, label in PHONES.items() if record[name]],
    }
    custom = [
        {"key": "lead", "value": record["Lead Source"]},
        {"key": "since", "value": record["Customer Since"] + "T00:00:00.000Z"},
        {"key": "vip", "value": record["VIP"] == "true"},
    ]
    return {
        "defaultFields": {name: value for name, value in fields.items() if value},
        "customFields": custom,
        "source": "plain",
        "externalId": record["Customer No"],
    }


def main() -> None:
    """Do it."""
    path = Path(sys.argv[1])
    source = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame = source.apply(lambda column: column.str.strip())
    for name in PHONES:
        frame[name] = frame[name].map(phone)
    frame["Email"] = frame["Email"].map(email)
    dates = pd.to_datetime(frame["Customer Since"], format="%Y-%m-%d", errors="coerce")
    frame["Customer Since"] = dates.dt.strftime("%Y-%m-%d").fillna("")
    frame["VIP"] = frame["VIP"].str.lower().map(BOOLEANS).fillna("?")
    bad = pd.Series(False, index=frame.index)
    try:
        SCHEMA.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        cases.to_csv(path.with_name("plain-problems.csv"), index=False)
        bad.loc[cases["index"].dropna().astype(int)] = True
        source[bad].to_csv(path.with_name("plain-rejects.csv"), index=False)
    bodies = [body(record) for record in frame[~bad].to_dict("records")]
    print(f"{len(frame)} rows = {len(bodies)} ready to send + {bad.sum()} rejected")


if __name__ == "__main__":
    main()
