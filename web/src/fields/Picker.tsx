// A list to choose from: with a field to search in where it may be long, and all of it by keys.
// The focus stays in one place (the field, or the list) while the arrows move through the options.

import { Check, Minus, Pencil, Plus } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { matchesText } from '../app/search.ts'
import { useT } from '../i18n/index.ts'
import type { State } from './across.ts'

export interface Option {
  readonly id: string
  readonly words: string
  /** Found by these words too. */
  readonly also?: string
  readonly icon?: ReactNode
  readonly hint?: string
  readonly state: State
}

interface Props {
  readonly label: string
  readonly options: readonly Option[]
  readonly onPick: (id: string) => void
  /** Several may be chosen: the list stays open, and each option has a box. */
  readonly isMulti?: boolean
  /** The words in the empty search field; without them there is no field. */
  readonly hint?: string
  /** Offers to make what was typed and is not there. */
  readonly create?: { readonly words: (query: string) => string | null; readonly run: (query: string) => void }
  /** Opens the editing of an option. */
  readonly onEdit?: (id: string) => void
  /** How many are shown; more are found by typing. */
  readonly max?: number
}

const CREATE = '\u0000create'
const OPTIONS_MAX = 300

export function Picker({ label, options, onPick, isMulti = false, hint, create, onEdit, max = OPTIONS_MAX }: Props) {
  const t = useT()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      options.findIndex((option) => option.state === true && !isMulti),
    ),
  )
  const base = useId()
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const typed = query.trim()
  const found = options.filter((option) => matchesText(typed, `${option.words} ${option.also ?? ''}`))
  const offer = typed === '' ? null : (create?.words(typed) ?? null)
  const shown: Option[] = found.slice(0, max)
  if (offer !== null) shown.push({ id: CREATE, words: offer, icon: <Plus className="icon" />, state: false })
  const active = shown[Math.min(at, shown.length - 1)]
  const idOf = (option: Option): string => `${base}-${shown.indexOf(option)}`
  useEffect(() => {
    // On a touch screen a field with the focus brings up the keyboard, over the list.
    const isTouch = matchMedia('(pointer: coarse)').matches
    const first = isTouch ? list.current : (field.current ?? list.current)
    first?.focus()
  }, [])
  const activeId = active && idOf(active)
  useEffect(() => {
    if (activeId) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' })
  }, [activeId])
  const pick = (option: Option): void => {
    if (option.id === CREATE) create?.run(typed)
    else onPick(option.id)
    if (!isMulti) return
    setQuery('')
    if (query !== '') setAt(0)
  }
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      setAt((Math.min(at, shown.length - 1) + step + shown.length) % Math.max(1, shown.length))
    } else if (event.key === 'Enter' || (event.key === ' ' && event.target === list.current)) {
      event.preventDefault()
      if (active) pick(active)
    } else if ((event.key === 'F2' || event.key === 'ArrowRight') && onEdit && active && active.id !== CREATE) {
      if (event.key === 'ArrowRight' && typed !== '') return
      event.preventDefault()
      onEdit(active.id)
    } else if (event.key === 'Home' && typed === '') {
      setAt(0)
    } else if (event.key === 'End' && typed === '') {
      setAt(shown.length - 1)
    }
  }
  const combobox = { 'aria-controls': base, 'aria-activedescendant': activeId }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the field and the list inside
    <div className="picker" onKeyDown={onKeyDown}>
      {hint !== undefined && (
        <input
          ref={field}
          className="picker-search"
          role="combobox"
          aria-expanded="true"
          aria-autocomplete="list"
          {...combobox}
          aria-label={`${label} ${t('field.search')}`}
          placeholder={hint}
          value={query}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => {
            setQuery(event.target.value)
            setAt(0)
          }}
        />
      )}
      <div
        ref={list}
        id={base}
        className="picker-list"
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-multiselectable={isMulti || undefined}
        aria-activedescendant={activeId}
      >
        {shown.map((option, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the list's
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the list
          <div
            key={option.id}
            id={idOf(option)}
            className="picker-option"
            role="option"
            aria-selected={option.state === true}
            data-active={option === active || undefined}
            data-state={String(option.state)}
            onPointerMove={() => setAt(index)}
            onClick={() => pick(option)}
          >
            {isMulti && option.id !== CREATE && <Box state={option.state} />}
            {option.icon && <span className="picker-icon">{option.icon}</span>}
            <span className="picker-words cut" dir="auto">
              {option.words}
            </span>
            {option.state === 'mixed' && <span className="visually-hidden">{t('field.mixed')}</span>}
            {option.hint && <span className="picker-hint">{option.hint}</span>}
            {onEdit && option.id !== CREATE && (
              // The same is behind the button below the list, which keys reach.
              <span
                className="picker-edit"
                aria-hidden="true"
                title={t('label.editHint')}
                onClick={(event) => {
                  event.stopPropagation()
                  onEdit(option.id)
                }}
              >
                <Pencil className="icon" />
              </span>
            )}
            {!isMulti && option.state === true && <Check className="icon picker-check" aria-hidden="true" />}
          </div>
        ))}
        {shown.length === 0 && (
          <div className="picker-none" role="option" aria-selected="false" aria-disabled="true" tabIndex={-1}>
            {t('field.notFound')}
          </div>
        )}
      </div>
      {onEdit && active && active.id !== CREATE && (
        <button type="button" className="button picker-below cut" onClick={() => onEdit(active.id)}>
          <Pencil className="icon" aria-hidden="true" />
          <span className="cut">{t('label.edit', { name: active.words })}</span>
          <kbd aria-hidden="true">F2</kbd>
        </button>
      )}
    </div>
  )
}

function Box({ state }: { state: State }) {
  return (
    <span className="picker-box" data-state={String(state)} aria-hidden="true">
      {state === true && <Check />}
      {state === 'mixed' && <Minus />}
    </span>
  )
}
