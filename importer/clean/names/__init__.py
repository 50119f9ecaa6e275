"""Names of people: a cell, a full name split, the names of a row."""
