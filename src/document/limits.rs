//! Every limit of a document, with its unit and where the number comes from.
//! A limit for a whole document (clients, roots, depth) is checked when an update is admitted; the others per update.

/// Bytes of one live update: the frame limit of the wire; typing makes 20–80 bytes.
pub const LIVE_BYTES_MAX: usize = 1 << 20;
/// Bytes of a client's sync step 2, which carries what it wrote offline; six boards of 5,000 cards.
pub const SYNC_BYTES_MAX: usize = 8 << 20;
/// Bytes of a stored snapshot or log row: a document of that size takes 14 times as much memory.
pub const STORED_BYTES_MAX: usize = 256 << 20;

/// Clients that one live update may carry: it comes from one session, which merges a few authors at most.
pub const LIVE_CLIENTS_MAX: usize = 64;
/// Clients in a sync step 2. yrs recurses once per client that it finds emptied; 20,000 fit a 2 MiB stack.
pub const SYNC_CLIENTS_MAX: usize = 8_000;
/// Clients that ever wrote to one document. Each costs 6 bytes in every state vector for ever.
pub const DOCUMENT_CLIENTS_MAX: usize = 60_000;

/// Structs in one live update: pasting a board of a thousand cards makes about 15,000.
pub const LIVE_STRUCTS_MAX: usize = 20_000;
/// Structs in a sync step 2: 8 MiB at 16 bytes each.
pub const SYNC_STRUCTS_MAX: usize = 500_000;
/// Structs in a stored part: 256 MiB at 13 bytes each, the mean of a board.
pub const STORED_STRUCTS_MAX: usize = 20_000_000;

/// Delete ranges in one live update: as many as structs, since each may delete one.
pub const LIVE_DELETE_RANGES_MAX: usize = 20_000;
/// Delete ranges in a sync step 2: clients send all that they know, not only what is new.
pub const SYNC_DELETE_RANGES_MAX: usize = 500_000;
/// Delete ranges in a stored part.
pub const STORED_DELETE_RANGES_MAX: usize = 20_000_000;

/// Top-level types of one document; a board has five.
pub const ROOTS_MAX: usize = 256;
/// Bytes of the name of a top-level type.
pub const ROOT_NAME_BYTES_MAX: usize = 256;

/// Nested lists and maps inside one plain value. yrs recurses: 5,000 levels live, 8,000 end the process.
pub const VALUE_DEPTH_MAX: usize = 64;
/// Shared types inside one another. 6,000 end the process; a nested list of a rich text takes 2 per level.
pub const TYPE_DEPTH_MAX: usize = 32;

/// Clocks count UTF-16 units per client; yrs computes with them as `i32`.
pub const CLOCK_MAX: u32 = (1 << 31) - 1;
/// Client ids and all other numbers are integers of JavaScript.
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Clients in a state vector; no document can have more.
pub const STATE_VECTOR_CLIENTS_MAX: usize = DOCUMENT_CLIENTS_MAX;
/// Entries in one awareness update: a stock client repeats the presence of the whole room when it hears it, so more
/// than the people that one room is built for (1,500).
pub const AWARENESS_ENTRIES_MAX: usize = 4_096;
/// Bytes of one awareness state; ours takes about 200.
pub const AWARENESS_STATE_BYTES_MAX: usize = 4 << 10;
