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
INSERT INTO "contacts" VALUES(1,'8f5169410d86565b0b1f0561','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"8f5169410d86565b0b1f0561","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"06abb1d2060f"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"e216721a5ba4"}]},"customFields":[],"createdAt":"2026-11-29T06:33:58.451Z","updatedAt":"2026-11-29T06:33:58.451Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'0a9223b8ebd92e70bedcf31f','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"0a9223b8ebd92e70bedcf31f","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"28b5e9ab4922"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"8c1c7bce9abe"}]},"customFields":[],"createdAt":"2026-11-29T06:33:58.454Z","updatedAt":"2026-11-29T06:33:58.454Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'6b4d461870ae3623c532624d','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"6b4d461870ae3623c532624d","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"76e33b356bd3"}]},"customFields":[],"createdAt":"2026-11-29T06:33:58.455Z","updatedAt":"2026-11-29T06:34:00.626Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
