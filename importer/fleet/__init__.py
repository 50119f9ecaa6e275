"""Many sheets into many workspaces on one machine: what `fleet.toml` says, lanes that do it, and what they leave."""
