-- Which replica keeps a document, and what commands came to: both are the same for all replicas.
-- Times are milliseconds since the Unix epoch. Why it looks this way: src/store/sqlite/keeper.rs.

-- A table of its own, as on Postgres, where taking a document must not wait for an append. At most one row per document.
CREATE TABLE keepers (
    document INTEGER PRIMARY KEY REFERENCES documents (number),
    -- The replica's number, bit by bit.
    replica  INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    -- Another replica has asked meanwhile.
    wanted   INTEGER NOT NULL
) STRICT;

CREATE TABLE outcomes (
    document INTEGER NOT NULL REFERENCES documents (number),
    key      TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    outcome  TEXT NOT NULL,
    PRIMARY KEY (document, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX outcomes_by_age ON outcomes (document, at_ms);
