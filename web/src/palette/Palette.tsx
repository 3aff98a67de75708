// The command palette: places, actions and cards by a few letters or initial consonants.

import { ArrowRight, CornerDownLeft, Search, SquareKanban, Zap } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { closeDialog } from '../app/dialogs.ts'
import { openBoard } from '../app/open-board.ts'
import { routeOf } from '../app/routes.ts'
import { matchRanges } from '../app/search.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import type { Action, Context } from './actions.ts'
import { find, remembered } from './find.ts'
import './palette.css'

const ICONS = { recent: ArrowRight, go: ArrowRight, do: Zap, cards: SquareKanban } as const

export function Palette() {
  const t = useT()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const context = useContextOf()
  const groups = useMemo(() => find(query, context), [query, context])
  const flat = groups.flatMap(({ actions }) => actions)
  const current = flat[at]
  const cardCount = context.board
    ? [...context.board.store.snapshot().columns].reduce((n, { cards }) => n + cards.length, 0)
    : 0
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  })
  const run = (action: Action, inNewWindow: boolean): void => {
    remembered(action)
    closeDialog()
    if (inNewWindow && action.path !== undefined) window.open(action.path, '_blank', 'noopener')
    // The palette gives the focus back as it closes; what the action focuses comes after.
    else requestAnimationFrame(() => action.run())
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    const step = STEPS[event.key]
    if (step !== undefined && flat.length > 0) {
      event.preventDefault()
      setAt(Math.abs(step) > 1 ? (step < 0 ? 0 : flat.length - 1) : (at + step + flat.length) % flat.length)
    } else if (event.key === 'Enter' && current) {
      event.preventDefault()
      run(current, event.ctrlKey || event.metaKey)
    }
  }
  let index = -1
  return (
    <Dialog.Root open onOpenChange={(isOpen) => isOpen || closeDialog()}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog palette" aria-describedby={undefined}>
          <Dialog.Title className="visually-hidden">{t('palette.title')}</Dialog.Title>
          <div className="palette-field">
            <Search className="icon" aria-hidden="true" />
            <input
              role="combobox"
              aria-expanded="true"
              aria-controls={`${id}-list`}
              aria-activedescendant={current ? `${id}-${at}` : undefined}
              aria-label={t('palette.title')}
              placeholder={t(context.board ? 'palette.placeholder' : 'palette.placeholderHome')}
              value={query}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => {
                setQuery(event.target.value)
                setAt(0)
              }}
              onKeyDown={onKeyDown}
            />
            <kbd aria-hidden="true">esc</kbd>
          </div>
          <div ref={list} className="palette-list" id={`${id}-list`} role="listbox" aria-label={t('palette.results')}>
            {groups.map(({ name, actions }) => {
              const Icon = ICONS[name]
              return (
                // biome-ignore lint/a11y/useSemanticElements: a listbox groups its options by role
                <div key={name} role="group" aria-labelledby={`${id}-${name}`}>
                  <div className="palette-group" id={`${id}-${name}`} role="presentation">
                    {t(`palette.group.${name}`)}
                  </div>
                  {actions.map((action) => {
                    index += 1
                    const own = index
                    return (
                      // biome-ignore lint/a11y/useKeyWithClickEvents: keys are read at the field, which keeps the focus
                      <div
                        key={action.id}
                        id={`${id}-${own}`}
                        role="option"
                        tabIndex={-1}
                        aria-selected={own === at}
                        className="palette-item"
                        onPointerMove={() => own !== at && setAt(own)}
                        onClick={(event) => run(action, event.ctrlKey || event.metaKey)}
                      >
                        <Icon className="icon" aria-hidden="true" />
                        <span className="cut">
                          <Marked text={action.words} query={query} />
                          {action.detail && <span className="palette-detail"> {action.detail}</span>}
                        </span>
                        {action.hint && <kbd aria-hidden="true">{action.hint}</kbd>}
                        {own === at && <CornerDownLeft className="icon palette-enter" aria-hidden="true" />}
                      </div>
                    )
                  })}
                </div>
              )
            })}
          </div>
          {flat.length === 0 && <p className="palette-none">{t('palette.none')}</p>}
          <div className="palette-foot" aria-hidden="true">
            <kbd>↑</kbd>
            <kbd>↓</kbd> {t('palette.choose')}
            <kbd>{isMac ? '⌘' : 'Ctrl'}</kbd>
            <kbd>↵</kbd> {t('palette.newWindow')}
            {cardCount > 0 && <span>{t('palette.amongCards', { count: cardCount })}</span>}
          </div>
          <p className="visually-hidden" role="status">
            {t('palette.count', { count: flat.length })}
          </p>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)
const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 2, PageUp: -2 }

/** What lay open when the palette came up. */
function useContextOf(): Context {
  const board = useSignal(openBoard, (model) => model)
  const [path, go] = useLocation()
  return useMemo(() => {
    const boardId = routeOf(path)?.board ?? null
    const chosen = board ? [...board.selected.get()] : []
    const near = board?.open.get() ?? cardInFocus()
    const cards = chosen.length > 0 ? chosen : near === null ? [] : [near]
    return { board, boardId, cards, canEdit: board?.canEdit.get() ?? false, go }
  }, [board, path, go])
}

/** The card that the keyboard was on before the palette took the focus. */
function cardInFocus(): string | null {
  return document.activeElement?.closest('[data-card]')?.getAttribute('data-card') ?? null
}

/** The text with what was found in it marked. */
function Marked({ text, query }: { text: string; query: string }): ReactNode {
  const ranges = query.trim() === '' ? [] : (matchRanges(query, text) ?? [])
  const parts: ReactNode[] = []
  let end = 0
  for (const [from, to] of ranges) {
    if (from < end) continue
    parts.push(text.slice(end, from), <mark key={from}>{text.slice(from, to)}</mark>)
    end = to
  }
  return [...parts, text.slice(end)]
}
