"""`python -m importer`, and the entry point of the command `openphone-import`."""

from __future__ import annotations

import gc
import os
import sys

# The objects of a sheet form no cycles. Looking for cycles after every 700 new objects, Python's default, takes a
# seventh of the time.
_GARBAGE_COLLECTION_THRESHOLDS = (400_000, 10, 50)
_THREADS = "OPENBLAS_NUM_THREADS"


def main() -> None:
    """Run the command line and leave with its exit code."""
    from importer.cli.signals import early_signals

    early_signals.listen()
    _open_closed_streams()
    from importer.errors import Interrupted

    # What fails while an object is removed, such as a half made one where files have run out, changes nothing any more.
    sys.unraisablehook = lambda _: None
    gc.set_threshold(*_GARBAGE_COLLECTION_THRESHOLDS)
    # numpy's matrix library starts a thread for each processor, and nothing here uses matrices. Not set in
    # `os.environ`, which the command of `--on-finish` inherits: that one may use them.
    if _THREADS not in os.environ:
        os.putenv(_THREADS, "1")
    try:
        from importer.cli.app import main as run

        code = run()
    except BaseException as error:
        if not (early_signals.received or isinstance(error, KeyboardInterrupt)):
            raise
        # Pressed while the program was still loading, or once more while it was ending.
        stopped = Interrupted()
        sys.stderr.write(f"error: {stopped.message}\n next: {stopped.next_step}\n")
        code = stopped.exit_code
    # What could not be written stays in the stream, and Python would complain of it at its end, with its own exit code.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    # Python would look once more for cycles among all that is loaded, a tenth of the time of a small check, only to
    # give back memory that the system takes back anyway.
    gc.freeze()
    sys.exit(code)


def _open_closed_streams() -> None:
    """Have a stream that was closed (`>&-`, or a service of Windows) lead nowhere.

    Without one, Python has no object to write to, and the first file that is opened would take its number: what another
    program writes to the stream would go into the journal.
    """
    # In this order, since the system gives the lowest number that is free.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def leave_current_folder() -> None:
    """Look for no module in the current folder, which `python -m` puts first: a file there may be anybody's.

    Unless the program itself is there. The installed command never looks there.
    """
    # An empty path means the same folder, where that has been removed.
    folder = sys.path[0] or os.curdir
    program = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 (imports nothing)
    if not sys.flags.safe_path and os.path.abspath(folder) != program:  # noqa: PTH100
        del sys.path[0]


if __name__ == "__main__":
    leave_current_folder()
    main()
