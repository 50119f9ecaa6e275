"""From a plan to outcomes, exactly once: the journal, the pace, and the loop that reconciles."""
