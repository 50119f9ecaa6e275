"""`python -m importer`, and the entry point of the command `openphone-import`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from importer.cli.app import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
