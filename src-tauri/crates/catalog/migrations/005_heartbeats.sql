-- Other computers as they were seen at the destinations. key: the first one of that computer, which later ones must have, NULL
-- while it does not sign. body: the newest heartbeat that was believed, made_at: its own time in microseconds since 1970, seen_at:
-- when it was first seen. digest: SHA-256 of the file as it was last seen. doubt: why that is not believed, NULL when it is.
CREATE TABLE heartbeats (
    destination TEXT NOT NULL,
    computer    TEXT NOT NULL,
    name        TEXT NOT NULL,
    key         TEXT,
    made_at     INTEGER,
    body        TEXT,
    seen_at     INTEGER NOT NULL,
    digest      BLOB NOT NULL,
    doubt       TEXT,
    dismissed   INTEGER NOT NULL,
    PRIMARY KEY (destination, computer)
) WITHOUT ROWID;

-- An operation may have an issue of a kind that an older program does not know.
UPDATE meta SET value = 5 WHERE key = 'min_reader';
