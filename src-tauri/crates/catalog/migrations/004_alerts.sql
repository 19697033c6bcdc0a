-- When a plan came to be, in microseconds since 1970: without a schedule it counts from then.
CREATE TABLE plan_times (
    plan    TEXT PRIMARY KEY,
    made_at INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO plan_times SELECT id, unixepoch() * 1000000 FROM plans;

-- What was last seen of a destination; moments in microseconds since 1970.
CREATE TABLE places (
    destination  TEXT PRIMARY KEY,
    seen_at      INTEGER,
    absent_since INTEGER,
    free         INTEGER,
    total        INTEGER
) WITHOUT ROWID;

-- The inbox: one row for each cause, as JSON.
CREATE TABLE alerts (
    key       TEXT PRIMARY KEY,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    body      TEXT NOT NULL
) WITHOUT ROWID;

-- Messages on their way out. state: waiting, sent, given_up. key: the same for what is not told twice. body: what is to be
-- said, as JSON; the words are chosen when it is sent.
CREATE TABLE outbox (
    id       INTEGER PRIMARY KEY,
    channel  TEXT NOT NULL,
    key      TEXT NOT NULL,
    state    TEXT NOT NULL,
    made_at  INTEGER NOT NULL,
    due_at   INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    body     TEXT NOT NULL,
    note     TEXT
);

CREATE INDEX outbox_waiting ON outbox (due_at) WHERE state = 'waiting';

CREATE INDEX outbox_by_key ON outbox (key, made_at);

-- The state of the business asks for the last runs of each plan, for the drills, and for the snapshots in which something was odd.
CREATE INDEX operations_of_plan ON operations (plan);

CREATE INDEX drills ON operations (started_at) WHERE json_extract(body, '$.verb') = 'drill';

CREATE INDEX snapshots_odd ON snapshots (plan) WHERE instr(manifest, '"findings":[') > 0;
