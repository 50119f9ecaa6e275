PRAGMA application_id=1330661706;
PRAGMA user_version=10;
BEGIN TRANSACTION;
CREATE TABLE contacts (
    external_id TEXT PRIMARY KEY, contact_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, digest TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL, created_run INTEGER, detail TEXT NOT NULL DEFAULT ''
, policy TEXT NOT NULL DEFAULT '', added TEXT NOT NULL DEFAULT '', left_as TEXT NOT NULL DEFAULT '', made_run INTEGER, made_row INTEGER, made_at INTEGER, made_seconds INTEGER, cells INTEGER NOT NULL DEFAULT 0, identity INTEGER NOT NULL DEFAULT 0, facts BLOB, had_row INTEGER NOT NULL DEFAULT 0, checksum INTEGER, id_at_service TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
INSERT INTO "contacts" VALUES('oi1-53w5qzin2i7isypgxdspmgjjza','da3b2dbfa8d79f6c736fa8ee','created','f0fbd869c1a777f2ac233072cb84becc',1795934193,1,0,1,1,'','','qIvI9gXntXLj7rLo','Td_OU7cpGT08aLeG',1,3,1795934193,0,3090504442519193611,103866527178967797,X'05010141DE028E99711F6FDC8D88AACD80073E7C3D6CA963F3CA1387233E6E69D46B6D02438F2D8CE536042C616EA39716B27FAD0D46B73E19F318657AB6D0AC0F6A5089D2F3912A5D7655',1,475364855,'');
INSERT INTO "contacts" VALUES('oi1-l2w3z2m7s22rffd2qqe56dxebe','93c4650fa6931403e13cc07d','created','4f05936028af6a8d54a6c3a29d67b07e',1795934193,1,0,1,1,'','','nChm0okDPFh8mZaZ','VuZ4OK-X7-Vw1lSR',1,2,1795934193,0,8615837617860781332,9180381214256581746,X'0501010132036EB16CFB74FB626D522C49A35A13FFC2183AB0CA76B83D5EFA6807B532F4C859E85A8BED32F3DA417A593EDE39ED5EDCA357AAB1720CC993ED33198B41BB0FE455BAFA9863',1,1960116672,'');
INSERT INTO "contacts" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','096d55a6ca3a33af0ba5093a','updated','d0601875cc9dd2978487e31c0069644c',1795934193,2,0,2,1,'','','RuKOvxfO','MhPqyiDJ3K_Hnx1J',1,4,1795934193,0,7418275381490995544,1207937691665076305,X'050100354F62F964C8D46A3A171E213D86C1256D036F116BBBA15124729C5457A10E2DAB0469D6B379CF30EA3F56AEC177FC6E2EA5B1561B2F78441DD506B8D1CBEF6A',1,3552895308,'');
CREATE TABLE corrections (mark INTEGER PRIMARY KEY) STRICT;
CREATE TABLE exchanges (
    external_id TEXT NOT NULL, run INTEGER NOT NULL, number INTEGER NOT NULL, row INTEGER NOT NULL,
    asked_at INTEGER NOT NULL, seconds INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT,
    PRIMARY KEY (external_id, run, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,0,4,1795934194,0,'find','found 096d55a6ca3a33af0ba5093a');
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,1,4,1795934194,0,'change','ok');
CREATE TABLE former (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, state TEXT NOT NULL,
    digest TEXT NOT NULL, created_run INTEGER, detail TEXT NOT NULL, policy TEXT NOT NULL, added TEXT NOT NULL,
    left_as TEXT NOT NULL, expected TEXT NOT NULL, id_at_service TEXT NOT NULL DEFAULT '', given_id TEXT NOT NULL DEFAULT '', PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "former" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','096d55a6ca3a33af0ba5093a','created','8eda8111ac469487affb8880ab34a31e',1,'','','RuKOvxfO','5Z2ait5WbQY6B5LI','MhPqyiDJ3K_Hnx1J','','');
CREATE TABLE images (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "images" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','096d55a6ca3a33af0ba5093a','{"id": "096d55a6ca3a33af0ba5093a", "externalId": "oi1-xfur6uokoqw3o62zkt4uidyzna", "source": "spreadsheet-import", "sourceUrl": null, "defaultFields": {"company": "Bolt", "firstName": "Cy", "lastName": "Dee", "role": null, "emails": [], "phoneNumbers": [{"name": "phone", "value": "+14155550103", "id": "8eacbbc855d0"}]}, "customFields": [], "createdAt": "2026-11-29T06:36:33.410Z", "updatedAt": "2026-11-29T06:36:33.410Z", "createdByUserId": "USmR7owner1"}');
CREATE TABLE known_by (
    external_id TEXT NOT NULL, kind TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (external_id, kind, mark)
) STRICT, WITHOUT ROWID;
INSERT INTO "known_by" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','cells','6461874484918056873');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('address','sandbox');
INSERT INTO "meta" VALUES('holder','{"pid": 1, "host": "office", "since": "2026-11-29 06:36 UTC"}');
INSERT INTO "meta" VALUES('key','a4a746104000a55e80300b945c05b5d4');
INSERT INTO "meta" VALUES('look_at_all','');
INSERT INTO "meta" VALUES('look_changed','');
INSERT INTO "meta" VALUES('looked_until','1 oi1-xfur6uokoqw3o62zkt4uidyzna');
INSERT INTO "meta" VALUES('reading','{"date": "2026-11-29", "given": {"region": "US"}, "of_files": {}, "saved": {}}');
INSERT INTO "meta" VALUES('returned_headers','["Name", "Phone", "Email", "Company"]');
INSERT INTO "meta" VALUES('salt','9527a125007e100caaf7764a37a79635');
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
INSERT INTO "returned" VALUES(6,8201290515837700756,'["Dee Fox", "12", "", ""]',0);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    contact_id TEXT NOT NULL, repeats INTEGER
, way TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "rows" VALUES(2,'oi1-l2w3z2m7s22rffd2qqe56dxebe','created','','93c4650fa6931403e13cc07d',NULL,'');
INSERT INTO "rows" VALUES(3,'oi1-53w5qzin2i7isypgxdspmgjjza','created','','da3b2dbfa8d79f6c736fa8ee',NULL,'');
INSERT INTO "rows" VALUES(4,'oi1-xfur6uokoqw3o62zkt4uidyzna','updated','','096d55a6ca3a33af0ba5093a',NULL,'identity');
INSERT INTO "rows" VALUES(5,'oi1-53w5qzin2i7isypgxdspmgjjza','duplicate','repeats row 3','',3,'');
INSERT INTO "rows" VALUES(6,'oir1-7q5qi7biavfuhbl7dwwrposydm','rejected','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.','',NULL,'');
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, counts TEXT, exit_code INTEGER
, stopped INTEGER, facts TEXT NOT NULL DEFAULT '{}') STRICT;
INSERT INTO "runs" VALUES(1,'20261129-063632-2b61','run','/home/ann/people.csv',NULL,'2026-11-29T06:36:32+00:00','2026-11-29T06:36:33+00:00','{"region": "US", "sandbox": true, "out": "people.sandbox.import", "yes": true}','{"created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import","rejects_line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import","given":"people.csv","digest":"d13ff21d793b88d3694376b3749fb0f0","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":5,"retries":0,"rate_limited":0,"seconds":1.299,"warnings":0,"rules":[["error","phone-short-code",1]],"left":{"mark":"58353fd5b773ae3b19d2b31b3e2ae72e","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]],"ids":2000117056}}');
INSERT INTO "runs" VALUES(2,'20261129-063633-9c53','run','/home/ann/people.csv',NULL,'2026-11-29T06:36:33+00:00','2026-11-29T06:36:34+00:00','{"region": "US", "sandbox": true, "on_match": "update", "out": "people.sandbox.import", "yes": true}','{"created": 2, "updated": 1, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import --on-match update","rejects_line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import --on-match update","given":"people.csv","digest":"159e4e38ea2f050784418952fd7068b2","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":4,"retries":0,"rate_limited":0,"seconds":0.301,"warnings":0,"rules":[["error","phone-short-code",1]],"left":{"mark":"13e91b29893fe9ea59d86b0d0e7059fa","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]],"ids":3023673592}}');
CREATE TABLE undone (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, action TEXT NOT NULL,
    result TEXT NOT NULL, reason TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_unswept ON contacts (external_id) WHERE unsure = 1;
CREATE INDEX problems_by_row ON problems (row);
CREATE INDEX contacts_at_service ON contacts (id_at_service) WHERE id_at_service <> '';
COMMIT;
