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
INSERT INTO "contacts" VALUES(1,'e3107f27d5f70d8b81166c13','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"e3107f27d5f70d8b81166c13","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"728165a4254b"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"4463bdd41021"}]},"customFields":[],"createdAt":"2026-11-30T08:48:31.255Z","updatedAt":"2026-11-30T08:48:31.255Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'ad54a8539a300c0c916dadbb','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"ad54a8539a300c0c916dadbb","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"2070742dc361"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"78a6a0c75c74"}]},"customFields":[],"createdAt":"2026-11-30T08:48:31.262Z","updatedAt":"2026-11-30T08:48:31.262Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'54351c9b51e9fcd10a7acdb8','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"54351c9b51e9fcd10a7acdb8","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"0e26b0ee2619"}]},"customFields":[],"createdAt":"2026-11-30T08:48:31.263Z","updatedAt":"2026-11-30T08:48:31.578Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
