PRAGMA application_id=1330661706;
PRAGMA user_version=6;
BEGIN TRANSACTION;
CREATE TABLE contacts (
    external_id TEXT PRIMARY KEY, contact_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, digest TEXT NOT NULL,
    sent_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL, created_run INTEGER, detail TEXT NOT NULL DEFAULT ''
, policy TEXT NOT NULL DEFAULT '', added TEXT NOT NULL DEFAULT '', left_as TEXT NOT NULL DEFAULT '', made_run INTEGER, made_row INTEGER, made_at INTEGER, made_seconds INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "contacts" VALUES('oi1-53w5qzin2i7isypgxdspmgjjza','d1eaf63889ef00f88244c5b9','created','f0fbd869c1a777f2ac233072cb84becc',1795934047,1,0,1,1,'','','qIvI9gXntXLj7rLo','Td_OU7cpGT08aLeG',1,3,1795934047,0);
INSERT INTO "contacts" VALUES('oi1-l2w3z2m7s22rffd2qqe56dxebe','74bacc307c3dd4baf3721013','created','4f05936028af6a8d54a6c3a29d67b07e',1795934047,1,0,1,1,'','','nChm0okDPFh8mZaZ','VuZ4OK-X7-Vw1lSR',1,2,1795934047,0);
INSERT INTO "contacts" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna','2d4d90f871479c35b6d55b4c','updated','d0601875cc9dd2978487e31c0069644c',1795934047,2,0,2,1,'','','RuKOvxfO','MhPqyiDJ3K_Hnx1J',1,4,1795934047,0);
CREATE TABLE exchanges (
    external_id TEXT NOT NULL, run INTEGER NOT NULL, number INTEGER NOT NULL, row INTEGER NOT NULL,
    asked_at INTEGER NOT NULL, seconds INTEGER NOT NULL, asked TEXT NOT NULL, answer TEXT,
    PRIMARY KEY (external_id, run, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,0,4,1795934050,0,'find','found 2d4d90f871479c35b6d55b4c');
INSERT INTO "exchanges" VALUES('oi1-xfur6uokoqw3o62zkt4uidyzna',2,1,4,1795934050,0,'change','ok');
CREATE TABLE former (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, state TEXT NOT NULL,
    digest TEXT NOT NULL, created_run INTEGER, detail TEXT NOT NULL, policy TEXT NOT NULL, added TEXT NOT NULL,
    left_as TEXT NOT NULL, expected TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "former" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','2d4d90f871479c35b6d55b4c','created','8eda8111ac469487affb8880ab34a31e',1,'','','RuKOvxfO','5Z2ait5WbQY6B5LI','MhPqyiDJ3K_Hnx1J');
CREATE TABLE images (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "images" VALUES(2,'oi1-xfur6uokoqw3o62zkt4uidyzna','2d4d90f871479c35b6d55b4c','{"id": "2d4d90f871479c35b6d55b4c", "externalId": "oi1-xfur6uokoqw3o62zkt4uidyzna", "source": "spreadsheet-import", "sourceUrl": null, "defaultFields": {"company": "Bolt", "firstName": "Cy", "lastName": "Dee", "role": null, "emails": [], "phoneNumbers": [{"name": "phone", "value": "+14155550103", "id": "915877babd19"}]}, "customFields": [], "createdAt": "2026-11-29T06:34:07.769Z", "updatedAt": "2026-11-29T06:34:07.769Z", "createdByUserId": "USmR7owner1"}');
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('address','sandbox');
INSERT INTO "meta" VALUES('holder','{"pid": 1, "host": "office", "since": "2026-11-29 06:34 UTC"}');
INSERT INTO "meta" VALUES('key','ce1fb6e6662df40d07f012d205591d74');
INSERT INTO "meta" VALUES('salt','96b34346340b40630cf5996b71b732a9');
CREATE TABLE problems (
    number INTEGER PRIMARY KEY, row INTEGER, "column" TEXT, value TEXT NOT NULL, rule TEXT NOT NULL,
    severity TEXT NOT NULL, message TEXT NOT NULL
, position INTEGER) STRICT;
INSERT INTO "problems" VALUES(1,6,'Phone','12','phone-short-code','error','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.',1);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, external_id TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    contact_id TEXT NOT NULL, repeats INTEGER
) STRICT;
INSERT INTO "rows" VALUES(2,'oi1-l2w3z2m7s22rffd2qqe56dxebe','created','','74bacc307c3dd4baf3721013',NULL);
INSERT INTO "rows" VALUES(3,'oi1-53w5qzin2i7isypgxdspmgjjza','created','','d1eaf63889ef00f88244c5b9',NULL);
INSERT INTO "rows" VALUES(4,'oi1-xfur6uokoqw3o62zkt4uidyzna','updated','','2d4d90f871479c35b6d55b4c',NULL);
INSERT INTO "rows" VALUES(5,'oi1-53w5qzin2i7isypgxdspmgjjza','duplicate','repeats row 3','',3);
INSERT INTO "rows" VALUES(6,'oir1-7q5qi7biavfuhbl7dwwrposydm','rejected','“12” is too short for a phone number with an area code (short codes cannot be contacts). The row is rejected. Correct the cell and run again.','',NULL);
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, command TEXT NOT NULL, file TEXT NOT NULL, sheet TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, settings TEXT NOT NULL, counts TEXT, exit_code INTEGER
, stopped INTEGER, facts TEXT NOT NULL DEFAULT '{}') STRICT;
INSERT INTO "runs" VALUES(1,'20261129-063407-bacb','run','/home/ann/people.csv',NULL,'2026-11-29T06:34:07+00:00','2026-11-29T06:34:07+00:00','{"region": "US", "sandbox": true, "out": "people.sandbox.import"}','{"created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --out people.sandbox.import","rejects_line":"openphone-import run people.csv --sandbox --region US --out people.sandbox.import","given":"people.csv","digest":"d13ff21d793b88d3694376b3749fb0f0","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":4,"retries":0,"rate_limited":0,"seconds":0.386,"warnings":0,"rules":[["error","phone-short-code",1]],"left":{"mark":"043900e35f0939835c334aa67ac92b0c","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]]}}');
INSERT INTO "runs" VALUES(2,'20261129-063409-edfd','run','/home/ann/people.csv',NULL,'2026-11-29T06:34:09+00:00','2026-11-29T06:34:10+00:00','{"region": "US", "sandbox": true, "on_match": "update", "out": "people.sandbox.import", "yes": true}','{"created": 2, "updated": 1, "unchanged": 0, "skipped": 0, "duplicate": 1, "rejected": 1, "conflict": 0, "unfinished": 0}',1,0,'{"program":"0.1.0","line":"openphone-import run people.csv --sandbox --region US --on-match update --out people.sandbox.import --yes","rejects_line":"openphone-import run people.csv --sandbox --region US --on-match update --out people.sandbox.import --yes","given":"people.csv","digest":"159e4e38ea2f050784418952fd7068b2","mapping":[{"column":"Name","field":"full_name","fit":"mapped","reason":"A usual name of this field."},{"column":"Phone","field":"phone","fit":"mapped","reason":"A usual name of this field."},{"column":"Email","field":"email","fit":"mapped","reason":"A usual name of this field."},{"column":"Company","field":"company","fit":"mapped","reason":"A usual name of this field."}],"fields":[],"requests":3,"retries":0,"rate_limited":0,"seconds":0.412,"warnings":0,"rules":[["error","phone-short-code",1]],"left":{"mark":"ee7131679df561443818a1c62fde9f8c","problems":[1,1],"phones":[["United States, Canada and others (+1)",4]]}}');
CREATE TABLE undone (
    run INTEGER NOT NULL, external_id TEXT NOT NULL, contact_id TEXT NOT NULL, action TEXT NOT NULL,
    result TEXT NOT NULL, reason TEXT NOT NULL, was TEXT NOT NULL, PRIMARY KEY (run, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_unswept ON contacts (external_id) WHERE unsure = 1;
CREATE INDEX problems_by_row ON problems (row);
COMMIT;
