"""Phone cells: repairs damage, removes words, splits numbers, reads them with libphonenumber. Import modules by name."""
