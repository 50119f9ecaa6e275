"""The languages in which contact sheets come: one TOML file a language, and the names of the Unicode CLDR.

`words` reads the files, `cldr` knows months and countries. To add a language, add a file; what belongs to it stands in
`importer/README.md`.
"""
