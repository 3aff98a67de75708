// The boards at hand, as large targets: a first visit goes on from here.

import { ArrowRight, Columns3, Plus, Star } from 'lucide-react'
import { Link } from 'wouter'
import { openDialog } from '../app/dialogs.ts'
import { boardPath } from '../app/routes.ts'
import { type BoardLink, favourites, inOrder } from '../app/workspace.ts'
import { formatMoment } from '../board/due.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'

/** More are in the switcher. */
const TILES_MAX = 7

export function BoardTiles({ boards }: { boards: readonly BoardLink[] }) {
  const t = useT()
  const marked = useSignal(favourites, (ids) => ids)
  const shown = inOrder(boards, marked).slice(0, TILES_MAX)
  const [only] = shown
  return (
    <section className="home-boards" aria-label={t('app.boards')}>
      <ul data-single={shown.length === 1 || undefined}>
        {shown.map(({ id, name, updatedAt }) => (
          <li key={id}>
            <Link href={boardPath(id)} className="tile">
              <span className="tile-mark" aria-hidden="true">
                <Columns3 className="icon" />
              </span>
              <span className="tile-name cut">{name}</span>
              {marked.has(id) && <Star className="icon tile-star" fill="currentColor" aria-hidden="true" />}
              <span className="quiet cut">
                {updatedAt > 0 ? t('home.edited', { when: formatMoment(updatedAt) }) : t('home.untouched')}
              </span>
              {shown.length === 1 && only && (
                <span className="tile-go" aria-hidden="true">
                  {t('home.openBoard')}
                  <ArrowRight className="icon" />
                </span>
              )}
            </Link>
          </li>
        ))}
        <li>
          <button type="button" className="tile tile-new" onClick={() => openDialog({ kind: 'new-board' })}>
            <Plus className="icon" aria-hidden="true" />
            {t('transfer.newBoard')}
          </button>
        </li>
      </ul>
    </section>
  )
}
