"""What is proposed for a column: by its header, by its values, by a preset."""
