"""The names of folders of results, and of files in them, that several rooms know."""

RESULTS, SANDBOX_RESULTS = ".import", ".sandbox.import"
"""The ends of the names of folders of results: of any, and of a rehearsal."""
RESULT_FOLDERS = f"*{RESULTS}"
MAPPING_FILE = "mapping.toml"
CORRECTIONS_FILE = "corrections.csv"
REJECTS_CSV, REJECTS_WORKBOOK, REJECTS_CARDS = "rejects.csv", "rejects.xlsx", "rejects.vcf"
REJECTS = (REJECTS_WORKBOOK, REJECTS_CARDS, REJECTS_CSV)
"""The files of rows to correct, that which is most like the person's own sheet first; the CSV is always there."""
