// Edits of what a card holds: people, labels, things to tick off, comments, links to other cards.

import { newPartId } from './ids.ts'
import { place } from './rank.ts'
import { type LinkKind, nested } from './read.ts'
import { clipWords } from './texts.ts'
import { Writer } from './writer.ts'

export class CardParts extends Writer {
  /** Puts somebody on cards, or takes them off. */
  assign(ids: readonly string[], user: string, isOn: boolean): void {
    this.#setMember(ids, 'assignees', user, isOn)
  }

  label(ids: readonly string[], label: string, isOn: boolean): void {
    this.#setMember(ids, 'labels', label, isOn)
  }

  /** Adds a thing to tick off: before another, or last. */
  addItem(card: string, text: string, before: string | null = null): string {
    const id = newPartId()
    this.edit(() => {
      const rank = this.#rankBefore(card, before, null)
      this.newPart(this.within(card, 'checklist'), id, { text: clipWords(text), done: false, rank })
    })
    return id
  }

  tickItem(card: string, item: string, isDone: boolean): void {
    this.#setItem(card, item, 'done', isDone)
  }

  renameItem(card: string, item: string, text: string): void {
    this.#setItem(card, item, 'text', clipWords(text))
  }

  moveItem(card: string, item: string, before: string | null): void {
    this.edit(() => this.set(this.#item(card, item), 'rank', this.#rankBefore(card, before, item)))
  }

  deleteItem(card: string, item: string): void {
    this.edit(() => this.mark(this.#item(card, item)))
  }

  restoreItem(card: string, item: string): void {
    this.edit(() => this.#item(card, item)?.delete('deleted'))
  }

  addComment(card: string, body: string): string {
    const id = newPartId()
    this.edit(() => this.newPart(this.within(card, 'comments'), id, { ...this.stamp(), body: clipWords(body) }))
    return id
  }

  editComment(card: string, comment: string, body: string): void {
    this.edit(() => this.set(this.#comment(card, comment), 'body', clipWords(body)))
  }

  deleteComment(card: string, comment: string): void {
    this.edit(() => this.mark(this.#comment(card, comment)))
  }

  restoreComment(card: string, comment: string): void {
    this.edit(() => this.#comment(card, comment)?.delete('deleted'))
  }

  /** Links a card to another; false when it would close a circle of cards that block each other, or is one card. */
  link(card: string, kind: LinkKind, to: string): boolean {
    if (card === to || (kind === 'blocks' && this.#blocks(to, card))) return false
    this.edit(() => this.within(card, 'links')?.set(`${kind}:${to}`, this.stamp()))
    return true
  }

  unlink(card: string, kind: LinkKind, to: string): void {
    this.edit(() => this.within(card, 'links')?.delete(`${kind}:${to}`))
  }

  #setMember(ids: readonly string[], set: 'assignees' | 'labels', key: string, isOn: boolean): void {
    this.edit(() => {
      for (const id of ids) {
        const map = this.within(id, set)
        if (isOn && map?.get(key) !== true) map?.set(key, true)
        else if (!isOn) map?.delete(key)
      }
    })
  }

  #setItem(card: string, item: string, field: string, value: unknown): void {
    this.edit(() => this.set(this.#item(card, item), field, value))
  }

  #item(card: string, item: string) {
    const items = this.within(card, 'checklist')
    return items && nested(items, item)
  }

  #comment(card: string, comment: string) {
    const comments = this.within(card, 'comments')
    return comments && nested(comments, comment)
  }

  #rankBefore(card: string, before: string | null, moving: string | null): string {
    const items = (this.store.card(card)?.checklist ?? []).filter((item) => item.id !== moving)
    const found = before === null ? -1 : items.findIndex((item) => item.id === before)
    const placement = place(
      items.map((item) => item.rank),
      found < 0 ? items.length : found,
    )
    for (const [at, rank] of placement.rekeyed) this.set(this.#item(card, items[at]?.id ?? ''), 'rank', rank)
    return placement.rank
  }

  /** Whether a card blocks another, directly or by way of others. */
  #blocks(from: string, to: string): boolean {
    const seen = new Set<string>()
    const waiting = [from]
    for (let card = waiting.pop(); card !== undefined; card = waiting.pop()) {
      if (card === to) return true
      if (seen.has(card)) continue
      seen.add(card)
      for (const link of this.store.card(card)?.links ?? []) if (link.kind === 'blocks') waiting.push(link.to)
    }
    return false
  }
}
