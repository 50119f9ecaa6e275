"""The checks and the decision before the first write: guards, a saved plan, what is to be expected."""
