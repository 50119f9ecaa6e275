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
INSERT INTO "contacts" VALUES(1,'fa53bed02c53b58bb6d52c46','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"fa53bed02c53b58bb6d52c46","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"765b1e8242d4"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"c61554c13812"}]},"customFields":[],"createdAt":"2026-11-29T06:33:18.595Z","updatedAt":"2026-11-29T06:33:18.595Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'f14b54d900215ce86c8ba4fe','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"f14b54d900215ce86c8ba4fe","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"e72dd80c9af8"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"f4a91abaee02"}]},"customFields":[],"createdAt":"2026-11-29T06:33:18.619Z","updatedAt":"2026-11-29T06:33:18.619Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'fded17ae0942d5fc45090be2','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"fded17ae0942d5fc45090be2","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"0c096a6ee120"}]},"customFields":[],"createdAt":"2026-11-29T06:33:18.619Z","updatedAt":"2026-11-29T06:33:22.802Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
