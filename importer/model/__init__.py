"""The nouns that travel between the rooms, as frozen dataclasses.

    SourceTable -> SourceChunk -> NormalisedChunk -> ContactDraft -> Step -> Answer -> Outcome
                       ColumnMapping / Mapping            Problem at every stage

Nothing here imports another room, and pandas only where a DataFrame is asked for.
"""

from __future__ import annotations

from importer.model.delivery import (
    MOST_IDS,
    MOST_MIXED_UP,
    Accepted,
    Answer,
    ContactDraft,
    Event,
    Halt,
    NotSent,
    Organization,
    Outcome,
    RateBudget,
    Refused,
    Status,
    Unsure,
)
from importer.model.mapping import CallFlag, CallFlagKind, ColumnMapping, CustomField, FieldType, Fit, Mapping, Target
from importer.model.problem import MAYBE_HEADING, Problem, Reject, Severity
from importer.model.question import Choice, Question, QuestionKind
from importer.model.sheet import NormalisedChunk, ReadDecision, SourceChunk, SourceTable, column_names

__all__ = [
    "MAYBE_HEADING",
    "MOST_IDS",
    "MOST_MIXED_UP",
    "Accepted",
    "Answer",
    "CallFlag",
    "CallFlagKind",
    "Choice",
    "ColumnMapping",
    "ContactDraft",
    "CustomField",
    "Event",
    "FieldType",
    "Fit",
    "Halt",
    "Mapping",
    "NormalisedChunk",
    "NotSent",
    "Organization",
    "Outcome",
    "Problem",
    "Question",
    "QuestionKind",
    "RateBudget",
    "ReadDecision",
    "Refused",
    "Reject",
    "Severity",
    "SourceChunk",
    "SourceTable",
    "Status",
    "Target",
    "Unsure",
    "column_names",
]
