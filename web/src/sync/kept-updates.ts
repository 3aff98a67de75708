import * as Y from 'yjs'

/** Origin of changes that were kept on this device. */
export const fromStore = Symbol('from the copy on this device')

/**
 * Applies what this device already keeps. What Yjs cannot read is skipped: the rest is still worth having, and the
 * server fills the hole.
 */
export function applyKept(document: Y.Doc, updates: readonly Uint8Array[], origin: symbol): void {
  const applyAll = () => {
    for (const update of updates) {
      try {
        Y.applyUpdate(document, update, origin)
      } catch {
        // Skipped, as said above.
      }
    }
  }
  // One transaction around all, so that views are told once. It is not a local change.
  Y.transact(document, applyAll, origin, false)
}
