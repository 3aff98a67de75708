-- The log of every document, its snapshots, and what was refused but kept.
-- Times are milliseconds since the Unix epoch. Why each table looks the way it does: src/store/postgres.rs.
-- Rows name their document without a foreign key: its number comes from a row that the same transaction has read, documents
-- are never deleted, and a check for each row costs more than the row.

CREATE TABLE documents (
    number          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Ids are compared byte by byte: their order is the order of locks, in every locale.
    id              TEXT COLLATE "C" NOT NULL UNIQUE,
    name            TEXT COLLATE "C" NOT NULL,
    created_at_ms   BIGINT NOT NULL,
    last_edit_at_ms BIGINT,
    -- The position of the newest log row. A log that ends earlier has lost rows.
    position        BIGINT NOT NULL,
    -- All updates ever logged, and the bytes of the current snapshot plus the log.
    updates         BIGINT NOT NULL,
    bytes           BIGINT NOT NULL
-- Each append changes its documents' rows: room on the page keeps their new versions beside the old, out of the indexes.
) WITH (fillfactor = 50);

-- One row per document and commit group.
CREATE TABLE log (
    document BIGINT NOT NULL,
    position BIGINT NOT NULL,
    checksum BIGINT NOT NULL,
    body     BYTEA NOT NULL,
    PRIMARY KEY (document, position)
);

-- Encoded updates do not compress.
ALTER TABLE log ALTER COLUMN body SET STORAGE EXTERNAL;

-- The snapshot at the greatest position is the current one, the others are versions.
-- An identity is never given twice: the id of a pruned version never names another one.
CREATE TABLE snapshots (
    version       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document      BIGINT NOT NULL,
    position      BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    digest        BYTEA NOT NULL,
    checksum      BIGINT NOT NULL,
    body          BYTEA NOT NULL,
    UNIQUE (document, position)
);

-- Bytes that were refused or that broke a document, kept for inspection.
CREATE TABLE quarantine (
    number   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document BIGINT NOT NULL,
    at_ms    BIGINT NOT NULL,
    reason   TEXT NOT NULL,
    body     BYTEA NOT NULL
);

CREATE INDEX quarantine_by_document ON quarantine (document, number);

-- The oldest release that may work on this schema, by its newest migration. A migration that takes something away from older
-- releases raises it; one that only adds leaves it, so that both work side by side during an update.
CREATE TABLE oldest_release (
    migration BIGINT NOT NULL
);

INSERT INTO oldest_release VALUES (0);
