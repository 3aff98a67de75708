-- The log of every document, its snapshots, and what was refused but kept.
-- Times are milliseconds since the Unix epoch. Why each table looks the way it does: src/store/sqlite.rs.

CREATE TABLE documents (
    number          INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    last_edit_at_ms INTEGER,
    -- The position of the newest log row. A log that ends earlier has lost rows.
    position        INTEGER NOT NULL,
    -- All updates ever logged, and the bytes of the current snapshot plus the log.
    updates         INTEGER NOT NULL,
    bytes           INTEGER NOT NULL
) STRICT;

-- One row per document and commit group. Rows of all documents are appended to one end of one table, so that a
-- commit writes few pages however many documents it touches.
CREATE TABLE log (
    number   INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (number),
    position INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    body     BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX log_by_position ON log (document, position);

-- The snapshot at the greatest position is the current one, the others are versions.
-- AUTOINCREMENT: the id of a pruned version never names another one.
CREATE TABLE snapshots (
    version       INTEGER PRIMARY KEY AUTOINCREMENT,
    document      INTEGER NOT NULL REFERENCES documents (number),
    position      INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    digest        BLOB NOT NULL,
    checksum      INTEGER NOT NULL,
    body          BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX snapshots_by_position ON snapshots (document, position);

-- Bytes that were refused or that broke a document, kept for inspection.
CREATE TABLE quarantine (
    number   INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (number),
    at_ms    INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    body     BLOB NOT NULL
) STRICT;

CREATE INDEX quarantine_by_document ON quarantine (document, number);
