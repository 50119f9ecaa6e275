"""Outcomes -> the files and lines a person reads: pure text, written atomically."""
