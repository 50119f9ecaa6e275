"""A sheet on its way in: opened, mapped, cleaned, validated, and staged row by row."""
