// A line of activity: who, what, when.

import { useBoard } from '../../board/board-context.tsx'
import { formatMoment } from '../../board/due.ts'
import { pieces } from '../../i18n/bold.ts'
import { useT } from '../../i18n/index.ts'
import { Avatar } from '../../presence/Avatar.tsx'
import type { Line } from '../activity/happenings.ts'
import { momentAgo } from '../activity/moments.ts'
import { didWords, namesOf } from '../activity/wording.ts'
import { useWho } from '../who.ts'

export function ActivityLine({ line }: { line: Line }) {
  const board = useBoard()
  const t = useT()
  const who = useWho()(line.by)
  const what = didWords(line.what, line.by, namesOf(board, t), t)
  return (
    <li className="log-line">
      <Avatar name={who.name} color={who.color} size={20} />
      <p dir="auto">
        <Sentence words={t('activity.by', { name: who.name, what })} />
      </p>
      <Time at={line.at} />
    </li>
  )
}

export function Sentence({ words }: { words: string }) {
  return pieces(words).map((piece, at) => (piece.isBold ? <b key={at}>{piece.words}</b> : piece.words))
}

export function Time({ at }: { at: number }) {
  const t = useT()
  return (
    <time dateTime={new Date(at).toISOString()} title={formatMoment(at)}>
      {momentAgo(at, Date.now(), t)}
    </time>
  )
}
