"""The output folder: its files, their names, what a person edited in them, and the report page."""
