"""The log, the notifications and the statistics of a command."""
