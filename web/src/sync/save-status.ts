// What the one status widget says about saving, derived from facts and the time.
// Promises: `saved` and `live` are never said while an edit of this device waits for its durable acknowledgement
// (for the first 400 ms of an edit the word before stays, so that the widget does not flicker while typing).
// Pure: no timers; `nextChangeAt` says when to ask again.

/** The truth about saving, as shown to the user. `count` is edits of this device without a durable acknowledgement. */
export type SaveStatus =
  /** The first attempt is under way and nothing has failed. `whenLoaded` says when there is something to show. */
  | { readonly kind: 'loading' }
  /** Connected, nothing unsaved, nothing saved recently. */
  | { readonly kind: 'live' }
  /** An edit has waited for its acknowledgement for 400 ms or more. */
  | { readonly kind: 'saving'; readonly count: number }
  /** The last edit became durable within the last 3 s. */
  | { readonly kind: 'saved' }
  /** No connection. `retryAt` is in ms since 1970; null while an attempt is under way. `reason` is what the server said, if it did. */
  | {
      readonly kind: 'offline'
      readonly count: number
      readonly retryAt: number | null
      readonly hasLocalCopy: boolean
      readonly reason: string | null
    }
  /** The server cannot write, or did not accept an edit: edits are kept on this device. */
  | { readonly kind: 'unsaved'; readonly count: number; readonly reason: string }
  /** Final: no attempt follows by itself. Edits are kept on this device. `code` is a close code (4401, 4403 …). */
  | { readonly kind: 'refused'; readonly code: number; readonly reason: string; readonly count: number }

/** An edit this long without its acknowledgement is shown as being saved. */
export const SAVING_AFTER_MS = 400

/** "Saved" stays for this long. */
export const SAVED_FOR_MS = 3_000

/** The first attempt may take this long before the status says offline: longer than a healthy connect on a slow line. */
export const FIRST_ATTEMPT_MS = 2_000

/** Where the connection stands. */
export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'synced' }
  | { readonly kind: 'waiting'; readonly retryAt: number; readonly reason: string | null }
  | { readonly kind: 'final'; readonly code: number; readonly reason: string }

/** What the status is derived from. Times are in ms since 1970. */
export interface SaveFacts {
  readonly link: Link
  readonly openedAt: number
  /** Whether any attempt has ended yet, well or badly. */
  readonly hasTried: boolean
  readonly hasLocalCopy: boolean
  readonly count: number
  /** When the oldest unacknowledged edit was made, or null. */
  readonly waitingSince: number | null
  /** When the last edit of this session became durable, or null. */
  readonly savedAt: number | null
  /** Why the server cannot save at the moment, or null. */
  readonly trouble: string | null
}

/** Derives the status at a moment. */
export function saveStatus(facts: SaveFacts, now: number): SaveStatus {
  const { link, count } = facts
  switch (link.kind) {
    case 'final':
      return { kind: 'refused', code: link.code, reason: link.reason, count }
    case 'synced':
      return syncedStatus(facts, now)
    case 'waiting':
      if (facts.trouble !== null) return { kind: 'unsaved', count, reason: facts.trouble }
      return { kind: 'offline', count, retryAt: link.retryAt, hasLocalCopy: facts.hasLocalCopy, reason: link.reason }
    case 'connecting':
      if (facts.trouble !== null) return { kind: 'unsaved', count, reason: facts.trouble }
      if (!facts.hasTried && now < facts.openedAt + FIRST_ATTEMPT_MS) return { kind: 'loading' }
      return { kind: 'offline', count, retryAt: null, hasLocalCopy: facts.hasLocalCopy, reason: null }
    default:
      return link satisfies never
  }
}

/** When the status changes by the passing of time alone, or null. */
export function nextChangeAt(facts: SaveFacts, now: number): number | null {
  const moments = [
    facts.waitingSince === null ? null : facts.waitingSince + SAVING_AFTER_MS,
    facts.savedAt === null ? null : facts.savedAt + SAVED_FOR_MS,
    facts.hasTried ? null : facts.openedAt + FIRST_ATTEMPT_MS,
  ]
  const coming = moments.filter((moment): moment is number => moment !== null && moment > now)
  return coming.length === 0 ? null : Math.min(...coming)
}

/** Whether two statuses say the same. */
export function sameStatus(left: SaveStatus, right: SaveStatus): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function syncedStatus(facts: SaveFacts, now: number): SaveStatus {
  const { count, trouble, waitingSince, savedAt } = facts
  if (trouble !== null) return { kind: 'unsaved', count, reason: trouble }
  if (waitingSince !== null && now >= waitingSince + SAVING_AFTER_MS) return { kind: 'saving', count }
  if (savedAt !== null && now < savedAt + SAVED_FOR_MS) return { kind: 'saved' }
  return { kind: 'live' }
}
