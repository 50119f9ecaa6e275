"""Words that mean something in a cell: months, countries, placeholders."""
