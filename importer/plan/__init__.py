"""What is to be done with a row, and with the contact found under its id: decided from plain data, nothing is sent."""

from importer.plan.change import Change, changes
from importer.plan.compare import Difference, Differences, compare, is_ours, is_stranger
from importer.plan.match import claimed, several
from importer.plan.meet import Meeting, meet, minded, person
from importer.plan.merge import merge
from importer.plan.policy import OnMatch, Policy, Rule, policy_of, read_rules, unknown_fields
from importer.plan.proof import Finding, Proof, prove
from importer.plan.step import Action, Known, State, Step, decide, decide_all, final_status
from importer.plan.trace import left, points, points_on, points_with, reached
from importer.plan.undo import Deed, Undoing, Verdict, judge_undo, restore, twins

__all__ = [
    "Action",
    "Change",
    "Deed",
    "Difference",
    "Differences",
    "Finding",
    "Known",
    "Meeting",
    "OnMatch",
    "Policy",
    "Proof",
    "Rule",
    "State",
    "Step",
    "Undoing",
    "Verdict",
    "changes",
    "claimed",
    "compare",
    "decide",
    "decide_all",
    "final_status",
    "is_ours",
    "is_stranger",
    "judge_undo",
    "left",
    "meet",
    "merge",
    "minded",
    "person",
    "points",
    "points_on",
    "points_with",
    "policy_of",
    "prove",
    "reached",
    "read_rules",
    "restore",
    "several",
    "twins",
    "unknown_fields",
]
