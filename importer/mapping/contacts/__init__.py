"""From cells to a contact: drafts, external ids, fingerprints, type checks."""
