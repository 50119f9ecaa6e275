"""Phone cells: damage undone, words cut, numbers told apart, each read by libphonenumber. Import modules by name."""
