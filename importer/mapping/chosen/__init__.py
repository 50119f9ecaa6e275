"""What a person chose: options, mapping.toml, its lock, the headers of a template."""
