// What the board tells of its own accord: moves of mine that others or the server changed, moves of others in a batch,
// and what changed while this device was away.

import { announce, toast } from '../app/announce.tsx'
import { quietMoves } from '../app/settings.ts'
import { recall, remember } from '../app/stored.ts'
import { t } from '../i18n/index.ts'
import { moveCard, titleOf } from './actions.ts'
import { type BoardModel, whereIs } from './board-context.tsx'
import { isShown } from './board-store.ts'
import { cardElement } from './focus.ts'
import type { CardData } from './read.ts'

/** Moves of others within this time are told as one. */
const BATCH_MS = 2_500
const PULSE_MS = 900
/** More cards than fit a screen need no light of their own. */
const PULSED_MAX = 80
const STORED_TOLD = 'calit.told'
const TOLD_MAX = 50

/** Tells until it is stopped. */
export function giveNotice(board: BoardModel, myId: string): () => void {
  const stops = [
    tellCrossedMoves(board, myId),
    tellTakenBack(board, myId),
    tellOthersMoves(board, myId),
    pulseMerged(board),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** When somebody else's move takes the place of mine, I hear of it, and can put the card back where I had put it. */
function tellCrossedMoves(board: BoardModel, myId: string): () => void {
  const told = new Map<string, number>()
  return board.store.onCards((ids) => {
    for (const id of ids) {
      const card = board.store.card(id)
      const mine = card?.overwritten.find((entry) => entry.by === myId)
      if (!card?.position || !mine || !isShown(card) || card.position.by === myId) continue
      if (told.get(id) === mine.at) continue
      told.set(id, mine.at)
      const name = nameOf(board, card.position.by)
      const column = whereIs(board.store, id)?.view.column.name ?? ''
      const text = t('card.movedBy', { title: titleOf(board, id), name, column })
      announce(text)
      toast(text, () => moveCard(board, id, { column: mine.column, before: null }))
      pulse([id])
    }
  })
}

/** What the server could not let stand is told to its author once, on whatever day they come back. */
function tellTakenBack(board: BoardModel, myId: string): () => void {
  const look = (card: CardData): void => {
    for (const { reason, by, at, to } of card.takenBack) {
      if (by !== myId || !isNews(`${card.id}.${at}`)) continue
      const title = titleOf(board, card.id)
      const { columns, sprints } = board.store.snapshot()
      if (reason === 'wip') {
        const column = columns.find((view) => view.column.id === to)?.column.name ?? ''
        const text = t('wip.takenBack', { title, column })
        announce(text)
        toast(text, () => moveCard(board, card.id, { column: to, before: null }), { words: t('wip.anyway') })
      } else {
        const text = t('plan.takenBack', { title, sprint: sprints.find((sprint) => sprint.id === to)?.name ?? '' })
        announce(text)
        toast(text)
      }
      pulse([card.id])
    }
  }
  for (const card of board.store.cards()) if (card.takenBack.length > 0) look(card)
  return board.store.onCards((ids) => {
    for (const id of ids) {
      const card = board.store.card(id)
      if (card && card.takenBack.length > 0) look(card)
    }
  })
}

/** Whether something was never told on this device; from now on it was. */
function isNews(what: string): boolean {
  const told = (recall(STORED_TOLD) ?? '').split(' ')
  if (told.includes(what)) return false
  remember(STORED_TOLD, [...told, what].slice(-TOLD_MAX).join(' '))
  return true
}

interface Move {
  readonly card: string
  readonly by: string
}

function tellOthersMoves(board: BoardModel, myId: string): () => void {
  const last = new Map<string, number>()
  for (const card of board.store.cards()) if (card.position) last.set(card.id, card.position.at)
  let moves: Move[] = []
  let timer = 0
  const tell = (): void => {
    timer = 0
    const words = wordsOf(board, moves)
    moves = []
    if (words && !quietMoves.get()) announce(words)
  }
  const stop = board.store.onCards((ids) => {
    for (const id of ids) {
      const position = board.store.card(id)?.position
      if (!position || last.get(id) === position.at) continue
      const isNew = !last.has(id)
      last.set(id, position.at)
      if (isNew || position.by === myId || !board.session.synced()) continue
      moves = [...moves.filter((move) => move.card !== id), { card: id, by: position.by }]
      timer ||= window.setTimeout(tell, BATCH_MS)
    }
  })
  return () => {
    stop()
    clearTimeout(timer)
  }
}

function wordsOf(board: BoardModel, moves: readonly Move[]): string | null {
  const [first] = moves
  if (!first) return null
  const name = nameOf(board, first.by)
  const people = new Set(moves.map(({ by }) => by)).size
  if (people > 1) return t('people.movedTeam', { name, others: people - 1, count: moves.length })
  if (moves.length > 1) return t('people.movedMany', { name, count: moves.length })
  const column = whereIs(board.store, first.card)?.view.column.name ?? ''
  return t('people.movedOne', { name, title: titleOf(board, first.card), column })
}

/** After a time offline, what others changed meanwhile lights up once. */
function pulseMerged(board: BoardModel): () => void {
  const { session, store } = board
  let isAway = session.status().kind === 'offline'
  let isLocal = false
  const changed = new Set<string>()
  const onCalls = (transaction: { readonly local: boolean }): void => {
    isLocal = transaction.local
  }
  store.document.on('beforeObserverCalls', onCalls)
  const stops = [
    store.onCards((ids) => {
      if (isAway && !isLocal) for (const id of ids) changed.add(id)
    }),
    session.onStatus((status) => {
      if (status.kind === 'offline') isAway = true
    }),
    session.onMerged(() => {
      isAway = false
      pulse([...changed].slice(0, PULSED_MAX))
      changed.clear()
    }),
  ]
  return () => {
    store.document.off('beforeObserverCalls', onCalls)
    for (const stop of stops) stop()
  }
}

function pulse(ids: readonly string[]): void {
  const token = getComputedStyle(document.documentElement).getPropertyValue('--motion-drop')
  const isStill = Number.parseFloat(token) === 0
  const light = { boxShadow: '0 0 0 2px var(--accent-text)' }
  // By then the board has drawn what changed. Without motion the light stands, and goes at once.
  setTimeout(() => {
    for (const id of ids) {
      const frames = isStill ? [light, light] : [light, light, {}]
      cardElement(id)?.animate(frames, { duration: PULSE_MS })
    }
  }, 60)
}

function nameOf(board: BoardModel, id: string): string {
  const here = board.people.people().find((person) => person.id === id)
  return here?.name ?? board.store.snapshot().members.get(id)?.name ?? t('people.somebody')
}
