// What others changed since I was last here, newest first.

import { Link } from 'wouter'
import { boardPath } from '../app/routes.ts'
import { formatMoment } from '../board/due.ts'
import { isPartId } from '../board/ids.ts'
import { useT } from '../i18n/index.ts'
import { changeWords, gather } from './change-words.ts'
import type { Change } from './home-data.ts'

interface Props {
  readonly changes: readonly Change[]
  readonly me: string | null
}

export function Changes({ changes, me }: Props) {
  const t = useT()
  const news = gather(changes, me)
  if (news.length === 0) return <p className="home-empty quiet">{t('home.noChanges')}</p>
  return (
    <ul className="home-changes">
      {news.map((line) => {
        const isCard =
          line.subject !== 'board' && isPartId(line.subject) && !String(line.body['kind']).startsWith('sprint_')
        return (
          <li key={`${line.board} ${line.subject} ${line.by}`}>
            <Link href={boardPath(line.board, isCard ? { card: line.subject } : {})} className="home-change">
              <span>
                <b>{line.byName || t('people.somebody')}</b> {t('home.did', { title: line.title })}{' '}
                {changeWords(line, me, t)}
                {line.more > 0 && <span className="quiet"> {t('home.more', { count: line.more })}</span>}
              </span>
              <span className="quiet">
                {line.boardName} · {formatMoment(line.at)}
              </span>
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
