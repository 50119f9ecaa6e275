"""Characters: normal form, text guards, mojibake."""
