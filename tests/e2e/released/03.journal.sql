PRAGMA application_id=1330661706;
PRAGMA user_version=3;
BEGIN TRANSACTION;
CREATE TABLE contacts (
    external_id TEXT PRIMARY KEY, contact_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, digest TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL, created_run INTEGER, detail TEXT NOT NULL DEFAULT ''
, policy TEXT NOT NULL DEFAULT '', added TEXT NOT NULL DEFAULT '', left_as TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
INSERT INTO "contacts" VALUES('oi1-53w5qzin2i7isypgxdspmgjjza','79c08b3b2825aee9f5bc37bc','created','f0fbd869c1a777f2ac233072cb84becc',1795934015,1,0,1,1,'','','qIvI9gXntXLj7rLo','Td_OU7cpGT08aLeG');
INSERT INTO "contacts" VALUES('oi1-l2w3z2m7s22rffd2qqe56dxebe','9fa6b43382a9afc9ed4418d2','created','4f05936028af6a8d54a6c3a29d67b07e',1795934015,1,0,1,1,'','','nChm0okDPFh8mZaZ','VuZ4OK-X7-Vw1lSR');
INSERT INTO "contacts" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','f1f92d5ea98469fd09d55ce9','updated','d0601875cc9dd2978487e31c0069644c',1795934015,2,0,2,1,'','','RuKOvxfO','MhPqyiDJ3K_Hnx1J');
CREATE TABLE former (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, state TEXT NOT NULL,
    digest TEXT NOT NULL, created_run INTEGER, detail TEXT NOT NULL, policy TEXT NOT NULL, added TEXT NOT NULL,
    left_as TEXT NOT NULL, expected TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "former" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','f1f92d5ea98469fd09d55ce9','created','8eda8111ac469487affb8880ab34a31e',1,'','','RuKOvxfO','5Z2ait5WbQY6B5LI','MhPqyiDJ3K_Hnx1J');
CREATE TABLE images (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "images" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','f1f92d5ea98469fd09d55ce9','{"id": "f1f92d5ea98469fd09d55ce9", "externalId": "oi1-xfur6uokoqw3o62zkt4uidyzna", "source": "spreadsheet-import", "sourceUrl": null, "defaultFields": {"company": "Bolt", "firstName": "Cy", "lastName": "Dee", "role": null, "emails": [], "phoneNumbers": [{"name": "phone", "value": "+14155550103", "id": "090f8201ce12"}]}, "customFields": [], "createdAt": "2026-11-29T06:33:36.170Z", "updatedAt": "2026-11-29T06:33:36.170Z", "createdByUserId": "USmR7owner1"}');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('address','sandbox');
INSERT INTO "meta" VALUES('holder','{"pid": 1, "host": "office", "since": "2026-11-29 06:33 UTC"}');
INSERT INTO "meta" VALUES('key','fe842c0f2e79d1ec1f31339d93097be2');
INSERT INTO "meta" VALUES('salt','fdf5039a44a0d4c35a850c073a407c5c');
CREATE TABLE problems (
    number INTEGER PRIMARY KEY, row INTEGER, "column" TEXT, value TEXT NOT NULL, rule TEXT NOT NULL,
    severity TEXT NOT NULL, message TEXT NOT NULL
) STRICT;
INSERT INTO "problems" VALUES(1,6,'Phone','12','phone-short-code','error','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.');
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    contact_id TEXT NOT NULL, repeats INTEGER
) STRICT;
INSERT INTO "rows" VALUES(2,'oi1-l2w3z2m7s22rffd2qqe56dxebe','created','','9fa6b43382a9afc9ed4418d2',NULL);
INSERT INTO "rows" VALUES(3,'oi1-53w5qzin2i7isypgxdspmgjjza','created','','79c08b3b2825aee9f5bc37bc',NULL);
INSERT INTO "rows" VALUES(4,'oi1-xfur6uokoqw3o62zkt4uidyzna','updated','','f1f92d5ea98469fd09d55ce9',NULL);
INSERT INTO "rows" VALUES(5,'oi1-53w5qzin2i7isypgxdspmgjjza','duplicate','repeats row 3','',3);
INSERT INTO "rows" VALUES(6,'oir1-7q5qi7biavfuhbl7dwwrposydm','rejected','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.','',NULL);
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, counts TEXT, exit_code INTEGER
, stopped INTEGER) STRICT;
INSERT INTO "runs" VALUES(1,'20261129-063335-7f7e','run','/home/ann/people.csv',NULL,'2026-11-29T06:33:35+00:00','2026-11-29T06:33:36+00:00','{"region": "US", "sandbox": true, "out": "people.sandbox.import"}','{"created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0);
INSERT INTO "runs" VALUES(2,'20261129-063338-e6c1','run','/home/ann/people.csv',NULL,'2026-11-29T06:33:38+00:00','2026-11-29T06:33:39+00:00','{"region": "US", "sandbox": true, "on_match": "update", "out": "people.sandbox.import", "yes": true}','{"created": 2, "updated": 1, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0);
CREATE TABLE undone (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, action TEXT NOT NULL,
    result TEXT NOT NULL, reason TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_unswept ON contacts (external_id) WHERE unsure = 1;
CREATE INDEX problems_by_row ON problems (row);
COMMIT;
