"""What is to be done with a row, and with the contact found under its id: decided from plain data, nothing is sent."""

from importer.plan.change import FieldChange, changes
from importer.plan.compare import Difference, Differences, are_comparable, compare, is_ours, is_stranger
from importer.plan.fingerprint import (
    EDITED,
    contact_fingerprint,
    contact_points,
    point_fingerprints,
    points_on,
    points_with,
)
from importer.plan.later_id import id_kept, id_of_another, later_id, shown_id
from importer.plan.match import claimed, other_name, several, stranger
from importer.plan.merge import merge
from importer.plan.missing import kept_taken, missing_detail, missing_problem, mixed_up_problem
from importer.plan.person import person
from importer.plan.policy import OnMatch, Policy, Rule, policy_of, read_rules, unknown_fields
from importer.plan.resolve import Resolution, resolve, without_ignored
from importer.plan.row_step import Action, Known, RowStep, Seen, State
from importer.plan.step import NOT_THERE, SIGNS_OF_TWIN, asked, decide, decide_all, final_status
from importer.plan.storage import StorageDifference, is_whole, storage_differences
from importer.plan.undo import RecordedChange, UndoAction, UndoVerdict, judge_undo, restore, twins
from importer.plan.verify import VerifiedRow, VerifyResult, verify_row

__all__ = [
    "EDITED",
    "NOT_THERE",
    "SIGNS_OF_TWIN",
    "Action",
    "Difference",
    "Differences",
    "FieldChange",
    "Known",
    "OnMatch",
    "Policy",
    "RecordedChange",
    "Resolution",
    "RowStep",
    "Rule",
    "Seen",
    "State",
    "StorageDifference",
    "UndoAction",
    "UndoVerdict",
    "VerifiedRow",
    "VerifyResult",
    "are_comparable",
    "asked",
    "changes",
    "claimed",
    "compare",
    "contact_fingerprint",
    "contact_points",
    "decide",
    "decide_all",
    "final_status",
    "id_kept",
    "id_of_another",
    "is_ours",
    "is_stranger",
    "is_whole",
    "judge_undo",
    "kept_taken",
    "later_id",
    "merge",
    "missing_detail",
    "missing_problem",
    "mixed_up_problem",
    "other_name",
    "person",
    "point_fingerprints",
    "points_on",
    "points_with",
    "policy_of",
    "read_rules",
    "resolve",
    "restore",
    "several",
    "shown_id",
    "storage_differences",
    "stranger",
    "twins",
    "unknown_fields",
    "verify_row",
    "without_ignored",
]
