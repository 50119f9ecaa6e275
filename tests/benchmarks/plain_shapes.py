"""The plain script of the matrix: the same columns made into the same values, as a competent person writes it first.

    python tests/benchmarks/plain_shapes.py "one phone.csv"

It reads all cells as text and makes each column what `spec.json` beside it says, with the libraries that one takes for
it; what is not understood becomes "?", its row is left out, and the bodies of the others are made. It leaves out what
is easily forgotten: repairs, labels, companies among people, two numbers in a cell, equal rows, and a line for each
change.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

import nameparser
import pandas as pd
import pandera.pandas as pa
import phonenumbers
from email_validator import EmailNotValidError, validate_email

BOOLEANS = {"yes": "true", "no": "false", "": ""}
COUNTRIES = {
    "United States": "US",
    "Germany": "DE",
    "United Kingdom": "GB",
    "France": "FR",
    "Australia": "AU",
    "Spain": "ES",
}


def phone(text: str, region: str = "US") -> str:
    """E.164."""
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return "?"
    if not phonenumbers.is_valid_number(number):
        return "?"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """The normal form."""
    if not text:
        return ""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return "?"


def url(text: str) -> str:
    """The address itself if it has a scheme and a host."""
    parts = urlsplit(text)
    return text if not text or (parts.scheme and parts.netloc) else "?"


def name(text: str) -> str:
    """First and last name."""
    parsed = nameparser.HumanName(text)
    return f"{parsed.first} {parsed.last}"


def column(texts: pd.Series[str], kind: str, regions: pd.Series[str] | None) -> pd.Series[str]:
    """The values of a column."""
    if kind == "phone" and regions is not None:
        read = [phone(text, COUNTRIES.get(region, "US")) for text, region in zip(texts, regions, strict=True)]
        return pd.Series(read, index=texts.index)
    if kind == "number":
        numbers = pd.to_numeric(texts, errors="coerce")
        return numbers.map(str).where(numbers.notna() | (texts == ""), "?")
    if kind == "datetime":
        moments = pd.to_datetime(texts, errors="coerce", format="%Y-%m-%d %H:%M:%S")
        return moments.dt.strftime("%Y-%m-%dT%H:%M:%S.000Z").fillna("?")
    if kind == "boolean":
        return texts.str.lower().map(BOOLEANS).fillna("?")
    if kind == "list":
        return texts.map(lambda text: "|".join(part.strip() for part in text.split(";") if part.strip()))
    functions = {"phone": phone, "email": email, "url": url, "name": name}
    return texts.map(functions[kind]) if kind in functions else texts


def main() -> None:
    """Do it."""
    path = Path(sys.argv[1])
    spec: dict[str, str] = json.loads(path.with_name("spec.json").read_text(encoding="utf-8"))
    if path.suffix == ".xlsx":
        source = pd.read_excel(path, dtype=str, keep_default_na=False)
    else:
        encoding = "cp1252" if path.stem == "full names" else "utf-8"
        source = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
    frame = source[list(spec)].apply(lambda texts: texts.str.strip())
    regions = next((frame[header] for header, kind in spec.items() if kind == "region"), None)
    for header, kind in spec.items():
        frame[header] = column(frame[header], kind, regions)
    schema = pa.DataFrameSchema({header: pa.Column(str, pa.Check.ne("?")) for header in spec})
    bad = pd.Series(False, index=frame.index)
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        cases.to_csv(path.with_name("plain-problems.csv"), index=False)
        bad.loc[cases["index"].dropna().astype(int)] = True
        source[bad].to_csv(path.with_name("plain-rejects.csv"), index=False)
    bodies = [{key: value for key, value in record.items() if value} for record in frame[~bad].to_dict("records")]
    print(f"{len(frame)} rows = {len(bodies)} ready to send + {bad.sum()} rejected")


if __name__ == "__main__":
    main()
