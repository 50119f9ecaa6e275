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
INSERT INTO "contacts" VALUES(1,'a595e0add9237615b25a0f17','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"a595e0add9237615b25a0f17","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"1ad5cb5fe0d5"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"4e85e7fdab01"}]},"customFields":[],"createdAt":"2026-11-29T06:34:17.476Z","updatedAt":"2026-11-29T06:34:17.476Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'c3c070d4cfa7e43e4b6de5d8','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"c3c070d4cfa7e43e4b6de5d8","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"f0b1c96e0092"}]},"customFields":[],"createdAt":"2026-11-29T06:34:17.480Z","updatedAt":"2026-11-29T06:34:19.691Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',2);
COMMIT;
