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
INSERT INTO "contacts" VALUES(1,'721a5b22643b988c6f1b18ff','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"721a5b22643b988c6f1b18ff","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"b77b152ddcf8"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"7313e7e631f2"}]},"customFields":[],"createdAt":"2026-11-29T06:33:48.534Z","updatedAt":"2026-11-29T06:33:48.534Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'849498c2d678922dfe8b9e66','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"849498c2d678922dfe8b9e66","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"92b3bff4734e"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"c08a99f1e5a9"}]},"customFields":[],"createdAt":"2026-11-29T06:33:48.544Z","updatedAt":"2026-11-29T06:33:48.544Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'f57f36748d8a71b2fdcd7c56','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"f57f36748d8a71b2fdcd7c56","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"c57ef32c5cdd"}]},"customFields":[],"createdAt":"2026-11-29T06:33:48.544Z","updatedAt":"2026-11-29T06:33:50.914Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
