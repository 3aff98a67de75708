// An open card: beside the board, which stays live. On a phone it is the whole screen.

import { Suspense, useEffect, useRef } from 'react'
import { lazyPart } from '../app/lazy-part.ts'
import { useBoard, useCardData } from '../board/board-context.tsx'
import { closeCard } from '../board/keys.ts'
import type { CardData } from '../board/read.ts'
import { useSignal } from '../board/signal.ts'
import { useT } from '../i18n/index.ts'
import type { Me } from '../presence/people.ts'
import { Banner } from './Banner.tsx'
import { Checklist } from './checklist/Checklist.tsx'
import { PlainText } from './description/PlainText.tsx'
import { onDrawerKey } from './drawer-keys.ts'
import { Fields } from './Fields.tsx'
import { Head } from './Head.tsx'
import { Links } from './Links.tsx'
import { TitleArea } from './TitleArea.tsx'
import { Talk } from './talk/Talk.tsx'
import { Write } from './talk/Write.tsx'
import './description/rich.css'
import './drawer.css'
import './talk/talk.css'

const Editor = lazyPart(async () => (await import('./description/Editor.tsx')).Editor)

export function Drawer({ id, me }: { id: string; me: Me }) {
  const board = useBoard()
  const t = useT()
  const card = useCardData(id)
  const ref = useRef<HTMLElement>(null)
  useEffect(() => ref.current?.focus(), [])
  const canEdit = useSignal(board.canEdit, (can) => can)
  return (
    <aside
      ref={ref}
      onKeyDown={(event) => {
        if (canEdit && ref.current && !event.defaultPrevented) onDrawerKey(board, id, ref.current, event.nativeEvent)
      }}
      className="drawer"
      role="dialog"
      aria-label={card?.title || t('card.untitled')}
      tabIndex={-1}
      data-board-keys
    >
      {card ? <OpenCard card={card} me={me} /> : <Missing />}
    </aside>
  )
}

function Missing() {
  const board = useBoard()
  const t = useT()
  return (
    <div className="drawer-gone">
      <h2>{t('card.missing')}</h2>
      <button type="button" className="button" onClick={() => closeCard(board)}>
        {t('app.close')}
      </button>
    </div>
  )
}

function OpenCard({ card, me }: { card: CardData; me: Me }) {
  const board = useBoard()
  const canEdit = useSignal(board.canEdit, (can) => can)
  return (
    <>
      <Head card={card} canEdit={canEdit} />
      <div className="drawer-body">
        <Banner card={card} canEdit={canEdit} />
        <TitleArea card={card} canEdit={canEdit} />
        <dl className="fields">
          <Fields card={card} canEdit={canEdit} />
          <Links card={card} canEdit={canEdit} />
        </dl>
        <Description id={card.id} me={me} canEdit={canEdit} />
        <Checklist card={card} canEdit={canEdit} />
        <Talk card={card} canEdit={canEdit} />
      </div>
      {canEdit && <Write card={card.id} />}
    </>
  )
}

function Description({ id, me, canEdit }: { id: string; me: Me; canEdit: boolean }) {
  const board = useBoard()
  const t = useT()
  const fragment = board.store.description(id)
  if (!fragment) return null
  const plain = <PlainText fragment={fragment} />
  return (
    <section className="part prose" aria-label={t('card.description')}>
      {canEdit ? (
        <Suspense fallback={plain}>
          <Editor fragment={fragment} awareness={board.session.awareness} me={me} label={t('card.description')} />
        </Suspense>
      ) : (
        plain
      )}
    </section>
  )
}
