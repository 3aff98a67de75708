// A person: a circle in their colour with one syllable.

import './avatar.css'

interface Props {
  readonly name: string
  readonly color: number
  readonly size?: 18 | 20 | 24 | 28
  readonly isIdle?: boolean
  /** Said to screen readers and shown on hover; absent when the name stands beside it. */
  readonly label?: string
}

export function Avatar({ name, color, size = 24, isIdle = false, label }: Props) {
  const classes = `avatar avatar-${size}${isIdle ? ' avatar-idle' : ''}`
  const style = { '--person': `var(--person-${color})` } as React.CSSProperties
  return label ? (
    <span className={classes} style={style} title={label} role="img" aria-label={label}>
      {initial(name)}
    </span>
  ) : (
    <span className={classes} style={style} aria-hidden="true">
      {initial(name)}
    </span>
  )
}

/** The colour of somebody who is not here: always the same for the same id. */
export function colorOf(id: string): number {
  let hash = 0
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return 1 + (hash % 12)
}

function initial(name: string): string {
  // Of a guest's name the noun tells people apart; the adjective is shared by many.
  const word = name.trim().split(/\s+/).at(-1) ?? ''
  return (Array.from(word)[0] ?? '?').toUpperCase()
}
