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
INSERT INTO "contacts" VALUES(1,'74bacc307c3dd4baf3721013','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"74bacc307c3dd4baf3721013","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"3cadc6633ccc"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"85bd519121f6"}]},"customFields":[],"createdAt":"2026-11-29T06:34:07.768Z","updatedAt":"2026-11-29T06:34:07.768Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'d1eaf63889ef00f88244c5b9','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"d1eaf63889ef00f88244c5b9","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"d8aa096a0da7"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"53c25d8c6bab"}]},"customFields":[],"createdAt":"2026-11-29T06:34:07.769Z","updatedAt":"2026-11-29T06:34:07.769Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'2d4d90f871479c35b6d55b4c','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"2d4d90f871479c35b6d55b4c","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"915877babd19"}]},"customFields":[],"createdAt":"2026-11-29T06:34:07.769Z","updatedAt":"2026-11-29T06:34:10.064Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
