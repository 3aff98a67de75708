// What the lines and bars of a chart stand for: told apart by their stroke, not by colour alone.

export type Stroke = 'left' | 'ideal' | 'scope' | 'committed' | 'done'

export function Legend({ entries }: { entries: readonly (readonly [Stroke, string])[] }) {
  return (
    <ul className="chart-legend">
      {entries.map(([stroke, words]) => (
        <li key={stroke}>
          <svg width="22" height="10" viewBox="0 0 22 10" aria-hidden="true">
            {stroke === 'committed' || stroke === 'done' ? (
              <rect className={`chart-bar-${stroke}`} x="6" y="0.5" width="10" height="9" rx="1.5" />
            ) : (
              <path className={`chart-${stroke}`} d="M1 5H21" />
            )}
          </svg>
          {words}
        </li>
      ))}
    </ul>
  )
}
