"""The columns that this program adds to a sheet: to the rejects that it hands back, and to files that are one sheet."""

ROW, COLUMN, PROBLEM, IDENTITY = "_row", "_column", "_problem", "_external_id"
REJECT_COLUMNS = (ROW, COLUMN, PROBLEM, IDENTITY)
"""Those of a rejects file, in their order; only ROW and IDENTITY are read back."""

NEW_PERSON = "new"
"""In place of an id in IDENTITY: the row is a person of its own."""
OPEN_QUESTION = "?"
"""Before an id in IDENTITY, while a person has to say whether the row is that contact; alone if there are several."""

FILE_COLUMN, FILE_ROW_COLUMN = "_file", "_file_row"
"""Those of a sheet of several files: the file of each row, and its number there."""

ADDED_COLUMNS = frozenset({*REJECT_COLUMNS, FILE_COLUMN, FILE_ROW_COLUMN})
