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

function initial(name: string): string {
  // Of a guest's name the noun tells people apart; the adjective is shared by many, and a number tells little.
  const words = name.trim().split(/\s+/)
  const word = words.findLast((one) => /^\p{L}/u.test(one)) ?? words.at(-1) ?? ''
  return (Array.from(word)[0] ?? '?').toUpperCase()
}
