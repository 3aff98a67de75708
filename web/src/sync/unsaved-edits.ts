// The edits of this device that have no durable acknowledgement yet: one entry per local transaction, of this tab, of
// the other tabs, and of pages that were closed before. A set, so that what two tabs know of is counted once.
// Frames are a connection's affair (`exchange.ts`); here an edit is either waiting or gone.

/** Names one local transaction on this device: `<tab>-<number>`. */
export type EditId = string

/** Names from the root of the document inwards. */
export type Path = readonly string[]

/** A waiting edit; the form in which it is kept on the device and told to other tabs. */
export interface UnsavedEdit {
  readonly id: EditId
  /** In ms since 1970. */
  readonly madeAt: number
  /** What it changed, so that it can be read where it cannot be saved; see `touchedBy`. Missing in what older versions kept. */
  readonly touched?: readonly Path[]
}

/** The set of waiting edits, oldest first. */
export class UnsavedEdits {
  readonly #waiting = new Map<EditId, UnsavedEdit>()

  get count(): number {
    return this.#waiting.size
  }

  /** When the oldest was made. */
  get waitingSince(): number | null {
    return this.#waiting.values().next().value?.madeAt ?? null
  }

  add(edit: UnsavedEdit): void {
    if (!this.#waiting.has(edit.id)) this.#waiting.set(edit.id, edit)
  }

  all(): UnsavedEdit[] {
    return [...this.#waiting.values()]
  }

  /** Takes edits out and gives those that were in. */
  remove(ids: readonly EditId[]): EditId[] {
    return ids.filter((id) => this.#waiting.delete(id))
  }
}
