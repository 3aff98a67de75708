// The keys that work on every view: the palette, the list of keys, and going places with G.

import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { dialog, openDialog } from './dialogs.ts'
import { boardPath, routeOf, type View } from './routes.ts'
import { singleKeys } from './settings.ts'

/** After G the next letter says where; later it means itself again. */
const GO_MS = 1_500
const FIELDS = 'input, textarea, select, [contenteditable=true], [role=menu], [role=dialog]:not([data-board-keys])'
const GO: Record<string, View> = { b: 'board', l: 'list', p: 'backlog', s: 'sprints' }

export function useAppKeys(): void {
  const [path, navigate] = useLocation()
  useEffect(() => {
    let goUntil = 0
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return
      const letter = letterOf(event)
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && letter === 'k') {
        event.preventDefault()
        // A second press closes it again.
        dialog.set(dialog.get()?.kind === 'palette' ? null : { kind: 'palette' })
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || !singleKeys.get()) return
      if (event.target instanceof Element && event.target.closest(FIELDS)) return
      if (Date.now() < goUntil) {
        goUntil = 0
        const target = placeOf(letter, path)
        if (!target) return
        event.preventDefault()
        // The letter is this key's alone, not also the board's.
        event.stopImmediatePropagation()
        navigate(target)
      } else if (letter === 'g') {
        goUntil = Date.now() + GO_MS
      } else if (event.key === '?') {
        event.preventDefault()
        openDialog({ kind: 'shortcuts' })
      }
    }
    // Before the board's keys: after G, a letter is a place.
    addEventListener('keydown', onKey, { capture: true })
    return () => removeEventListener('keydown', onKey, { capture: true })
  }, [path, navigate])
}

function placeOf(letter: string, path: string): string | null {
  if (letter === 'h') return '/'
  const view = GO[letter]
  const at = routeOf(path)
  return view && at ? boardPath(at.board, { view }) : null
}

/** The letter, also where the layout is Korean and the key gives a jamo. */
function letterOf(event: KeyboardEvent): string {
  if (/^[ㄱ-ㆎ]$/.test(event.key) && event.code.startsWith('Key')) return event.code.slice(3).toLowerCase()
  return event.key.toLowerCase()
}
