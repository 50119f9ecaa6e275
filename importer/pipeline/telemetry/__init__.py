"""What is told about a command while it runs: log, notification, statistics."""
