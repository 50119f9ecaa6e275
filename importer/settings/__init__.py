"""Settings: the model, its sources and their order, validators."""
