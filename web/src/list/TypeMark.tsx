// What kind of card it is: a shape with a name, so that colour is not needed.

import { BookOpen, Bug, CircleAlert, CircleHelp, SquareCheck } from 'lucide-react'
import type { CardType } from '../board/read.ts'
import { useT } from '../i18n/index.ts'
import './type-mark.css'

const ICONS = { task: SquareCheck, story: BookOpen, bug: Bug, issue: CircleAlert, question: CircleHelp } as const

export function TypeMark({ type }: { type: CardType }) {
  const t = useT()
  const Icon = ICONS[type]
  const words = t(`list.type.${type}`)
  return (
    <span className={`type-mark type-mark-${type}`} role="img" aria-label={words} title={words}>
      <Icon className="icon" aria-hidden="true" />
    </span>
  )
}
