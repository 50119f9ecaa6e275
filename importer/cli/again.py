"""The command that goes on from here (see `importer.report.again`, which the page needs too)."""

from importer.report.again import repeated

__all__ = ["repeated"]
