"""Many sheets into many workspaces: `fleet.toml`, lanes (processes that import), workers, and the results of all."""
