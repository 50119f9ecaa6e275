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
INSERT INTO "contacts" VALUES(1,'93c4650fa6931403e13cc07d','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"93c4650fa6931403e13cc07d","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"c5908c0e4dd7"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"96740e127fb0"}]},"customFields":[],"createdAt":"2026-11-29T06:36:33.408Z","updatedAt":"2026-11-29T06:36:33.408Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'da3b2dbfa8d79f6c736fa8ee','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"da3b2dbfa8d79f6c736fa8ee","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"67a757fd0c87"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"2d03b6868aae"}]},"customFields":[],"createdAt":"2026-11-29T06:36:33.409Z","updatedAt":"2026-11-29T06:36:33.409Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'096d55a6ca3a33af0ba5093a','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"096d55a6ca3a33af0ba5093a","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"8eacbbc855d0"}]},"customFields":[],"createdAt":"2026-11-29T06:36:33.410Z","updatedAt":"2026-11-29T06:36:34.076Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
