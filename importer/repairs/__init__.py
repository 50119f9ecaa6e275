"""Bulk repairs: what was found wrong in many rows becomes one correction, which a person may take.

Each file makes repairs of one kind, as pure functions from a `RepairSheet` to `Repair`s.
"""
