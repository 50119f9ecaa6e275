"""Clean contacts as files for other programs: a text file, a workbook, or vCards."""
