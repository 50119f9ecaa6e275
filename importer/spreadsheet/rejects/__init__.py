"""Back to the person: rejected rows in their own shape, ready to fix and feed in again."""
