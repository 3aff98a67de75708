// Limits of the wire, the twin of `src/limits.rs`: names, units and where each number comes from.
// Both sides hold them, so that a client knows before sending what a server would refuse.

/** The subprotocol a CalIT client offers; a server that selects it also speaks types 100 to 107. */
export const SUBPROTOCOL = 'calit.v1'

/** One frame from a client, in bytes. A card's longest description is far below; the server closes with 1009 above. */
export const FRAME_BYTES_MAX = 1_048_576

/** One step 2 from a client, in bytes: what a long time offline may bring back at once. */
export const SYNC_BYTES_MAX = 8_388_608

/**
 * One frame from the server, in bytes. A 5,000-card board is 0.75 MB, and its first sync arrives whole;
 * the number only keeps a broken server from filling a tab's memory.
 */
export const SERVER_FRAME_BYTES_MAX = 67_108_864

/** Messages in one frame. The server sends one; the number bounds the work a frame can cause. */
export const MESSAGES_PER_FRAME_MAX = 64

/** The JSON of one awareness state, in UTF-8 bytes; presence is a name, a colour and a place. */
export const AWARENESS_STATE_BYTES_MAX = 4_096

/** The key of a command, in characters. */
export const COMMAND_KEY_CHARS_MAX = 64

/** A command, in bytes of JSON: some 2,500 cards. The server answers a longer one with `too_large`. */
export const COMMAND_BYTES_MAX = 65_536

/** The server sends a data frame at least this often; stock clients leave after 30 s without one. */
export const KEEP_ALIVE_INTERVAL_MS = 10_000

/** Without a data frame for this long a connection is dead, whatever the browser says. */
export const SILENCE_MS_MAX = 30_000

/** The widest number on the wire, in bits used: what JavaScript holds exactly. */
export const NUMBER_MAX = Number.MAX_SAFE_INTEGER
