"""The cleaning room: one pure function a kind of cell, and the sheet that applies them. Import its modules by name."""
