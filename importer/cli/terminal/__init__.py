"""The terminal: screen, progress, keys, questions, the mapping editor."""
