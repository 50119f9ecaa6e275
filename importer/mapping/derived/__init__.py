"""Columns that are computed from others: recipes, templates, filters."""
