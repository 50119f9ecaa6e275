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
INSERT INTO "contacts" VALUES(1,'eb28316156cde1d1742e06d5','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"eb28316156cde1d1742e06d5","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"a281219d36b4"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"e41069267114"}]},"customFields":[],"createdAt":"2026-11-29T06:32:52.204Z","updatedAt":"2026-11-29T06:32:52.204Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'4af45c027113a03467ba1278','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"4af45c027113a03467ba1278","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"c523a665e48d"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"a31f086a2a4f"}]},"customFields":[],"createdAt":"2026-11-29T06:32:52.218Z","updatedAt":"2026-11-29T06:32:52.218Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'858714604fe7b74c783c937a','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"858714604fe7b74c783c937a","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"04b85b584d7c"}]},"customFields":[],"createdAt":"2026-11-29T06:32:52.219Z","updatedAt":"2026-11-29T06:32:56.574Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
