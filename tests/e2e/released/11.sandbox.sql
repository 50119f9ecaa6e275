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
INSERT INTO "contacts" VALUES(1,'7cc4c1419b7cc2cefc913db7','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"7cc4c1419b7cc2cefc913db7","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"228807eaa12e"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"16e09b3c63cd"}]},"customFields":[],"createdAt":"2026-11-29T07:38:03.109Z","updatedAt":"2026-11-29T07:38:03.109Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'0f838d607591600667dbfe17','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"0f838d607591600667dbfe17","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"0fb7ec5cf3d2"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"00f5e5e0065c"}]},"customFields":[],"createdAt":"2026-11-29T07:38:03.132Z","updatedAt":"2026-11-29T07:38:03.132Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'ac18fc6f3cad22f2f8105261','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"ac18fc6f3cad22f2f8105261","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"55e11b51fa9b"}]},"customFields":[],"createdAt":"2026-11-29T07:38:03.133Z","updatedAt":"2026-11-29T07:38:03.711Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
