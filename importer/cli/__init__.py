"""Commands, options, progress and exit codes: the only room that speaks to a terminal."""
