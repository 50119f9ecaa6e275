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
INSERT INTO "contacts" VALUES(1,'ffdb84421fcf07edd2bae7a5','oi1-l2w3z2m7s22rffd2qqe56dxebe','spreadsheet-import','{"id":"ffdb84421fcf07edd2bae7a5","externalId":"oi1-l2w3z2m7s22rffd2qqe56dxebe","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Ann","lastName":"Lee","role":null,"emails":[{"name":"email","value":"ann@example.com","id":"0ca53eba9495"}],"phoneNumbers":[{"name":"phone","value":"+14155550101","id":"e175e77af262"}]},"customFields":[],"createdAt":"2026-11-29T06:34:27.605Z","updatedAt":"2026-11-29T06:34:27.605Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(2,'5d12961d509bdfded60a1716','oi1-53w5qzin2i7isypgxdspmgjjza','spreadsheet-import','{"id":"5d12961d509bdfded60a1716","externalId":"oi1-53w5qzin2i7isypgxdspmgjjza","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Acme","firstName":"Bob","lastName":"Ray","role":null,"emails":[{"name":"email","value":"bob@example.com","id":"8156b3355330"}],"phoneNumbers":[{"name":"phone","value":"+14155550102","id":"9200e571b73a"}]},"customFields":[],"createdAt":"2026-11-29T06:34:27.611Z","updatedAt":"2026-11-29T06:34:27.611Z","createdByUserId":"USmR7owner1"}');
INSERT INTO "contacts" VALUES(3,'a84ec36a8bd612d0d3a527df','oi1-xfur6uokoqw3o62zkt4uidyzna','spreadsheet-import','{"id":"a84ec36a8bd612d0d3a527df","externalId":"oi1-xfur6uokoqw3o62zkt4uidyzna","source":"spreadsheet-import","sourceUrl":null,"defaultFields":{"company":"Bolt Ltd","firstName":"Cy","lastName":"Dee","role":null,"emails":[],"phoneNumbers":[{"name":"phone","value":"+14155550103","id":"70066a23ceb4"}]},"customFields":[],"createdAt":"2026-11-29T06:34:27.612Z","updatedAt":"2026-11-29T06:34:29.789Z","createdByUserId":"USmR7owner1"}');
CREATE TABLE conversations (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL) STRICT;
CREATE TABLE deleted (external_id TEXT NOT NULL, source TEXT) STRICT;
CREATE INDEX by_external_id ON contacts (external_id);
CREATE INDEX deleted_by_external_id ON deleted (external_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('contacts',3);
COMMIT;
