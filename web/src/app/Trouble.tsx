// A screen that cannot show what was asked for: says what is safe, and gives one way out.

interface Props {
  readonly title: string
  readonly detail: string
  readonly action?: string
  readonly onAction?: () => void
}

export function Trouble({ title, detail, action, onAction }: Props) {
  return (
    <main className="trouble" id="board">
      <h1>{title}</h1>
      <p>{detail}</p>
      {action && (
        <button type="button" className="button button-primary" onClick={onAction}>
          {action}
        </button>
      )}
    </main>
  )
}
