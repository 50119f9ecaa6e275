"""The questions that a sheet raises, one file a kind: what is asked, what speaks for which answer, and its options."""
