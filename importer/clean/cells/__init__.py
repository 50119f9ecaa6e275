"""One cleaner a kind of cell: date, number, email, link and the others."""
