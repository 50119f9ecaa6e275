PRAGMA application_id=1330661706;
PRAGMA user_version=7;
BEGIN TRANSACTION;
CREATE TABLE contacts (
    external_id TEXT PRIMARY KEY, contact_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, digest TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL, created_run INTEGER, detail TEXT NOT NULL DEFAULT ''
, policy TEXT NOT NULL DEFAULT '', added TEXT NOT NULL DEFAULT '', left_as TEXT NOT NULL DEFAULT '', made_run INTEGER, made_row INTEGER, made_at INTEGER, made_seconds INTEGER, cells INTEGER NOT NULL DEFAULT 0, identity INTEGER NOT NULL DEFAULT 0, facts BLOB, had_row INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
INSERT INTO "contacts" VALUES('oi1-l2w3z2m7s22rffd2qqe56dxebe','a595e0add9237615b25a0f17','created','4f05936028af6a8d54a6c3a29d67b07e',1795934057,1,0,1,1,'','','nChm0okDPFh8mZaZ','VuZ4OK-X7-Vw1lSR',1,2,1795934057,0,5985730151878068661,2026769761575658621,X'050101E079C658DF7DC020554B6907E9F905467703D1AACC57A21DCCDC14D7C9D8DD0776A60A4AD7363646C6E43D31240C6979D9975B6D34C9B22EB115E25544C0D1334DBB87C8BA6A1A74',1);
INSERT INTO "contacts" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','c3c070d4cfa7e43e4b6de5d8','updated','d0601875cc9dd2978487e31c0069644c',1795934057,2,0,2,1,'','','RuKOvxfO','MhPqyiDJ3K_Hnx1J',1,4,1795934057,0,4370157614877121054,5439597539727535168,X'0501004CF6E2A15F06037AB80FB70BDD5D36794FC34E25C85E6D74B5AC0781414BD1685D451EF312D9431DBC249AAB8B94DD0394FFAB49803B2F1BD208F643C591172F',1);
CREATE TABLE exchanges (
    external_id TEXT NOT NULL, run INTEGER NOT NULL, number INTEGER NOT NULL, row INTEGER NOT NULL,
    asked_at INTEGER NOT NULL, seconds INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT,
    PRIMARY KEY (external_id, run, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,0,4,1795934059,0,'find','found c3c070d4cfa7e43e4b6de5d8');
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,1,4,1795934059,0,'change','ok');
CREATE TABLE former (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, state TEXT NOT NULL,
    digest TEXT NOT NULL, created_run INTEGER, detail TEXT NOT NULL, policy TEXT NOT NULL, added TEXT NOT NULL,
    left_as TEXT NOT NULL, expected TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "former" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','c3c070d4cfa7e43e4b6de5d8','created','8eda8111ac469487affb8880ab34a31e',1,'','','RuKOvxfO','5Z2ait5WbQY6B5LI','MhPqyiDJ3K_Hnx1J');
CREATE TABLE images (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "images" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','c3c070d4cfa7e43e4b6de5d8','{"id": "c3c070d4cfa7e43e4b6de5d8", "externalId": "oi1-xfur6uokoqw3o62zkt4uidyzna", "source": "spreadsheet-import", "sourceUrl": null, "defaultFields": {"company": "Bolt", "firstName": "Cy", "lastName": "Dee", "role": null, "emails": [], "phoneNumbers": [{"name": "phone", "value": "+14155550103", "id": "f0b1c96e0092"}]}, "customFields": [], "createdAt": "2026-11-29T06:34:17.480Z", "updatedAt": "2026-11-29T06:34:17.480Z", "createdByUserId": "USmR7owner1"}');
CREATE TABLE known_by (
    external_id TEXT NOT NULL, kind TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (external_id, kind, mark)
) STRICT, WITHOUT ROWID;
INSERT INTO "known_by" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','cells','7080448418124708603');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('address','sandbox');
INSERT INTO "meta" VALUES('holder','{"pid": 1, "host": "office", "since": "2026-11-29 06:34 UTC"}');
INSERT INTO "meta" VALUES('key','eb03135a311f2fec540f5fb875fd4d02');
INSERT INTO "meta" VALUES('reading','{"date": "2026-11-29", "given": {"region": "US"}, "of_files": {}, "saved": {}}');
INSERT INTO "meta" VALUES('salt','55fe1c4cdae4ac4068e3f6325ad2a089');
INSERT INTO "meta" VALUES('source_read','spreadsheet-import');
CREATE TABLE problems (
    number INTEGER PRIMARY KEY, row INTEGER, "column" TEXT, value TEXT NOT NULL, rule TEXT NOT NULL,
    severity TEXT NOT NULL, message TEXT NOT NULL
, position INTEGER) STRICT;
INSERT INTO "problems" VALUES(1,6,'Phone','12','phone-short-code','error','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.',1);
INSERT INTO "problems" VALUES(2,3,NULL,'?oi1-53w5qzin2i7isypgxdspmgjjza','maybe-known','error','Row 3 may be the same person as row 5, which has the same name and a number of this row. Nothing was sent for it. If it is, remove the ? before the id in the column _external_id of the rejects file; if not, write new there; then run the rejects file. --same-person and --accept-new-rows answer for all such rows.',NULL);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    contact_id TEXT NOT NULL, repeats INTEGER
, way TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "rows" VALUES(2,'oi1-l2w3z2m7s22rffd2qqe56dxebe','created','','a595e0add9237615b25a0f17',NULL,'');
INSERT INTO "rows" VALUES(3,'?oi1-53w5qzin2i7isypgxdspmgjjza','conflict','may be row 5, which has the same name and a number of this row','',NULL,'');
INSERT INTO "rows" VALUES(4,'oi1-xfur6uokoqw3o62zkt4uidyzna','updated','','c3c070d4cfa7e43e4b6de5d8',NULL,'identity');
INSERT INTO "rows" VALUES(5,'oi1-53w5qzin2i7isypgxdspmgjjza','duplicate','repeats row 3','',3,'');
INSERT INTO "rows" VALUES(6,'oir1-7q5qi7biavfuhbl7dwwrposydm','rejected','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.','',NULL,'');
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, counts TEXT, exit_code INTEGER
, stopped INTEGER, facts TEXT NOT NULL DEFAULT '{}') STRICT;
INSERT INTO "runs" VALUES(1,'20261129-063417-7f3c','run','/home/ann/people.csv',NULL,'2026-11-29T06:34:17+00:00','2026-11-29T06:34:17+00:00','{"region": "US", "sandbox": true, "out": "people.sandbox.import"}','{"created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 1, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --out people.sandbox.import","rejects_line":"openphone-import run people.csv --sandbox --region US --out people.sandbox.import","given":"people.csv","digest":"d13ff21d793b88d3694376b3749fb0f0","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":4,"retries":0,"rate_limited":0,"seconds":0.419,"warnings":0,"rules":[["error","maybe-known",1],["error","phone-short-code",1]]}');
INSERT INTO "runs" VALUES(2,'20261129-063419-eaf1','run','/home/ann/people.csv',NULL,'2026-11-29T06:34:19+00:00','2026-11-29T06:34:19+00:00','{"region": "US", "sandbox": true, "on_match": "update", "out": "people.sandbox.import", "yes": true}','{"created": 1, "updated": 1, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 1, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --on-match update --out people.sandbox.import --yes","rejects_line":"openphone-import run people.csv --sandbox --region US --on-match update --out people.sandbox.import --yes","given":"people.csv","digest":"159e4e38ea2f050784418952fd7068b2","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":3,"retries":0,"rate_limited":0,"seconds":0.523,"warnings":0,"rules":[["error","maybe-known",1],["error","phone-short-code",1]]}');
CREATE TABLE undone (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, action TEXT NOT NULL,
    result TEXT NOT NULL, reason TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_unswept ON contacts (external_id) WHERE unsure = 1;
CREATE INDEX problems_by_row ON problems (row);
COMMIT;
