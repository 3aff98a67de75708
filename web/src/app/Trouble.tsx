// What stands in the way, in words: first what is safe, then the one thing to do.

import type { ReactNode } from 'react'

interface Props {
  readonly title: string
  readonly detail: string
  /** What the server said, in its own words. */
  readonly reason?: string
  readonly action?: { readonly words: string; readonly onClick: () => void }
  readonly children?: ReactNode
}

export function Trouble({ title, detail, reason, action, children }: Props) {
  return (
    <div className="trouble" role="alert">
      <h1>{title}</h1>
      <p>{detail}</p>
      {action && (
        <button type="button" className="button button-primary" onClick={action.onClick}>
          {action.words}
        </button>
      )}
      {reason && <p className="trouble-reason">{reason}</p>}
      {children}
    </div>
  )
}
