"""`openphone-import fleet ...`: many sheets into many workspaces."""

from importer.cli.commands.fleet import database, machine, workers
from importer.cli.commands.fleet.app import fleet

__all__ = ["database", "fleet", "machine", "workers"]
