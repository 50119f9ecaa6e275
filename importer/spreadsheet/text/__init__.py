"""Text sheets: which encoding, which delimiter, and records in which no line is lost."""
