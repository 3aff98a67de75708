// What the board gives to a description: the blocks behind `/`, the people behind `@`, the cards behind `#`,
// and how a person or a card named in the text reads now.

import type { AnyExtension, Editor, Range } from '@tiptap/core'
import { useMemo, useRef } from 'react'
import { matchesText } from '../../app/search.ts'
import { type BoardModel, useBoard } from '../../board/board-context.tsx'
import { isShown } from '../../board/board-store.ts'
import { cardNumber } from '../../board/CardFacts.tsx'
import type { CardData } from '../../board/read.ts'
import { useEverybody } from '../../fields/PeoplePicker.tsx'
import { t } from '../../i18n/index.ts'
import { Avatar } from '../../presence/Avatar.tsx'
import { useWho } from '../who.ts'
import { blocksFor } from './blocks.tsx'
import { CardRef, Mention, type Reading } from './references.ts'
import { type Suggested, suggest, type TextSignal } from './suggest.ts'

const FOUND_MAX = 20

interface Sources {
  readonly suggesting: readonly AnyExtension[]
  /** Gives those extensions that name people or cards their eyes. */
  readonly reading: (extension: AnyExtension) => AnyExtension
}

export function useSources(signal: TextSignal): Sources {
  const board = useBoard()
  const everybody = useEverybody()
  const who = useWho()
  // The editor is made once; who is here changes all the time.
  const now = useRef({ everybody, who })
  now.current = { everybody, who }
  return useMemo(() => {
    const watch = (listener: () => void): (() => void) => board.store.subscribe(listener)
    const person = (id: string): Reading => ({ words: now.current.who(id).name, title: '', open: null })
    const mention = Mention.configure({ read: (id) => (now.current.who(id).isKnown ? person(id) : null), watch })
    const cardRef = CardRef.configure({ read: (id) => readCard(board, id), watch })
    const people = (query: string): Suggested[] =>
      now.current.everybody
        .filter(({ name }) => matchesText(query, name))
        .slice(0, FOUND_MAX)
        .map(({ id, name, color }) => ({
          id,
          words: name,
          icon: <Avatar name={name} color={color} size={20} />,
          insert: (editor, range) => {
            board.edits.addMember(id, name)
            insertReference(editor, range, 'mention', id, name)
          },
        }))
    const cards = (query: string): Suggested[] =>
      findCards(board, query, FOUND_MAX).map((card) => ({
        id: card.id,
        words: card.title || t('card.untitled'),
        hint: cardNumber(card, board.store.snapshot()) ?? '',
        insert: (editor, range) => insertReference(editor, range, 'cardRef', card.id, wordsOf(board, card)),
      }))
    return {
      suggesting: [
        suggest(signal, { name: 'blocks', char: '/', items: blocksFor }),
        suggest(signal, { name: 'people', char: '@', items: people }),
        suggest(signal, { name: 'cards', char: '#', items: cards }),
      ],
      reading: (extension) =>
        extension.name === mention.name ? mention : extension.name === cardRef.name ? cardRef : extension,
    }
  }, [board, signal])
}

/** Shown cards by number or title; those whose number was typed come first. */
export function findCards(board: BoardModel, query: string, max: number): CardData[] {
  const snapshot = board.store.snapshot()
  const digits = /\d+$/.exec(query)?.[0]
  const found: CardData[] = []
  const exact: CardData[] = []
  for (const card of board.store.cards()) {
    if (!isShown(card)) continue
    if (digits !== undefined && String(card.number) === digits) exact.push(card)
    else if (found.length < max && matchesText(query, `${cardNumber(card, snapshot) ?? ''} ${card.title}`))
      found.push(card)
  }
  return [...exact, ...found].slice(0, max)
}

function readCard(board: BoardModel, id: string): Reading | null {
  const card = board.store.card(id)
  if (!card) return null
  return { words: wordsOf(board, card), title: card.title, open: () => board.openCard(id) }
}

/** A card's number, or its title as long as it has none. */
function wordsOf(board: BoardModel, card: CardData): string {
  const number = cardNumber(card, board.store.snapshot())?.replace('#', '')
  return number ?? (card.title.slice(0, 40) || t('card.untitled'))
}

function insertReference(editor: Editor, range: Range, type: string, id: string, label: string): void {
  editor
    .chain()
    .focus()
    .insertContentAt(range, [
      { type, attrs: { id, label } },
      { type: 'text', text: ' ' },
    ])
    .run()
}
