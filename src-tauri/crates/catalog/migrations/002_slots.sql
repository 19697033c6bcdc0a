-- Slots tell what became of them in the domain's words, and which operation serves them. Nothing wrote slots before.
DROP TABLE slots;

-- run: who serves it and why then, JSON, NULL when another run does. state: JSON of what became of it; word: its name.
CREATE TABLE slots (
    plan      TEXT NOT NULL,
    schedule  TEXT NOT NULL,
    due_local TEXT NOT NULL,
    due_at    INTEGER NOT NULL,
    word      TEXT NOT NULL,
    operation TEXT,
    run       TEXT,
    state     TEXT NOT NULL,
    PRIMARY KEY (plan, schedule, due_local)
) WITHOUT ROWID;

CREATE INDEX slots_by_time ON slots (plan, due_at);

CREATE INDEX slots_claimed ON slots (operation) WHERE word = 'claimed';

-- Since when a schedule is in its plan, in microseconds since 1970: what was due before is not its business.
CREATE TABLE schedules (
    plan     TEXT NOT NULL,
    schedule TEXT NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (plan, schedule)
) WITHOUT ROWID;

UPDATE meta SET value = 2 WHERE key = 'min_reader';
