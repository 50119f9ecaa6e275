"""`python -m importer`, and the entry point of the command `openphone-import`."""

from __future__ import annotations

import gc
import os
import sys

# The objects of a sheet form no cycles. To look for some after every 700 of them, as Python does unasked, takes a
# seventh of the time.
_OBJECTS_BETWEEN_LOOKS = (400_000, 10, 50)
_THREADS = "OPENBLAS_NUM_THREADS"


def main() -> None:
    """Run the command line and leave with its exit code."""
    from importer.cli.alarm import alarm

    alarm.listen()
    gc.set_threshold(*_OBJECTS_BETWEEN_LOOKS)
    # numpy's library for matrices starts a thread for each processor, and here is no matrix. Not in `os.environ`, which
    # the command of `--on-finish` is given: it may have some.
    if _THREADS not in os.environ:
        os.putenv(_THREADS, "1")
    try:
        from importer.cli.app import main as run

        code = run()
    except BaseException as error:
        if not (alarm.rang or isinstance(error, KeyboardInterrupt)):
            raise
        # Pressed while the program was still loading, or once more while it said goodbye.
        sys.stderr.write("error: Stopped.\n next: Run the same command again to go on; nothing is done twice.\n")
        code = 3
    sys.exit(code)


if __name__ == "__main__":
    main()
