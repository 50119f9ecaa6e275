"""The journal in a Postgres database: one schema holds the journals of many workspaces (needs the extra `fleet`)."""
