-- What happened in a document, beside the log: who did what to which part of it. The log is compacted, this stays.
-- Times are milliseconds since the Unix epoch. Why it looks this way: src/store/sqlite/events.rs.

CREATE TABLE events (
    document INTEGER NOT NULL REFERENCES documents (number),
    -- Increases within a document; given by the writer, so that a batch may be appended twice.
    number   INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    author   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (document, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX events_by_subject ON events (document, subject, number);
CREATE INDEX events_by_time ON events (at_ms);

-- A document that is put away: lists show it apart.
ALTER TABLE documents ADD COLUMN archived_at_ms INTEGER;
