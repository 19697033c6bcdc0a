-- Which operation made a snapshot.
CREATE INDEX operations_of_snapshot ON operations (json_extract(body, '$.snapshot'));

-- The names of one snapshot's folders are looked for without reading those of all others.
CREATE INDEX names_of_folder ON names (folder);
