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
INSERT INTO "contacts" VALUES(1,'9fa6b43382a9afc9ed4418d2','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"9fa6b43382a9afc9ed4418d2","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"da19c68e993b"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"b677bfc9c936"}]},"customFields":[],"createdAt":"2026-11-29T06:33:36.159Z","updatedAt":"2026-11-29T06:33:36.159Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'79c08b3b2825aee9f5bc37bc','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"79c08b3b2825aee9f5bc37bc","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"00e616b07836"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"78e73cbfe9e3"}]},"customFields":[],"createdAt":"2026-11-29T06:33:36.169Z","updatedAt":"2026-11-29T06:33:36.169Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'f1f92d5ea98469fd09d55ce9','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"f1f92d5ea98469fd09d55ce9","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"090f8201ce12"}]},"customFields":[],"createdAt":"2026-11-29T06:33:36.170Z","updatedAt":"2026-11-29T06:33:39.171Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
