"""The journal in a Postgres database: one schema holds the journals of many workspaces (needs the extra `fleet`)."""

from importer.errors import SettingsError

INSTALL = 'Install it with pip install "openphone-import[fleet]" and run the command again.'

try:
    import psycopg as psycopg
except ImportError as error:
    raise SettingsError(
        "The journals of this fleet are in Postgres, and the package for Postgres is not installed.",
        INSTALL,
    ) from error
