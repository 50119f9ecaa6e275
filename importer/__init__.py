"""Bring a sheet of contacts into an OpenPhone (Quo) workspace: each contact exactly once, every row accounted for."""
