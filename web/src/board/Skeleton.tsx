// Where columns and cards will stand. It does not move: nothing should draw the eye while there is nothing to see.

import { useT } from '../i18n/index.ts'
import './skeleton.css'

/** Cards per column, and how many lines each has. */
const COLUMNS = [
  [3, 2, 3],
  [2, 3],
  [3, 2, 2],
  [2, 2],
  [1, 1, 1, 1],
]

export function Skeleton() {
  const t = useT()
  return (
    <div className="columns skeleton" role="status" aria-label={t('board.loading')}>
      {COLUMNS.map((cards, column) => (
        <div className="column" key={column} aria-hidden="true">
          <div className="column-head">
            <i />
          </div>
          {cards.map((lines, card) => (
            <div className="card" key={card}>
              {Array.from({ length: lines }, (_, line) => (
                <i key={line} />
              ))}
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}
