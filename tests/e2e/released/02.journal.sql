PRAGMA application_id=1330661706;
PRAGMA user_version=2;
BEGIN TRANSACTION;
CREATE TABLE contacts (
    external_id TEXT PRIMARY KEY, contact_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, digest TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL, created_run INTEGER, detail TEXT NOT NULL DEFAULT ''
, policy TEXT NOT NULL DEFAULT '', added TEXT NOT NULL DEFAULT '', left_as TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
INSERT INTO "contacts" VALUES('oi1-53w5qzin2i7isypgxdspmgjjza','f14b54d900215ce86c8ba4fe','created','f0fbd869c1a777f2ac233072cb84becc',1795933997,1,0,1,1,'','','qIvI9gXntXLj7rLo','Td_OU7cpGT08aLeG');
INSERT INTO "contacts" VALUES('oi1-l2w3z2m7s22rffd2qqe56dxebe','fa53bed02c53b58bb6d52c46','created','4f05936028af6a8d54a6c3a29d67b07e',1795933997,1,0,1,1,'','','nChm0okDPFh8mZaZ','VuZ4OK-X7-Vw1lSR');
INSERT INTO "contacts" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','fded17ae0942d5fc45090be2','updated','d0601875cc9dd2978487e31c0069644c',1795933997,2,0,2,1,'','','RuKOvxfO','MhPqyiDJ3K_Hnx1J');
CREATE TABLE images (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "images" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','fded17ae0942d5fc45090be2','{"id": "fded17ae0942d5fc45090be2", "externalId": "oi1-xfur6uokoqw3o62zkt4uidyzna", "source": "spreadsheet-import", "sourceUrl": null, "defaultFields": {"company": "Bolt", "firstName": "Cy", "lastName": "Dee", "role": null, "emails": [], "phoneNumbers": [{"name": "phone", "value": "+14155550103", "id": "0c096a6ee120"}]}, "customFields": [], "createdAt": "2026-11-29T06:33:18.619Z", "updatedAt": "2026-11-29T06:33:18.619Z", "createdByUserId": "USmR7owner1"}');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('address','sandbox');
INSERT INTO "meta" VALUES('holder','{"pid": 1, "host": "office", "since": "2026-11-29 06:33 UTC"}');
INSERT INTO "meta" VALUES('key','fa6c9907f4c60f29ec372d038f53bd97');
INSERT INTO "meta" VALUES('salt','95d35a029d184c6e9b5930e60bc001de');
CREATE TABLE problems (
    number INTEGER PRIMARY KEY, row INTEGER, "column" TEXT, value TEXT NOT NULL, rule TEXT NOT NULL,
    severity TEXT NOT NULL, message TEXT NOT NULL
) STRICT;
INSERT INTO "problems" VALUES(1,6,'Phone','12','phone-short-code','error','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.');
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    contact_id TEXT NOT NULL, repeats INTEGER
) STRICT;
INSERT INTO "rows" VALUES(2,'oi1-l2w3z2m7s22rffd2qqe56dxebe','created','','fa53bed02c53b58bb6d52c46',NULL);
INSERT INTO "rows" VALUES(3,'oi1-53w5qzin2i7isypgxdspmgjjza','created','','f14b54d900215ce86c8ba4fe',NULL);
INSERT INTO "rows" VALUES(4,'oi1-xfur6uokoqw3o62zkt4uidyzna','updated','','fded17ae0942d5fc45090be2',NULL);
INSERT INTO "rows" VALUES(5,'oi1-53w5qzin2i7isypgxdspmgjjza','duplicate','repeats row 3','',3);
INSERT INTO "rows" VALUES(6,'oir1-7q5qi7biavfuhbl7dwwrposydm','rejected','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.','',NULL);
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, counts TEXT, exit_code INTEGER
) STRICT;
INSERT INTO "runs" VALUES(1,'20261129-063317-05de','run','/home/ann/people.csv',NULL,'2026-11-29T06:33:17+00:00','2026-11-29T06:33:18+00:00','{"region": "US", "sandbox": true, "out": "people.sandbox.import"}','{"created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1);
INSERT INTO "runs" VALUES(2,'20261129-063322-c1e2','run','/home/ann/people.csv',NULL,'2026-11-29T06:33:22+00:00','2026-11-29T06:33:22+00:00','{"region": "US", "sandbox": true, "on_match": "update", "out": "people.sandbox.import", "yes": true}','{"created": 2, "updated": 1, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1);
CREATE INDEX contacts_unswept ON contacts (external_id) WHERE unsure = 1;
CREATE INDEX problems_by_row ON problems (row);
COMMIT;
