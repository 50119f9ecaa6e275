PRAGMA application_id=1364545363;
PRAGMA user_version=0;
BEGIN TRANSACTION;
CREATE TABLE contacts (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        external_id TEXT,
        source TEXT,
        body TEXT NOT NULL
    ) STRICT;
INSERT INTO "contacts" VALUES(1,'63273c60faffd11995d33cb1','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"63273c60faffd11995d33cb1","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"3ac180dbe804"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"797f836ba346"}]},"customFields":[],"createdAt":"2026-11-29T06:34:37.991Z","updatedAt":"2026-11-29T06:34:37.991Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'2295249782db26ace0736154','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"2295249782db26ace0736154","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"330ab30b2a28"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"6e57b6cd4990"}]},"customFields":[],"createdAt":"2026-11-29T06:34:37.992Z","updatedAt":"2026-11-29T06:34:37.992Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'3e3053a965ec61fd3511f794','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"3e3053a965ec61fd3511f794","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"eedb8939fa08"}]},"customFields":[],"createdAt":"2026-11-29T06:34:37.993Z","updatedAt":"2026-11-29T06:34:40.730Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
