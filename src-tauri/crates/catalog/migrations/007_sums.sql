-- What is in a folder itself, for the generations first <= g < last: as the versions, but a row only where something in the folder
-- changed. What lies below a folder of a million files is known without reading them.
CREATE TABLE sums (
    folder  INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    files   INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    PRIMARY KEY (folder, first)
) WITHOUT ROWID;

-- Of what is there already: what came and went at each generation, summed up to it. A floating sum can't overflow.
INSERT INTO sums (folder, first, last, entries, files, bytes)
SELECT folder, at, until, entries, files, bytes FROM (
    SELECT folder, at, lead(at, 1, 9223372036854775807) OVER later AS until,
           sum(entries) OVER later AS entries, sum(files) OVER later AS files,
           CAST(total(bytes) OVER later AS INTEGER) AS bytes
    FROM (
        SELECT folder, at, sum(entry) AS entries, sum(entry * is_file) AS files, total(entry * is_file * size) AS bytes FROM (
            SELECT folder, first AS at, 1 AS entry, tag = unicode('f') AS is_file, CAST(size AS REAL) AS size FROM versions
            UNION ALL
            SELECT folder, last, -1, tag = unicode('f'), CAST(size AS REAL) FROM versions WHERE last < 9223372036854775807
        ) GROUP BY folder, at
    ) WINDOW later AS (PARTITION BY folder ORDER BY at)
) WHERE entries > 0;

-- An older program would add snapshots without their sums.
UPDATE meta SET value = 7 WHERE key = 'min_reader';
