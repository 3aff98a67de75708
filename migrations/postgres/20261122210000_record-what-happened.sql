-- What happened in a document, beside the log: who did what to which part of it. The log is compacted, this stays.
-- Times are milliseconds since the Unix epoch. Why it looks this way: src/store/postgres/events.rs.

CREATE TABLE events (
    document BIGINT NOT NULL,
    -- Increases within a document; given by the writer, so that a batch may be appended twice.
    number   BIGINT NOT NULL,
    at_ms    BIGINT NOT NULL,
    author   TEXT NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (document, number)
);

CREATE INDEX events_by_subject ON events (document, subject, number);
CREATE INDEX events_by_time ON events (at_ms);

-- A document that is put away: lists show it apart.
ALTER TABLE documents ADD COLUMN archived_at_ms BIGINT;
