"""The tables, as numbered migrations: `MIGRATIONS[n]` brings a journal of version n to n + 1."""

from __future__ import annotations

APPLICATION_ID = 0x4F50494A  # "OPIJ": what SQLite files of this program start with

# A million rows must stay under 400 bytes each: whatever is only needed while a run lasts
# (bodies, the rows met so far) lives in the scratch database.
_FIRST = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, counts TEXT, exit_code INTEGER
) STRICT;
CREATE TABLE contacts (
    external_id TEXT PRIMARY KEY, contact_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, digest TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL, created_run INTEGER, detail TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_unswept ON contacts (external_id) WHERE unsure = 1;
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    contact_id TEXT NOT NULL, repeats INTEGER
) STRICT;
CREATE TABLE problems (
    number INTEGER PRIMARY KEY, row INTEGER, "column" TEXT, value TEXT NOT NULL, rule TEXT NOT NULL,
    severity TEXT NOT NULL, message TEXT NOT NULL
) STRICT;
CREATE INDEX problems_by_row ON problems (row);
CREATE TABLE images (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
"""

# policy: under which on-match rules a contact that differs was met; added, left_as: see importer.plan.fingerprint.
_TRACES = """
ALTER TABLE contacts ADD COLUMN policy TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN added TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN left_as TEXT NOT NULL DEFAULT '';
"""

# stopped: the run ended before it had reached its rows, so that the next one goes on with it. former: what was known of
# a contact before a run changed it (state "" for nothing), and how the change will leave it. undone: what became of
# each contact of a run that was taken back; run is the first of a run and its resumes, was the state before.
_UNDO = """
ALTER TABLE runs ADD COLUMN stopped INTEGER;
CREATE TABLE former (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, state TEXT NOT NULL,
    digest TEXT NOT NULL, created_run INTEGER, detail TEXT NOT NULL, policy TEXT NOT NULL, added TEXT NOT NULL,
    left_as TEXT NOT NULL, expected TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE undone (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, action TEXT NOT NULL,
    result TEXT NOT NULL, reason TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
"""

# exchanges: a request about a row and the service's answer (NULL: none was received); row is its number in the sheet of
# that run. facts: how a run was started and what it found, as JSON, since rows and problems are the latest run's.
_STORY = """
CREATE TABLE exchanges (
    external_id TEXT NOT NULL, run INTEGER NOT NULL, number INTEGER NOT NULL, row INTEGER NOT NULL,
    asked_at INTEGER NOT NULL, seconds INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT,
    PRIMARY KEY (external_id, run, number)
) STRICT, WITHOUT ROWID;
ALTER TABLE runs ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
"""

# The first exchange of nearly every contact is that it was created without trouble. The contact's own line holds it in
# 15 bytes (the run, the row of its sheet, when it was sent and how long it took); a line of `exchanges` takes 60.
_MADE = """
ALTER TABLE contacts ADD COLUMN made_run INTEGER;
ALTER TABLE contacts ADD COLUMN made_row INTEGER;
ALTER TABLE contacts ADD COLUMN made_at INTEGER;
ALTER TABLE contacts ADD COLUMN made_seconds INTEGER;
"""

# position: the column (from 0) that a problem is about, since two columns may look alike by name.
_POSITIONS = "ALTER TABLE problems ADD COLUMN position INTEGER;"

# By what each contact was ever known (see `importer.identity`): the marks of its latest row beside the contact, since
# nearly every row is found by them, and all former ones in a table of their own, which stays small. had_row: a row of
# the last run was its own. way: by what the row was recognised.
_PEOPLE = """
ALTER TABLE contacts ADD COLUMN cells INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN identity INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN facts BLOB;
ALTER TABLE contacts ADD COLUMN had_row INTEGER NOT NULL DEFAULT 0;
CREATE TABLE known_by (
    external_id TEXT NOT NULL, kind TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (external_id, kind, mark)
) STRICT, WITHOUT ROWID;
ALTER TABLE rows ADD COLUMN way TEXT NOT NULL DEFAULT '';
UPDATE contacts SET had_row = 1 WHERE contact_id <> '' AND external_id IN (SELECT external_id FROM rows);
"""

# returned: the rows that were handed back to the person, as JSON, with the mark of their cells in the sheet; torn: they
# were rejected for how the file is written. corrections: the marks of the lines of corrections.csv that this journal
# wrote, or that a person accepted.
_RETURNED = """
CREATE TABLE returned (
    row INTEGER PRIMARY KEY, mark INTEGER NOT NULL, cells TEXT NOT NULL, torn INTEGER NOT NULL
) STRICT;
CREATE TABLE corrections (mark INTEGER PRIMARY KEY) STRICT;
"""

# checksum: of external_id and contact_id (see `checksum.py`).
_CHECKSUMS = "ALTER TABLE contacts ADD COLUMN checksum INTEGER;"

# id_at_service: the external id that the contact was given later, '' while it has the one that it was made with, which
# stays its key in every table (see `importer.plan.later_id`). given_id: the one that a change was to give it, or ''.
_LATER_IDS = """
ALTER TABLE contacts ADD COLUMN id_at_service TEXT NOT NULL DEFAULT '';
ALTER TABLE former ADD COLUMN id_at_service TEXT NOT NULL DEFAULT '';
ALTER TABLE former ADD COLUMN given_id TEXT NOT NULL DEFAULT '';
CREATE INDEX contacts_at_service ON contacts (id_at_service) WHERE id_at_service <> '';
"""

# joins: what `dedupe` did to each contact; before: the contact as it was, as JSON; expected: its fingerprint after the
# change, "" for a deleted one. result, reason: how undoing it ended; remade_id: the contact that was made for a deleted
# one, remade_at: when that was sent.
# sheet_files: where the sheet is made of several files, above which row number the rows of each begin.
_JOINS_AND_FILES = """
CREATE TABLE joins (
    run INTEGER NOT NULL, contact_id TEXT NOT NULL, kept_id TEXT NOT NULL, before TEXT NOT NULL, expected TEXT NOT NULL,
    state TEXT NOT NULL, result TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
    remade_id TEXT NOT NULL DEFAULT '', remade_at INTEGER, PRIMARY KEY (run, contact_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE sheet_files (start INTEGER PRIMARY KEY, file TEXT NOT NULL) STRICT;
"""

# read_mark: of the row that the contact was last read from (see `unchanged.py`).
_READ_MARKS = "ALTER TABLE contacts ADD COLUMN read_mark TEXT NOT NULL DEFAULT '';"

MIGRATIONS: tuple[str, ...] = (
    _FIRST,
    _TRACES,
    _UNDO,
    _STORY,
    _MADE,
    _POSITIONS,
    _PEOPLE,
    _RETURNED,
    _CHECKSUMS,
    _LATER_IDS,
    _JOINS_AND_FILES,
    _READ_MARKS,
)
VERSION = len(MIGRATIONS)
CHECKSUMS = MIGRATIONS.index(_CHECKSUMS) + 1
"""The version whose migration also fills the checksums, which SQL alone cannot compute."""

# people: every row of the sheet by what it is known, `external_id` as the sheet alone gives it; `body` where it may be
# decided again; `is_same` where it is as it was last read, so that the contact of its own id is there with its cells;
# `withheld` are the phones that it is known by and that are not sent.
# part: the rows of a run that reads only some rows of the sheet. recognised: the rows whose contact was
# found. reading: the good rows of the sheet as they were read. same: those of a chunk that are as they were last read.
# settled: the kinds of contacts for whose rows nothing is to be done as long as these are unchanged. seen: the first
# row of each external id; its digest is '' where that is its contact's.
SCRATCH = """
CREATE TABLE scratch.people (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, cells INTEGER NOT NULL, identity INTEGER NOT NULL,
    stated TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL, clears TEXT NOT NULL, body TEXT NOT NULL,
    is_same INTEGER NOT NULL DEFAULT 0, withheld TEXT NOT NULL DEFAULT ''
);
CREATE TABLE scratch.part (row INTEGER PRIMARY KEY);
CREATE TABLE scratch.reading (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, mark TEXT NOT NULL, cells INTEGER NOT NULL,
    is_alone INTEGER NOT NULL
);
CREATE TABLE scratch.same (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, digest TEXT NOT NULL, cells INTEGER NOT NULL,
    identity INTEGER NOT NULL, raw_cells INTEGER NOT NULL, status TEXT NOT NULL, contact_id TEXT NOT NULL
);
CREATE TABLE scratch.settled (
    state TEXT NOT NULL, policy TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (state, policy)
) WITHOUT ROWID;
CREATE TABLE scratch.recognised (row INTEGER PRIMARY KEY, external_id TEXT NOT NULL UNIQUE, way TEXT NOT NULL);
CREATE TABLE scratch.seen (
    external_id TEXT PRIMARY KEY, row INTEGER NOT NULL, digest TEXT NOT NULL, cells INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE scratch.queue (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, digest TEXT NOT NULL, action TEXT NOT NULL, body TEXT NOT NULL,
    clears TEXT NOT NULL DEFAULT '[]', link TEXT NOT NULL DEFAULT '', expected TEXT, done INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE scratch.there (contact_id TEXT PRIMARY KEY, external_id TEXT, contact TEXT NOT NULL);
CREATE INDEX scratch.there_by_external_id ON there (external_id);
CREATE TABLE scratch.reach (
    point TEXT NOT NULL, contact_id TEXT NOT NULL, PRIMARY KEY (point, contact_id)
) WITHOUT ROWID;
CREATE TABLE scratch.undo_changes (external_id TEXT PRIMARY KEY, restores INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE scratch.claims (contact_id TEXT PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE scratch.planned (
    row INTEGER PRIMARY KEY, action TEXT NOT NULL, seen_as TEXT NOT NULL, changes TEXT NOT NULL
);
"""
