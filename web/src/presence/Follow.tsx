// Following somebody: my view goes where theirs is, until I do anything myself.

import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { announce } from '../app/announce.tsx'
import { type BoardModel, useBoard, usePeople } from '../board/board-context.tsx'
import { useT } from '../i18n/index.ts'
import { Avatar } from './Avatar.tsx'
import type { Sight } from './people.ts'

const ACTS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const

export function Follow({ clientId }: { clientId: number }) {
  const board = useBoard()
  const t = useT()
  const [, navigate] = useLocation()
  const person = usePeople((people) => people.find((one) => one.clientId === clientId) ?? null)
  const sight = person?.sight ?? null
  const path = sight?.path ?? null
  const isGone = person === null
  useEffect(() => {
    board.people.setFollows(clientId)
    const stop = (event: Event): void => {
      // Choosing somebody else is no reason to stop at once.
      if (event.target instanceof Element && event.target.closest('.presence, .follow')) return
      board.following.set(null)
    }
    for (const act of ACTS) addEventListener(act, stop, { capture: true, passive: true })
    return () => {
      for (const act of ACTS) removeEventListener(act, stop, { capture: true })
      board.people.setFollows(null)
    }
  }, [board, clientId])
  useEffect(() => {
    if (isGone) board.following.set(null)
  }, [board, isGone])
  useEffect(() => {
    if (path === null) return
    const here = location.pathname.split('/').slice(3).join('/')
    const mine = `${here && '/'}${here}${location.search}`
    if (mine !== path) navigate(`/b/${board.id}${path}`, { replace: true })
  }, [board, path, navigate])
  useEffect(() => {
    if (sight) scrollTo(board, sight)
  }, [board, sight])
  const name = person?.name ?? ''
  useEffect(() => {
    if (name) announce(t('people.following', { name }))
  }, [t, name])
  if (!person) return null
  const style = { '--person': `var(--person-${person.color})` } as React.CSSProperties
  return (
    <>
      <div className="follow-frame" style={style} aria-hidden="true" />
      <div className="follow" style={style}>
        <Avatar name={name} color={person.color} size={20} />
        <b>{t('people.following', { name })}</b>
        <span>{t('people.followHint')}</span>
        <button type="button" className="button" onClick={() => board.following.set(null)}>
          {t('people.stop')}
        </button>
      </div>
    </>
  )
}

function scrollTo(board: BoardModel, { tops, left }: Sight): void {
  for (const { column, cards } of board.lens.shown().columns) {
    const home = document.querySelector(`[data-column="${CSS.escape(column.id)}"]`)
    const list = home?.querySelector('.column-cards')
    const top = tops[column.id]
    if (list && !top) list.scrollTop = 0
    const at = top ? cards.indexOf(top) : -1
    if (at >= 0) board.scrollers.get(column.id)?.(at, 'start')
    if (column.id === left) home?.scrollIntoView({ inline: 'start', block: 'nearest' })
  }
  if (left === null) document.getElementById('board')?.scrollTo({ left: 0 })
}
