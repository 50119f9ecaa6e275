PRAGMA application_id=1330661706;
PRAGMA user_version=12;
BEGIN TRANSACTION;
CREATE TABLE contacts (
    external_id TEXT PRIMARY KEY, contact_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, digest TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL, created_run INTEGER, detail TEXT NOT NULL DEFAULT ''
, policy TEXT NOT NULL DEFAULT '', added TEXT NOT NULL DEFAULT '', left_as TEXT NOT NULL DEFAULT '', made_run INTEGER, made_row INTEGER, made_at INTEGER, made_seconds INTEGER, cells INTEGER NOT NULL DEFAULT 0, identity INTEGER NOT NULL DEFAULT 0, facts BLOB, had_row INTEGER NOT NULL DEFAULT 0, checksum INTEGER, id_at_service TEXT NOT NULL DEFAULT '', read_mark TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
INSERT INTO "contacts" VALUES('oi1-53w5qzin2i7isypgxdspmgjjza','ad54a8539a300c0c916dadbb','created','f0fbd869c1a777f2ac233072cb84becc',1796028511,1,0,1,1,'','','qIvI9gXntXLj7rLo','Td_OU7cpGT08aLeG',1,3,1796028511,0,5475889002217232427,6349498535216071978,X'050101E8D87C6F419B54125E7A952163F40D30DE3CD9075894C95DB9D4DF93D217FC14092B15447132034AA7A1AC382699A619C2533B31A65A0F038C2D27DF89487039225A5D464EBF857E',1,2325732122,'','0cd12b9e38f7010cf0fbd8691275796821');
INSERT INTO "contacts" VALUES('oi1-l2w3z2m7s22rffd2qqe56dxebe','e3107f27d5f70d8b81166c13','created','4f05936028af6a8d54a6c3a29d67b07e',1796028511,1,0,1,1,'','','nChm0okDPFh8mZaZ','VuZ4OK-X7-Vw1lSR',1,2,1796028511,0,1014244580668104698,5026759923855641195,X'050101BFE3B69737177B74A26A0CD91090823A38067413F77371638200A67CBB927B03ADD3D2B34848C4473962AD22513190416C1FE515512AF023845891E0AF8D5E4EA6CB18A0C4AD465D',1,2498009479,'','272a0a135fd2c52e4f059360447490661');
INSERT INTO "contacts" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','54351c9b51e9fcd10a7acdb8','updated','d0601875cc9dd2978487e31c0069644c',1796028511,2,0,2,1,'','','RuKOvxfO','MhPqyiDJ3K_Hnx1J',1,4,1796028511,0,6633053369729476481,1056182579891297623,X'0501007B6CA2F4B7F67566D55704C4604A43243E8799BE06176B322F2D57F3AD688353F8C8299B25A7E4030520B5D429C72719AEFB2970C8BC6134B099AAEB847F435A',1,1664508316,'','02b62180cae67747d06018751531921624');
CREATE TABLE corrections (mark INTEGER PRIMARY KEY) STRICT;
CREATE TABLE exchanges (
    external_id TEXT NOT NULL, run INTEGER NOT NULL, number INTEGER NOT NULL, row INTEGER NOT NULL,
    asked_at INTEGER NOT NULL, seconds INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT,
    PRIMARY KEY (external_id, run, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,0,4,1796028511,0,'find','found 54351c9b51e9fcd10a7acdb8');
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,1,4,1796028511,0,'change','ok');
CREATE TABLE former (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, state TEXT NOT NULL,
    digest TEXT NOT NULL, created_run INTEGER, detail TEXT NOT NULL, policy TEXT NOT NULL, added TEXT NOT NULL,
    left_as TEXT NOT NULL, expected TEXT NOT NULL, id_at_service TEXT NOT NULL DEFAULT '', given_id TEXT NOT NULL DEFAULT '', PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "former" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','54351c9b51e9fcd10a7acdb8','created','8eda8111ac469487affb8880ab34a31e',1,'','','RuKOvxfO','5Z2ait5WbQY6B5LI','MhPqyiDJ3K_Hnx1J','','');
CREATE TABLE images (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "images" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','54351c9b51e9fcd10a7acdb8','{"id": "54351c9b51e9fcd10a7acdb8", "externalId": "oi1-xfur6uokoqw3o62zkt4uidyzna", "source": "spreadsheet-import", "sourceUrl": null, "defaultFields": {"company": "Bolt", "firstName": "Cy", "lastName": "Dee", "role": null, "emails": [], "phoneNumbers": [{"name": "phone", "value": "+14155550103", "id": "0e26b0ee2619"}]}, "customFields": [], "createdAt": "2026-11-30T08:48:31.263Z", "updatedAt": "2026-11-30T08:48:31.263Z", "createdByUserId": "USmR7owner1"}');
CREATE TABLE joins (
    run INTEGER NOT NULL, contact_id TEXT NOT NULL, kept_id TEXT NOT NULL, before TEXT NOT NULL, expected TEXT NOT NULL,
    state TEXT NOT NULL, result TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
    remade_id TEXT NOT NULL DEFAULT '', remade_at INTEGER, PRIMARY KEY (run, contact_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE known_by (
    external_id TEXT NOT NULL, kind TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (external_id, kind, mark)
) STRICT, WITHOUT ROWID;
INSERT INTO "known_by" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','cells','957481761595046107');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('address','sandbox');
INSERT INTO "meta" VALUES('holder','{"pid": 1, "host": "office", "since": "2026-11-30 08:48 UTC"}');
INSERT INTO "meta" VALUES('key','5acf6dff7c515231a8631afcf4e2e990');
INSERT INTO "meta" VALUES('look_at_all','');
INSERT INTO "meta" VALUES('look_changed','');
INSERT INTO "meta" VALUES('looked_until','1 oi1-xfur6uokoqw3o62zkt4uidyzna');
INSERT INTO "meta" VALUES('reading','{"date": "2026-11-30", "given": {"region": "US"}, "of_files": {}, "saved": {}}');
INSERT INTO "meta" VALUES('returned_headers','["Name", "Phone", "Email", "Company"]');
INSERT INTO "meta" VALUES('salt','f827f34532839831c1f882736e3665aa');
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
INSERT INTO "returned" VALUES(6,5466349150613801303,'["Dee Fox", "12", "", ""]',0);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    contact_id TEXT NOT NULL, repeats INTEGER
, way TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "rows" VALUES(2,'oi1-l2w3z2m7s22rffd2qqe56dxebe','created','','e3107f27d5f70d8b81166c13',NULL,'');
INSERT INTO "rows" VALUES(3,'oi1-53w5qzin2i7isypgxdspmgjjza','created','','ad54a8539a300c0c916dadbb',NULL,'');
INSERT INTO "rows" VALUES(4,'oi1-xfur6uokoqw3o62zkt4uidyzna','updated','','54351c9b51e9fcd10a7acdb8',NULL,'identity');
INSERT INTO "rows" VALUES(5,'oi1-53w5qzin2i7isypgxdspmgjjza','duplicate','repeats row 3','',3,'');
INSERT INTO "rows" VALUES(6,'oir1-7q5qi7biavfuhbl7dwwrposydm','rejected','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.','',NULL,'');
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, counts TEXT, exit_code INTEGER
, stopped INTEGER, facts TEXT NOT NULL DEFAULT '{}') STRICT;
INSERT INTO "runs" VALUES(1,'20261130-084830-6c62','run','/home/ann/people.csv',NULL,'2026-11-30T08:48:30+00:00','2026-11-30T08:48:31+00:00','{"region": "US", "sandbox": true, "out": "people.sandbox.import", "yes": true}','{"created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import","rejects_line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import","given":"people.csv","digest":"d13ff21d793b88d3694376b3749fb0f0","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":5,"retries":0,"rate_limited":0,"this_run":{"created":3,"updated":0,"deleted":0,"unchanged":0,"retried":0},"seconds":1.435,"warnings":0,"rules":[["error","phone-short-code",1,1]],"read":"c6ae3d69cc95e64e2672b30a38c883e0","left":{"mark":"c6ae3d69cc95e64e2672b30a38c883e0","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]],"ids":1499190305}}');
INSERT INTO "runs" VALUES(2,'20261130-084831-a931','run','/home/ann/people.csv',NULL,'2026-11-30T08:48:31+00:00','2026-11-30T08:48:31+00:00','{"region": "US", "sandbox": true, "on_match": "update", "out": "people.sandbox.import", "yes": true}','{"created": 2, "updated": 1, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import --on-match update","rejects_line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import --on-match update","given":"people.csv","digest":"159e4e38ea2f050784418952fd7068b2","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":4,"retries":0,"rate_limited":0,"this_run":{"created":0,"updated":1,"deleted":0,"unchanged":2,"retried":0},"seconds":0.101,"warnings":0,"rules":[["error","phone-short-code",1,1]],"read":"7c5050c8e62ba2bd8dec2069a1368457","left":{"mark":"7c5050c8e62ba2bd8dec2069a1368457","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]],"ids":2589266329}}');
CREATE TABLE sheet_files (start INTEGER PRIMARY KEY, file TEXT NOT NULL) STRICT;
CREATE TABLE undone (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, action TEXT NOT NULL,
    result TEXT NOT NULL, reason TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_unswept ON contacts (external_id) WHERE unsure = 1;
CREATE INDEX problems_by_row ON problems (row);
CREATE INDEX contacts_at_service ON contacts (id_at_service) WHERE id_at_service <> '';
COMMIT;
