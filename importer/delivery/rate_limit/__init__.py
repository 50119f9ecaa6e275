"""The pace of one key: permits, their arithmetic, the file that processes share."""
