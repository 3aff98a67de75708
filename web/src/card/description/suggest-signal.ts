// An open list of what can be put in the place of what is being typed, as the text and the list share it.

import type { ReactNode } from 'react'
import type { Signal } from '../../board/signal.ts'

export interface SuggestItem {
  readonly id: string
  readonly words: string
  readonly hint?: string
  readonly icon?: ReactNode
}

export interface Suggesting<Item extends SuggestItem = SuggestItem> {
  readonly items: readonly Item[]
  readonly at: number
  /** Where the list opens. */
  readonly rect: DOMRect | null
  readonly pick: (item: Item) => void
}

export type SuggestSignal<Item extends SuggestItem = SuggestItem> = Signal<Suggesting<Item> | null>
