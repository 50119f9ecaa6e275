"""Phone cells: repairs damage, removes words, splits and reads numbers (libphonenumber). Import modules by name."""
