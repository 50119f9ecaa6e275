PRAGMA application_id=1330661706;
PRAGMA user_version=9;
BEGIN TRANSACTION;
CREATE TABLE contacts (
    external_id TEXT PRIMARY KEY, contact_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, digest TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL, created_run INTEGER, detail TEXT NOT NULL DEFAULT ''
, policy TEXT NOT NULL DEFAULT '', added TEXT NOT NULL DEFAULT '', left_as TEXT NOT NULL DEFAULT '', made_run INTEGER, made_row INTEGER, made_at INTEGER, made_seconds INTEGER, cells INTEGER NOT NULL DEFAULT 0, identity INTEGER NOT NULL DEFAULT 0, facts BLOB, had_row INTEGER NOT NULL DEFAULT 0, checksum INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "contacts" VALUES('oi1-53w5qzin2i7isypgxdspmgjjza','2295249782db26ace0736154','created','f0fbd869c1a777f2ac233072cb84becc',1795934077,1,0,1,1,'','','qIvI9gXntXLj7rLo','Td_OU7cpGT08aLeG',1,3,1795934077,1,1418916190398863732,275452650569914002,X'0501017B49AAF2FB2CFE1B0DD8C027374DB141568987F52290250CDAEAE4DF6B415F0B83AD0E09E132837F9E428FFBFB0E8F410EE28BF8C8D6AF06608ECA4F79C93749106D81E365AD7F7F',1,3934589722);
INSERT INTO "contacts" VALUES('oi1-l2w3z2m7s22rffd2qqe56dxebe','63273c60faffd11995d33cb1','created','4f05936028af6a8d54a6c3a29d67b07e',1795934077,1,0,1,1,'','','nChm0okDPFh8mZaZ','VuZ4OK-X7-Vw1lSR',1,2,1795934077,0,8433073349868634493,3285312201333839094,X'0501016D36D4D6E2E1B94EF012EAF4B3E61F4728796F417268710A20A7EC8F075DFB337F6637C8F3D3A620759688FAF2820161C6484A820D3D6E2F53F43FE27E6A6100E4DFFE58F31A1F0B',1,391139347);
INSERT INTO "contacts" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','3e3053a965ec61fd3511f794','updated','d0601875cc9dd2978487e31c0069644c',1795934077,2,0,2,1,'','','RuKOvxfO','MhPqyiDJ3K_Hnx1J',1,4,1795934077,1,865163793562765088,8871000383514694075,X'0501000E8C0517E725DC3A018853A9709A850C50E68E137CAAA17531362305DDFFA90880F0FD401059E51C45F3C1A25DE6323F650732CBDED2993ECB87E7899BF71958',1,2749149960);
CREATE TABLE corrections (mark INTEGER PRIMARY KEY) STRICT;
CREATE TABLE exchanges (
    external_id TEXT NOT NULL, run INTEGER NOT NULL, number INTEGER NOT NULL, row INTEGER NOT NULL,
    asked_at INTEGER NOT NULL, seconds INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT,
    PRIMARY KEY (external_id, run, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,0,4,1795934080,0,'find','found 3e3053a965ec61fd3511f794');
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,1,4,1795934080,0,'change','ok');
CREATE TABLE former (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, state TEXT NOT NULL,
    digest TEXT NOT NULL, created_run INTEGER, detail TEXT NOT NULL, policy TEXT NOT NULL, added TEXT NOT NULL,
    left_as TEXT NOT NULL, expected TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "former" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','3e3053a965ec61fd3511f794','created','8eda8111ac469487affb8880ab34a31e',1,'','','RuKOvxfO','5Z2ait5WbQY6B5LI','MhPqyiDJ3K_Hnx1J');
CREATE TABLE images (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "images" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','3e3053a965ec61fd3511f794','{"id": "3e3053a965ec61fd3511f794", "externalId": "oi1-xfur6uokoqw3o62zkt4uidyzna", "source": "spreadsheet-import", "sourceUrl": null, "defaultFields": {"company": "Bolt", "firstName": "Cy", "lastName": "Dee", "role": null, "emails": [], "phoneNumbers": [{"name": "phone", "value": "+14155550103", "id": "eedb8939fa08"}]}, "customFields": [], "createdAt": "2026-11-29T06:34:37.993Z", "updatedAt": "2026-11-29T06:34:37.993Z", "createdByUserId": "USmR7owner1"}');
CREATE TABLE known_by (
    external_id TEXT NOT NULL, kind TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (external_id, kind, mark)
) STRICT, WITHOUT ROWID;
INSERT INTO "known_by" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','cells','9123024887855939598');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('address','sandbox');
INSERT INTO "meta" VALUES('holder','{"pid": 1, "host": "office", "since": "2026-11-29 06:34 UTC"}');
INSERT INTO "meta" VALUES('key','13d562c227de54c91b955a5268853d66');
INSERT INTO "meta" VALUES('look_at_all','');
INSERT INTO "meta" VALUES('look_changed','');
INSERT INTO "meta" VALUES('looked_until','1 oi1-xfur6uokoqw3o62zkt4uidyzna');
INSERT INTO "meta" VALUES('reading','{"date": "2026-11-29", "given": {"region": "US"}, "of_files": {}, "saved": {}}');
INSERT INTO "meta" VALUES('returned_headers','["Name", "Phone", "Email", "Company"]');
INSERT INTO "meta" VALUES('salt','51c4c6033a1fadcaa2169db7a5e23d02');
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
INSERT INTO "returned" VALUES(6,7242362337926686061,'["Dee Fox", "12", "", ""]',0);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    contact_id TEXT NOT NULL, repeats INTEGER
, way TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO "rows" VALUES(2,'oi1-l2w3z2m7s22rffd2qqe56dxebe','created','','63273c60faffd11995d33cb1',NULL,'');
INSERT INTO "rows" VALUES(3,'oi1-53w5qzin2i7isypgxdspmgjjza','created','','2295249782db26ace0736154',NULL,'');
INSERT INTO "rows" VALUES(4,'oi1-xfur6uokoqw3o62zkt4uidyzna','updated','','3e3053a965ec61fd3511f794',NULL,'identity');
INSERT INTO "rows" VALUES(5,'oi1-53w5qzin2i7isypgxdspmgjjza','duplicate','repeats row 3','',3,'');
INSERT INTO "rows" VALUES(6,'oir1-7q5qi7biavfuhbl7dwwrposydm','rejected','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.','',NULL,'');
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, counts TEXT, exit_code INTEGER
, stopped INTEGER, facts TEXT NOT NULL DEFAULT '{}') STRICT;
INSERT INTO "runs" VALUES(1,'20261129-063437-0ab4','run','/home/ann/people.csv',NULL,'2026-11-29T06:34:37+00:00','2026-11-29T06:34:38+00:00','{"region": "US", "sandbox": true, "out": "people.sandbox.import"}','{"created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --out people.sandbox.import","rejects_line":"openphone-import run people.csv --sandbox --region US --out people.sandbox.import","given":"people.csv","digest":"d13ff21d793b88d3694376b3749fb0f0","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":5,"retries":0,"rate_limited":0,"seconds":0.474,"warnings":0,"rules":[["error","phone-short-code",1]],"left":{"mark":"441a66e8dc8450f7cb7bd340c71a1e31","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]],"ids":792639003}}');
INSERT INTO "runs" VALUES(2,'20261129-063440-71f6','run','/home/ann/people.csv',NULL,'2026-11-29T06:34:40+00:00','2026-11-29T06:34:40+00:00','{"region": "US", "sandbox": true, "on_match": "update", "out": "people.sandbox.import", "yes": true}','{"created": 2, "updated": 1, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --on-match update --out people.sandbox.import --yes","rejects_line":"openphone-import run people.csv --sandbox --region US --on-match update --out people.sandbox.import --yes","given":"people.csv","digest":"159e4e38ea2f050784418952fd7068b2","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":4,"retries":0,"rate_limited":0,"seconds":0.566,"warnings":0,"rules":[["error","phone-short-code",1]],"left":{"mark":"42c9b4dee3e497bd3ce9aad59d9d77b9","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]],"ids":3962598307}}');
CREATE TABLE undone (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, action TEXT NOT NULL,
    result TEXT NOT NULL, reason TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_unswept ON contacts (external_id) WHERE unsure = 1;
CREATE INDEX problems_by_row ON problems (row);
COMMIT;
