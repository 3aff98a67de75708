-- Which replica keeps a document, and what commands came to: both are the same for all replicas.
-- Times are milliseconds since the Unix epoch. Why it looks this way: src/store/postgres/keeper.rs.

-- A table of its own: taking a document never waits for an append, and does not grow its row. At most one row per document.
CREATE TABLE keepers (
    document BIGINT PRIMARY KEY,
    -- The replica's number, bit by bit.
    replica  BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,
    -- Another replica has asked meanwhile.
    wanted   BOOLEAN NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE outcomes (
    document BIGINT NOT NULL,
    key      TEXT COLLATE "C" NOT NULL,
    at_ms    BIGINT NOT NULL,
    outcome  TEXT NOT NULL,
    PRIMARY KEY (document, key)
);

CREATE INDEX outcomes_by_age ON outcomes (document, at_ms);
