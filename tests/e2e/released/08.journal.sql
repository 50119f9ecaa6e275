PRAGMA application_id=1330661706;
PRAGMA user_version=8;
BEGIN TRANSACTION;
CREATE TABLE contacts (
    external_id TEXT PRIMARY KEY, contact_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, digest TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL, created_run INTEGER, detail TEXT NOT NULL DEFAULT ''
, policy TEXT NOT NULL DEFAULT '', added TEXT NOT NULL DEFAULT '', left_as TEXT NOT NULL DEFAULT '', made_run INTEGER, made_row INTEGER, made_at INTEGER, made_seconds INTEGER, cells INTEGER NOT NULL DEFAULT 0, identity INTEGER NOT NULL DEFAULT 0, facts BLOB, had_row INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
INSERT INTO "contacts" VALUES('oi1-53w5qzin2i7isypgxdspmgjjza','5d12961d509bdfded60a1716','created','f0fbd869c1a777f2ac233072cb84becc',1795934067,1,0,1,1,'','','qIvI9gXntXLj7rLo','Td_OU7cpGT08aLeG',1,3,1795934067,0,9145918728833254047,7483366452250163793,X'0501012B89FF73775B640414289FF49A5A3B24320D4732373B36568A9CE9AE3DD92D3CDCDB74931359A371A75553AD8922DB2F8E02E66E8CC24A4D640A66B61A4C2E06D5B112FFBFBF3F0A',1);
INSERT INTO "contacts" VALUES('oi1-l2w3z2m7s22rffd2qqe56dxebe','ffdb84421fcf07edd2bae7a5','created','4f05936028af6a8d54a6c3a29d67b07e',1795934067,1,0,1,1,'','','nChm0okDPFh8mZaZ','VuZ4OK-X7-Vw1lSR',1,2,1795934067,0,2136227402683454755,5104825412522180305,X'05010159EE038836A37F02F18B9EAA80246C6737175411161A483F23082E990C67CB2A1FDEC8B179DC8248D1DA6BF8E28E2B64154933BA319FC9112B5FAE248C5F263B1658F219C15F0A6A',1);
INSERT INTO "contacts" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','a84ec36a8bd612d0d3a527df','updated','d0601875cc9dd2978487e31c0069644c',1795934067,2,0,2,1,'','','RuKOvxfO','MhPqyiDJ3K_Hnx1J',1,4,1795934067,0,3501707140227903262,2163472003645520950,X'050100CA15C4708383CC47282EC3EA96996F366462F500CB4C963B4F98A131E42B5A1CABF32C17FDD32E10D9F27B2E308C3435260B300BE644DA64FED33CA4DD6C6173',1);
CREATE TABLE corrections (mark INTEGER PRIMARY KEY) STRICT;
CREATE TABLE exchanges (
    external_id TEXT NOT NULL, run INTEGER NOT NULL, number INTEGER NOT NULL, row INTEGER NOT NULL,
    asked_at INTEGER NOT NULL, seconds INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT,
    PRIMARY KEY (external_id, run, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,0,4,1795934069,0,'find','found a84ec36a8bd612d0d3a527df');
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,1,4,1795934069,0,'change','ok');
CREATE TABLE former (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, state TEXT NOT NULL,
    digest TEXT NOT NULL, created_run INTEGER, detail TEXT NOT NULL, policy TEXT NOT NULL, added TEXT NOT NULL,
    left_as TEXT NOT NULL, expected TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "former" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','a84ec36a8bd612d0d3a527df','created','8eda8111ac469487affb8880ab34a31e',1,'','','RuKOvxfO','5Z2ait5WbQY6B5LI','MhPqyiDJ3K_Hnx1J');
CREATE TABLE images (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "images" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','a84ec36a8bd612d0d3a527df','{"id": "a84ec36a8bd612d0d3a527df", "externalId": "oi1-xfur6uokoqw3o62zkt4uidyzna", "source": "spreadsheet-import", "sourceUrl": null, "defaultFields": {"company": "Bolt", "firstName": "Cy", "lastName": "Dee", "role": null, "emails": [], "phoneNumbers": [{"name": "phone", "value": "+14155550103", "id": "70066a23ceb4"}]}, "customFields": [], "createdAt": "2026-11-29T06:34:27.612Z", "updatedAt": "2026-11-29T06:34:27.612Z", "createdByUserId": "USmR7owner1"}');
CREATE TABLE known_by (
    external_id TEXT NOT NULL, kind TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (external_id, kind, mark)
) STRICT, WITHOUT ROWID;
INSERT INTO "known_by" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','cells','4228672851088377309');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('address','sandbox');
INSERT INTO "meta" VALUES('holder','{"pid": 1, "host": "office", "since": "2026-11-29 06:34 UTC"}');
INSERT INTO "meta" VALUES('key','76ebf44ed59eec340edc9bcd10967175');
INSERT INTO "meta" VALUES('reading','{"date": "2026-11-29", "given": {"region": "US"}, "of_files": {}, "saved": {}}');
INSERT INTO "meta" VALUES('returned_headers','["Name", "Phone", "Email", "Company"]');
INSERT INTO "meta" VALUES('salt','c9dec3c3de6a9bcccd487e0cfac37a24');
INSERT INTO "meta" VALUES('sheet_last_row','6');
INSERT INTO "meta" VALUES('source_read','spreadsheet-import');
CREATE TABLE problems (
    number INTEGER PRIMARY KEY, row INTEGER, "column" TEXT, value TEXT NOT NULL, rule TEXT NOT NULL,
    severity TEXT NOT NULL, message TEXT NOT NULL
, position INTEGER) STRICT;
INSERT INTO "problems" VALUES(1,6,'Phone','12','phone-short-code','error','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.',1);
CREATE TABLE returned (
    row INTEGER PRIMARY KEY, mark INTEGER NOT NULL, cells TEXT NOT NULL, torn INTEGER NOT NULL
) STRICT;
INSERT INTO "returned" VALUES(6,3782555253517462116,'["Dee Fox", "12", "", ""]',0);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    contact_id TEXT NOT NULL, repeats INTEGER
, way TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "rows" VALUES(2,'oi1-l2w3z2m7s22rffd2qqe56dxebe','created','','ffdb84421fcf07edd2bae7a5',NULL,'');
INSERT INTO "rows" VALUES(3,'oi1-53w5qzin2i7isypgxdspmgjjza','created','','5d12961d509bdfded60a1716',NULL,'');
INSERT INTO "rows" VALUES(4,'oi1-xfur6uokoqw3o62zkt4uidyzna','updated','','a84ec36a8bd612d0d3a527df',NULL,'identity');
INSERT INTO "rows" VALUES(5,'oi1-53w5qzin2i7isypgxdspmgjjza','duplicate','repeats row 3','',3,'');
INSERT INTO "rows" VALUES(6,'oir1-7q5qi7biavfuhbl7dwwrposydm','rejected','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.','',NULL,'');
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, counts TEXT, exit_code INTEGER
, stopped INTEGER, facts TEXT NOT NULL DEFAULT '{}') STRICT;
INSERT INTO "runs" VALUES(1,'20261129-063427-746b','run','/home/ann/people.csv',NULL,'2026-11-29T06:34:27+00:00','2026-11-29T06:34:27+00:00','{"region": "US", "sandbox": true, "out": "people.sandbox.import"}','{"created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --out people.sandbox.import","rejects_line":"openphone-import run people.csv --sandbox --region US --out people.sandbox.import","given":"people.csv","digest":"d13ff21d793b88d3694376b3749fb0f0","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":5,"retries":0,"rate_limited":0,"seconds":0.483,"warnings":0,"rules":[["error","phone-short-code",1]],"left":{"mark":"faad45606dfc49e25dc849eafbe73cff","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]]}}');
INSERT INTO "runs" VALUES(2,'20261129-063429-a074','run','/home/ann/people.csv',NULL,'2026-11-29T06:34:29+00:00','2026-11-29T06:34:29+00:00','{"region": "US", "sandbox": true, "on_match": "update", "out": "people.sandbox.import", "yes": true}','{"created": 2, "updated": 1, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --on-match update --out people.sandbox.import --yes","rejects_line":"openphone-import run people.csv --sandbox --region US --on-match update --out people.sandbox.import --yes","given":"people.csv","digest":"159e4e38ea2f050784418952fd7068b2","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":3,"retries":0,"rate_limited":0,"seconds":0.468,"warnings":0,"rules":[["error","phone-short-code",1]],"left":{"mark":"291a599a109ad445ddb658063564904d","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]]}}');
CREATE TABLE undone (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, action TEXT NOT NULL,
    result TEXT NOT NULL, reason TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_unswept ON contacts (external_id) WHERE unsure = 1;
CREATE INDEX problems_by_row ON problems (row);
COMMIT;
