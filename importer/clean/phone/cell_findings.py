"""What is said of a phone cell: of extensions, of words beside numbers, and of what cannot be read."""

from __future__ import annotations

from importer.clean.finding import IF_SENT_BEFORE, CellFinding, bad, shown
from importer.languages.words import forbidden_beside
from importer.regex import regex

_DIGIT = regex(r"\d")


def extension_finding(extension: str, number: str) -> CellFinding:
    """The finding for an extension, which only the label of a number can hold."""
    what = f"The extension {extension} of {number} was put into its label, since a number cannot hold it."
    return CellFinding("phone-extension", what, "Nothing to do if that is right.")


def not_to_be_used(text: str) -> CellFinding:
    """The finding for a number with words that forbid it, such as "do not call"."""
    what = f"{shown(text.strip())} says {shown(forbidden_beside(_DIGIT.sub('', text)))}, so the number is left out."
    next_step = f"{IF_SENT_BEFORE}. To send it, take these words out of the cell and run again."
    return CellFinding("phone-forbidden", what, next_step)


def with_letters(text: str) -> CellFinding:
    """The finding for letters among the digits, which may be slips or a mask."""
    next_step = "Write the number in digits and run again."
    return bad("phone-letters", f"{shown(text)} has letters or masked digits in its number.", next_step)


def unclear(part: str) -> CellFinding:
    """The finding for digits that may be one number or several."""
    what = f"It is not clear which phone numbers {shown(part.strip())} holds."
    return bad(
        "phone-unclear", what, "Write each number whole, in a cell of its own or with ; between them, and run again."
    )


def no_area_code(number: str) -> CellFinding:
    """The finding for a number without the area code that another one of its cell has."""
    what = f"{shown(number)} has no area code, unlike the number beside it, so it is not sent."
    return bad("phone-no-area-code", what, "Write it with its area code and run again.")
