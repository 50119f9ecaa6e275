PRAGMA application_id=1330661706;
PRAGMA user_version=11;
BEGIN TRANSACTION;
CREATE TABLE contacts (
    external_id TEXT PRIMARY KEY, contact_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, digest TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL, created_run INTEGER, detail TEXT NOT NULL DEFAULT ''
, policy TEXT NOT NULL DEFAULT '', added TEXT NOT NULL DEFAULT '', left_as TEXT NOT NULL DEFAULT '', made_run INTEGER, made_row INTEGER, made_at INTEGER, made_seconds INTEGER, cells INTEGER NOT NULL DEFAULT 0, identity INTEGER NOT NULL DEFAULT 0, facts BLOB, had_row INTEGER NOT NULL DEFAULT 0, checksum INTEGER, id_at_service TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
INSERT INTO "contacts" VALUES('oi1-53w5qzin2i7isypgxdspmgjjza','0f838d607591600667dbfe17','created','f0fbd869c1a777f2ac233072cb84becc',1795937883,1,0,1,1,'','','qIvI9gXntXLj7rLo','Td_OU7cpGT08aLeG',1,3,1795937883,0,8280794583827127232,6233393312424583375,X'05010179A6B65D7C29EA7811FBDDCD43B7B23094EFD14C90F6E04E13ACAD3A4B748C2C5A4C2F7EB0FFA57EA366A6FA199C3B0092812121274B5258072BF30B9E6F8825425C7470D85DA231',1,1908274192,'');
INSERT INTO "contacts" VALUES('oi1-l2w3z2m7s22rffd2qqe56dxebe','7cc4c1419b7cc2cefc913db7','created','4f05936028af6a8d54a6c3a29d67b07e',1795937883,1,0,1,1,'','','nChm0okDPFh8mZaZ','VuZ4OK-X7-Vw1lSR',1,2,1795937883,0,2663373047407966883,3833472025096684249,X'050101FC764E7D1E1A5167709BDA447B911D5D68EAA64CE6265F34453A18AEEABDF87AD34BF72546E088030E83E69F31168C2A4AEB7BD2DF62E32717A528BC1B054021138F415407144644',1,1041739413,'');
INSERT INTO "contacts" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','ac18fc6f3cad22f2f8105261','updated','d0601875cc9dd2978487e31c0069644c',1795937883,2,0,2,1,'','','RuKOvxfO','MhPqyiDJ3K_Hnx1J',1,4,1795937883,0,5671924217159865471,4779466521611410640,X'0501008007AE77D3C9AA7113D1423171C4B617EB29D809A306D55FA08ADE2FDA80300311C2852769A5911575642320AB3B014DB2CE305087E33306088D43A580D4341D',1,1489571514,'');
CREATE TABLE corrections (mark INTEGER PRIMARY KEY) STRICT;
CREATE TABLE exchanges (
    external_id TEXT NOT NULL, run INTEGER NOT NULL, number INTEGER NOT NULL, row INTEGER NOT NULL,
    asked_at INTEGER NOT NULL, seconds INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT,
    PRIMARY KEY (external_id, run, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,0,4,1795937883,0,'find','found ac18fc6f3cad22f2f8105261');
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,1,4,1795937883,0,'change','ok');
CREATE TABLE former (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, state TEXT NOT NULL,
    digest TEXT NOT NULL, created_run INTEGER, detail TEXT NOT NULL, policy TEXT NOT NULL, added TEXT NOT NULL,
    left_as TEXT NOT NULL, expected TEXT NOT NULL, id_at_service TEXT NOT NULL DEFAULT '', given_id TEXT NOT NULL DEFAULT '', PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "former" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','ac18fc6f3cad22f2f8105261','created','8eda8111ac469487affb8880ab34a31e',1,'','','RuKOvxfO','5Z2ait5WbQY6B5LI','MhPqyiDJ3K_Hnx1J','','');
CREATE TABLE images (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "images" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','ac18fc6f3cad22f2f8105261','{"id": "ac18fc6f3cad22f2f8105261", "externalId": "oi1-xfur6uokoqw3o62zkt4uidyzna", "source": "spreadsheet-import", "sourceUrl": null, "defaultFields": {"company": "Bolt", "firstName": "Cy", "lastName": "Dee", "role": null, "emails": [], "phoneNumbers": [{"name": "phone", "value": "+14155550103", "id": "55e11b51fa9b"}]}, "customFields": [], "createdAt": "2026-11-29T07:38:03.133Z", "updatedAt": "2026-11-29T07:38:03.133Z", "createdByUserId": "USmR7owner1"}');
CREATE TABLE joins (
    run INTEGER NOT NULL, contact_id TEXT NOT NULL, kept_id TEXT NOT NULL, before TEXT NOT NULL, expected TEXT NOT NULL,
    state TEXT NOT NULL, result TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
    remade_id TEXT NOT NULL DEFAULT '', remade_at INTEGER, PRIMARY KEY (run, contact_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE known_by (
    external_id TEXT NOT NULL, kind TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (external_id, kind, mark)
) STRICT, WITHOUT ROWID;
INSERT INTO "known_by" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','cells','4268494174613610592');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('address','sandbox');
INSERT INTO "meta" VALUES('holder','{"pid": 1, "host": "office", "since": "2026-11-29 07:38 UTC"}');
INSERT INTO "meta" VALUES('key','52d6fb3d2c1a3758ad245c9353072d8c');
INSERT INTO "meta" VALUES('look_at_all','');
INSERT INTO "meta" VALUES('look_changed','');
INSERT INTO "meta" VALUES('looked_until','1 oi1-xfur6uokoqw3o62zkt4uidyzna');
INSERT INTO "meta" VALUES('reading','{"date": "2026-11-29", "given": {"region": "US"}, "of_files": {}, "saved": {}}');
INSERT INTO "meta" VALUES('returned_headers','["Name", "Phone", "Email", "Company"]');
INSERT INTO "meta" VALUES('salt','2bbb58f2ca850546b5ba1700ea43576c');
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
INSERT INTO "returned" VALUES(6,2845401811431059026,'["Dee Fox", "12", "", ""]',0);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    contact_id TEXT NOT NULL, repeats INTEGER
, way TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "rows" VALUES(2,'oi1-l2w3z2m7s22rffd2qqe56dxebe','created','','7cc4c1419b7cc2cefc913db7',NULL,'');
INSERT INTO "rows" VALUES(3,'oi1-53w5qzin2i7isypgxdspmgjjza','created','','0f838d607591600667dbfe17',NULL,'');
INSERT INTO "rows" VALUES(4,'oi1-xfur6uokoqw3o62zkt4uidyzna','updated','','ac18fc6f3cad22f2f8105261',NULL,'identity');
INSERT INTO "rows" VALUES(5,'oi1-53w5qzin2i7isypgxdspmgjjza','duplicate','repeats row 3','',3,'');
INSERT INTO "rows" VALUES(6,'oir1-7q5qi7biavfuhbl7dwwrposydm','rejected','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.','',NULL,'');
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, counts TEXT, exit_code INTEGER
, stopped INTEGER, facts TEXT NOT NULL DEFAULT '{}') STRICT;
INSERT INTO "runs" VALUES(1,'20261129-073802-19d5','run','/home/ann/people.csv',NULL,'2026-11-29T07:38:02+00:00','2026-11-29T07:38:03+00:00','{"region": "US", "sandbox": true, "out": "people.sandbox.import", "yes": true}','{"created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import","rejects_line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import","given":"people.csv","digest":"d13ff21d793b88d3694376b3749fb0f0","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":5,"retries":0,"rate_limited":0,"seconds":1.88,"warnings":0,"rules":[["error","phone-short-code",1]],"left":{"mark":"64bf56975709c02fbc17041045f94972","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]],"ids":505684256}}');
INSERT INTO "runs" VALUES(2,'20261129-073803-5c40','run','/home/ann/people.csv',NULL,'2026-11-29T07:38:03+00:00','2026-11-29T07:38:03+00:00','{"region": "US", "sandbox": true, "on_match": "update", "out": "people.sandbox.import", "yes": true}','{"created": 2, "updated": 1, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import --on-match update","rejects_line":"openphone-import run people.csv --sandbox --region US --yes --quiet --out people.sandbox.import --on-match update","given":"people.csv","digest":"159e4e38ea2f050784418952fd7068b2","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":4,"retries":0,"rate_limited":0,"seconds":0.153,"warnings":0,"rules":[["error","phone-short-code",1]],"left":{"mark":"00fa2bc407c7b5c5a356b1727698ae0f","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]],"ids":3710575768}}');
CREATE TABLE sheet_files (start INTEGER PRIMARY KEY, file TEXT NOT NULL) STRICT;
CREATE TABLE undone (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, action TEXT NOT NULL,
    result TEXT NOT NULL, reason TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_unswept ON contacts (external_id) WHERE unsure = 1;
CREATE INDEX problems_by_row ON problems (row);
CREATE INDEX contacts_at_service ON contacts (id_at_service) WHERE id_at_service <> '';
COMMIT;
