// Names of a board's parts, as `src/board/id.rs` takes them.

const PART_ID = /^[A-Za-z0-9_-]{1,40}$/
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
const NEW_ID_CHARS = 12

/** Whether a key of the document names a part. */
export function isPartId(text: string): boolean {
  return PART_ID.test(text)
}

/** A fresh name; 62 bits, so that two people offline never make the same. */
export function newPartId(): string {
  const random = crypto.getRandomValues(new Uint8Array(NEW_ID_CHARS))
  return Array.from(random, (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('')
}
