"""Looking back: earlier runs, the trace of one row, the bug report."""
