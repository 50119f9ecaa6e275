"""Workbooks: what is inside, which sheet, and its cells as text."""
