-- What the content of a file looked like, as the listing's number; NULL when nobody looked.
ALTER TABLE versions ADD COLUMN look INTEGER;

-- What a person said of a snapshot that the change guard flagged. Apart from the snapshots, so that a rebuild can't lose it.
CREATE TABLE flags (
    snapshot   TEXT PRIMARY KEY,
    accepted   INTEGER NOT NULL,
    decided_at TEXT NOT NULL
) WITHOUT ROWID;

-- An older program would write rows without the column: the number of steps, which this is one of, is what a reader must know.
UPDATE meta SET value = value + 1 WHERE key = 'min_reader';
