"""vCards (2.1, 3.0, 4.0) as the rows of a sheet, and rows as vCards: each card is a row, its number the card's."""
