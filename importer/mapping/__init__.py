"""Columns find their fields, and rows become contacts."""
