"""The loop that sends rows, reconciles what is unsure, and stops in good order."""
