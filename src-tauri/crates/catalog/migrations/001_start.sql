-- Facts about the file itself: clean (1 after an orderly close), checked_at (seconds since 1970), min_reader.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO meta VALUES ('min_reader', 1), ('clean', 1), ('checked_at', 0);

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE plans (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    body     TEXT NOT NULL
);

CREATE TABLE destinations (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    kind     TEXT NOT NULL,
    config   TEXT NOT NULL
);

-- The highest generation ever given or seen; outlives the plan's snapshots.
CREATE TABLE generations (
    plan TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) WITHOUT ROWID;

-- A full archive begins a series; every archive that builds on it belongs to it.
CREATE TABLE series (
    id   INTEGER PRIMARY KEY,
    plan TEXT NOT NULL
);

CREATE TABLE snapshots (
    id              TEXT PRIMARY KEY,
    plan            TEXT NOT NULL,
    series          INTEGER NOT NULL REFERENCES series (id),
    generation      INTEGER NOT NULL,
    class           TEXT NOT NULL,
    state           TEXT NOT NULL,
    damaged         INTEGER NOT NULL DEFAULT 0,
    deleted_at      TEXT,
    manifest_sha256 BLOB NOT NULL,
    manifest        TEXT NOT NULL,
    UNIQUE (plan, generation)
);

CREATE INDEX snapshots_of_series ON snapshots (series, generation);

-- Apart from the snapshots, so that a rebuild can't lose what the owner wants kept.
CREATE TABLE pins (
    snapshot TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE copies (
    snapshot    TEXT NOT NULL,
    destination TEXT NOT NULL,
    state       TEXT NOT NULL,
    verified    TEXT,
    verified_at TEXT,
    PRIMARY KEY (snapshot, destination)
) WITHOUT ROWID;

CREATE TABLE uploads (
    id          INTEGER PRIMARY KEY,
    snapshot    TEXT NOT NULL,
    destination TEXT NOT NULL,
    object      TEXT NOT NULL,
    size        INTEGER NOT NULL,
    sha256      BLOB NOT NULL,
    session     TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    last_error  TEXT,
    next_try    TEXT,
    UNIQUE (snapshot, destination, object)
);

CREATE TABLE folders (
    id     INTEGER PRIMARY KEY,
    series INTEGER NOT NULL REFERENCES series (id),
    path   TEXT NOT NULL,
    UNIQUE (series, path)
);

-- A row holds for the generations first <= g < last; last is the largest integer while it is open. No foreign key to
-- folders: it would cost a look-up for each of a million rows.
CREATE TABLE versions (
    folder     INTEGER NOT NULL,
    name       TEXT NOT NULL,
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    introduced INTEGER NOT NULL,
    tag        INTEGER NOT NULL,
    size       INTEGER NOT NULL,
    mtime      INTEGER NOT NULL,
    ctime      INTEGER NOT NULL,
    inode      INTEGER NOT NULL,
    side       INTEGER NOT NULL,
    mode       INTEGER NOT NULL,
    uid        INTEGER NOT NULL,
    gid        INTEGER NOT NULL,
    digest     BLOB,
    part       INTEGER,
    position   INTEGER,
    packed     INTEGER,
    method     INTEGER,
    extra      TEXT,
    PRIMARY KEY (folder, name, first)
) WITHOUT ROWID;

-- The names in a folder, each followed by a line feed: what finding a name reads instead of all versions. A name may
-- stand twice, or still stand when its versions are gone.
CREATE TABLE names (
    id     INTEGER PRIMARY KEY,
    folder INTEGER NOT NULL,
    text   TEXT NOT NULL
);

CREATE TABLE operations (
    id         TEXT PRIMARY KEY,
    plan       TEXT,
    state      TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    body       TEXT NOT NULL
);

CREATE INDEX operations_by_start ON operations (started_at);

CREATE TABLE slots (
    plan      TEXT NOT NULL,
    schedule  TEXT NOT NULL,
    due_local TEXT NOT NULL,
    due_utc   TEXT NOT NULL,
    state     TEXT NOT NULL,
    reason    TEXT,
    UNIQUE (plan, schedule, due_local)
);
