"""The workspace at the other end: connection, custom fields, key, contacts read ahead."""
