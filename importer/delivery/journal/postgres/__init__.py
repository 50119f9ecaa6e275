"""The journal in a Postgres database: one schema holds the journals of many workspaces (needs the extra `fleet`)."""

from importer.errors import SettingsError

try:
    import psycopg as psycopg
except ImportError as error:
    raise SettingsError(
        "The journals of this fleet are in Postgres, which this installation cannot speak to.",
        'Install what that needs with pip install "openphone-import[fleet]" and run the command again.',
    ) from error
