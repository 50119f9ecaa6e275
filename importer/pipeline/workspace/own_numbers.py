"""The workspace's own phone numbers: they suggest the country of its contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.api.workspace import own_numbers
from importer.model import QuestionKind
from importer.model.question import ABOUT_COUNTRY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importer.model import Question
    from importer.pipeline.workspace.connection import Connection

_SHOWN_BY_NUMBERS = (*ABOUT_COUNTRY, QuestionKind.DATE_ORDER)


async def numbers_for(questions: Iterable[Question], connection: Connection) -> tuple[str, ...]:
    """Return the numbers in E.164 if one of the questions is about countries; none if the service does not say them."""
    if not any(question.kind in _SHOWN_BY_NUMBERS for question in questions):
        return ()
    return await own_numbers(connection.api)
