"""What is to be done with a row, and with the contact found under its id: decided from plain data, nothing is sent."""

from importer.plan.compare import Difference, Differences, compare, is_ours, is_stranger
from importer.plan.meet import Meeting, meet
from importer.plan.merge import merge
from importer.plan.step import Action, Known, OnMatch, State, Step, decide, decide_all

__all__ = [
    "Action",
    "Difference",
    "Differences",
    "Known",
    "Meeting",
    "OnMatch",
    "State",
    "Step",
    "compare",
    "decide",
    "decide_all",
    "is_ours",
    "is_stranger",
    "meet",
    "merge",
]
